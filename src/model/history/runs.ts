import type { RunOutcome, RunSource } from '../../shared/detailsProtocol.ts';
import type { LogItem, RunCounts } from '../../onna/wire/logs.ts';
import { isActive, readSyncStatus, type SyncStatus } from '../datasources/syncStatus.ts';

/** A status that a Datasource took. */
export interface StatusMoment {
  /** ms since 1970. */
  readonly at: number;
  readonly status: SyncStatus | 'unknown';
  readonly reason: string | undefined;
  readonly counts: RunCounts | undefined;
}

/** One run of a Datasource, with all its attempts. What is not known is undefined. */
export interface Run {
  readonly source: RunSource;
  /** ms since 1970. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly outcome: RunOutcome;
  /** The attempts that failed before this outcome: the service retries by itself. */
  readonly failedAttempts: number;
  readonly counts: RunCounts | undefined;
  readonly reason: string | undefined;
}

/** Entries of the collection log with a longer pause between them, in ms, belong to different runs. */
const maxPauseMs = 10 * 60_000;

/** Two sources tell of the same run if its ends, in ms, are this close: a poll sees the end late. */
const maxDifferenceMs = 6 * 60_000;

interface OpenRun {
  start: number | undefined;
  startsAtSyncing: boolean;
  end: number | undefined;
  last: SyncStatus | 'unknown';
  failedAttempts: number;
  counts: RunCounts | undefined;
  reason: string | undefined;
}

function outcomeOf({ last, failedAttempts }: OpenRun): RunOutcome {
  if (last === 'synced') return failedAttempts > 0 ? 'mixed' : 'synced';
  if (last === 'failed' || last === 'error' || last === 'paused') return last;
  return isActive(last) ? 'running' : 'unknown';
}

function finished(run: OpenRun, source: RunSource): Run {
  const { start, end, failedAttempts, counts, reason } = run;
  return { source, start, end, outcome: outcomeOf(run), failedAttempts, counts, reason };
}

/**
 * Builds runs from the statuses of one Datasource. A run that fails and is then retried is one run.
 * @param moments Oldest first.
 * @returns Newest first.
 */
export function runsFromStatuses(moments: readonly StatusMoment[], source: RunSource): readonly Run[] {
  const runs: Run[] = [];
  let open: OpenRun | undefined;
  const close = (): void => {
    if (open) runs.push(finished(open, source));
    open = undefined;
  };
  for (const { at, status, reason, counts } of moments) {
    if (isActive(status)) {
      // A paused run goes on, and the service retries a failed one. Anything else that ended stays as it is.
      if (open?.last === 'failed') open.failedAttempts += 1;
      else if (open && !isActive(open.last) && !(open.last === 'paused' && status === 'resuming')) close();
      open ??= {
        start: at,
        startsAtSyncing: status === 'syncing',
        end: undefined,
        last: status,
        failedAttempts: 0,
        counts: undefined,
        reason: undefined,
      };
      if (
        status === 'syncing' &&
        !open.startsAtSyncing &&
        open.failedAttempts === 0 &&
        open.last !== 'resuming'
      ) {
        open.start = at;
        open.startsAtSyncing = true;
      }
      open.end = undefined;
      open.last = status;
    } else if (status === 'synced' || status === 'failed' || status === 'error' || status === 'paused') {
      // The start of a run may have been missed between two polls.
      if (open && !isActive(open.last) && open.last !== 'paused') close();
      if (!open && status === 'paused') continue;
      open ??= {
        start: undefined,
        startsAtSyncing: true,
        end: at,
        last: status,
        failedAttempts: 0,
        counts: undefined,
        reason: undefined,
      };
      open.end = at;
      open.last = status;
      open.counts = counts ?? open.counts;
      open.reason = reason ?? open.reason;
    }
  }
  close();
  return runs.reverse();
}

/** The statuses in an audit log, oldest first. The names of its entries are not documented (docs/onna-api.md §8). */
export function statusesOf(items: readonly LogItem[]): readonly StatusMoment[] {
  const moments: StatusMoment[] = [];
  for (const { at, status: raw, message, error, counts } of items) {
    const status = readSyncStatus(raw);
    if (at === undefined || raw === undefined || status === 'unknown') continue;
    moments.push({ at, status, reason: error ?? message, counts });
  }
  return moments.sort((left, right) => left.at - right.at);
}

/** Counts the entries of a collection log. Entries with other actions change no count. */
export function countsOf(items: readonly LogItem[]): RunCounts {
  const count = (pattern: RegExp): number => items.filter(({ action }) => pattern.test(action)).length;
  return {
    added: count(/^(?:add|creat|new)/i),
    changed: count(/^(?:chang|updat|modif)/i),
    removed: count(/^(?:remov|delet)/i),
  };
}

/**
 * Runs as far as the collection log shows them: entries close together. Whether a run succeeded is not in that log.
 * @returns Newest first.
 */
export function runsFromCollection(items: readonly LogItem[]): readonly Run[] {
  const dated = items.filter(({ at }) => at !== undefined);
  const groups: LogItem[][] = [];
  let previous: number | undefined;
  for (const item of dated.toSorted((left, right) => (right.at ?? 0) - (left.at ?? 0))) {
    const at = item.at ?? 0;
    if (previous === undefined || previous - at > maxPauseMs) groups.push([]);
    groups.at(-1)?.push(item);
    previous = at;
  }
  return groups.map((group) => ({
    source: 'collection',
    start: group.at(-1)?.at,
    end: group[0]?.at,
    outcome: 'unknown',
    failedAttempts: 0,
    counts: countsOf(group),
    reason: group.find(({ error }) => error !== undefined)?.error,
  }));
}

function isSameRun(left: Run, right: Run): boolean {
  const [leftEnd, rightEnd] = [left.end ?? Infinity, right.end ?? Infinity];
  if (leftEnd === rightEnd || Math.abs(leftEnd - rightEnd) <= maxDifferenceMs) return true;
  const [leftStart, rightStart] = [left.start ?? leftEnd, right.start ?? rightEnd];
  return leftStart <= rightEnd && rightStart <= leftEnd;
}

/**
 * Merges runs of several sources. Each source fills in only the runs that the sources before it do not know, and the
 * counts that they lack.
 * @param sources The most exact source first; each newest first.
 * @returns Newest first.
 */
export function mergeRuns(sources: readonly (readonly Run[])[]): readonly Run[] {
  const merged: Run[] = [];
  for (const runs of sources) {
    const known = [...merged];
    for (const run of runs) {
      const same = known.filter((candidate) => isSameRun(candidate, run));
      if (same.length === 0) merged.push(run);
      // The entries of several runs can't be told apart.
      else if (same.length === 1 && same[0]?.counts === undefined && run.counts !== undefined)
        merged[merged.indexOf(same[0] as Run)] = { ...(same[0] as Run), counts: run.counts };
    }
  }
  const timeOf = ({ end, start }: Run): number => end ?? (start === undefined ? 0 : Infinity);
  return merged.sort((left, right) => (timeOf(right) === timeOf(left) ? 0 : timeOf(right) - timeOf(left)));
}
