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
  /** Statuses before this one were missed, so it does not continue the run before. */
  readonly followsGap?: boolean;
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
  /** It was more than queued, so `start` is final. */
  isStarted: boolean;
  end: number | undefined;
  last: SyncStatus | 'unknown';
  failedAttempts: number;
  /** Of the attempts that failed before the current one. */
  failedCounts: RunCounts | undefined;
  /** Of the current attempt. */
  counts: RunCounts | undefined;
  reason: string | undefined;
}

function openedBy({ at, status }: StatusMoment): OpenRun {
  const isStart = isActive(status);
  return {
    start: isStart ? at : undefined,
    isStarted: status !== 'pending',
    end: undefined,
    last: status,
    failedAttempts: 0,
    failedCounts: undefined,
    counts: undefined,
    reason: undefined,
  };
}

/** The service tries again by itself, and counts each attempt anew. */
function retry(run: OpenRun): void {
  run.failedAttempts += 1;
  run.isStarted = true;
  run.failedCounts = sumOf(run.failedCounts, run.counts);
  run.counts = undefined;
}

function outcomeOf({ last, failedAttempts }: OpenRun): RunOutcome {
  if (last === 'synced') return failedAttempts > 0 ? 'mixed' : 'synced';
  if (last === 'failed' || last === 'error' || last === 'paused') return last;
  return isActive(last) ? 'running' : 'unknown';
}

function finished(run: OpenRun, source: RunSource): Run {
  const { start, end, failedAttempts, failedCounts, counts, reason } = run;
  // The start is this machine's time and the end may be the service's. If the clocks differ, the start is not known.
  const isPossible = start === undefined || end === undefined || start <= end;
  return {
    source,
    start: isPossible ? start : undefined,
    end,
    outcome: outcomeOf(run),
    failedAttempts,
    counts: sumOf(failedCounts, counts),
    reason,
  };
}

/** Adds counts. A count that only one of them has is kept. */
function sumOf(left: RunCounts | undefined, right: RunCounts | undefined): RunCounts | undefined {
  if (!left || !right) return left ?? right;
  const sum = (name: keyof RunCounts): number | undefined =>
    left[name] === undefined ? right[name] : left[name] + (right[name] ?? 0);
  return { added: sum('added'), changed: sum('changed'), removed: sum('removed') };
}

/**
 * Whether a run continues with an active status. A poll may miss `resuming`. A paused Datasource that is queued was not
 * resumed: it starts anew.
 */
function goesOn(last: OpenRun['last'], status: StatusMoment['status']): boolean {
  return isActive(last) || (last === 'paused' && status !== 'pending');
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
  for (const moment of moments) {
    const { at, status, reason, counts, followsGap } = moment;
    if (followsGap && open && (isActive(open.last) || open.last === 'failed')) {
      if (isActive(open.last)) open.last = 'unknown';
      close();
    }
    if (isActive(status)) {
      if (open?.last === 'failed') retry(open);
      else if (open && !goesOn(open.last, status)) close();
      open ??= openedBy(moment);
      if (status === 'syncing' && open.last === 'pending' && !open.isStarted) {
        open.start = at;
        open.isStarted = true;
      }
      open.end = undefined;
      open.last = status;
    } else if (status === 'synced' || status === 'failed' || status === 'error' || status === 'paused') {
      const isRepeated = open?.last === status && open.end === at;
      // The start of a run, or of another attempt, may have been missed between two polls.
      if (open?.last === 'failed' && status !== 'paused' && !isRepeated) retry(open);
      else if (open && !isActive(open.last) && open.last !== 'paused' && !isRepeated) close();
      if (!open && status === 'paused') continue;
      open ??= openedBy(moment);
      open.end = at;
      open.last = status;
      open.counts = counts ?? open.counts;
      open.reason = reason ?? open.reason;
    }
  }
  close();
  return runs.reverse();
}

/**
 * The statuses in an audit log, oldest first. The names of its entries are not documented (docs/onna-api.md §8).
 * @param items Newest first.
 */
export function statusesOf(items: readonly LogItem[]): readonly StatusMoment[] {
  const moments: StatusMoment[] = [];
  // Oldest first, because several changes may have the same time.
  for (const { at, status: raw, message, error, counts } of items.toReversed()) {
    const status = readSyncStatus(raw);
    if (at === undefined || raw === undefined || status === 'unknown') continue;
    moments.push({ at, status, reason: error ?? message, counts });
  }
  return moments.sort((left, right) => left.at - right.at);
}

/** Counts the entries of a collection log. Undefined if no entry has a known action. */
export function countsOf(items: readonly LogItem[]): RunCounts | undefined {
  const count = (pattern: RegExp): number => items.filter(({ action }) => pattern.test(action)).length;
  const counts = {
    added: count(/^(?:add|creat|new)/i),
    changed: count(/^(?:chang|updat|modif)/i),
    removed: count(/^(?:remov|delet)/i),
  };
  return counts.added + counts.changed + counts.removed > 0 ? counts : undefined;
}

/**
 * Runs as far as the collection log shows them: entries close together. Whether a run succeeded is not in that log.
 * @param isComplete The log has no older entries. Otherwise the oldest run may have more entries than these.
 * @returns Newest first.
 */
export function runsFromCollection(items: readonly LogItem[], isComplete: boolean): readonly Run[] {
  const dated = items.filter(({ at }) => at !== undefined);
  const groups: LogItem[][] = [];
  let previous: number | undefined;
  for (const item of dated.toSorted((left, right) => (right.at ?? 0) - (left.at ?? 0))) {
    const at = item.at ?? 0;
    if (previous === undefined || previous - at > maxPauseMs) groups.push([]);
    groups.at(-1)?.push(item);
    previous = at;
  }
  return groups.map((group, index) => {
    const isWhole = isComplete || index < groups.length - 1;
    return {
      source: 'collection',
      start: isWhole ? group.at(-1)?.at : undefined,
      end: group[0]?.at,
      outcome: 'unknown',
      failedAttempts: 0,
      counts: isWhole ? countsOf(group) : undefined,
      reason: group.find(({ error }) => error !== undefined)?.error,
    };
  });
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
  let merged: readonly Run[] = [];
  for (const runs of sources) {
    const added: Run[] = [];
    /** The counts of these runs, by the known run that they are part of. Undefined if one of them is not known. */
    const found = new Map<Run, RunCounts | undefined>();
    for (const run of runs) {
      const [same, ...others] = merged.filter((known) => isSameRun(known, run));
      if (!same) added.push(run);
      // The entries of several runs can't be told apart.
      else if (others.length > 0) for (const known of [same, ...others]) found.set(known, undefined);
      else if (!found.has(same)) found.set(same, run.counts);
      else found.set(same, found.get(same) && run.counts && sumOf(found.get(same), run.counts));
    }
    merged = merged.map((run) => (run.counts ? run : { ...run, counts: found.get(run) })).concat(added);
  }
  const timeOf = ({ end, start }: Run): number => end ?? (start === undefined ? 0 : Infinity);
  return merged.toSorted((left, right) =>
    timeOf(right) === timeOf(left) ? 0 : timeOf(right) - timeOf(left),
  );
}
