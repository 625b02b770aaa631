import type { RunOutcome, RunSource } from '../../shared/detailsProtocol.ts';
import type { LogItem, RunCounts } from '../../onna/wire/logs.ts';
import { isActive, readSyncStatus, type SyncStatus } from '../datasources/syncStatus.ts';

/** A status of a Datasource and the time at which it began. */
export interface StatusMoment {
  /** When the status began, in ms since 1970. */
  readonly at: number;
  readonly status: SyncStatus | 'unknown';
  readonly reason: string | undefined;
  readonly counts: RunCounts | undefined;
  /** Whether statuses before this one were missed. If so, this status does not continue the previous run. */
  readonly followsGap?: boolean;
}

/** One run of a Datasource, with all its attempts. Unknown values are undefined. */
export interface Run {
  readonly source: RunSource;
  /** Start and end are in ms since 1970. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly outcome: RunOutcome;
  /** The number of attempts that failed before this outcome. The service retries automatically. */
  readonly failedAttempts: number;
  readonly counts: RunCounts | undefined;
  readonly reason: string | undefined;
}

/** Maximum pause between two entries of the collection log that belong to the same run, in ms. */
const maxPauseMs = 10 * 60_000;

/**
 * Maximum difference between the end times that two sources report for the same run, in ms. A poll detects the end
 * late.
 */
const maxDifferenceMs = 6 * 60_000;

interface OpenRun {
  start: number | undefined;
  /** Whether the run has left the queue. If so, `start` is final. */
  isStarted: boolean;
  end: number | undefined;
  last: SyncStatus | 'unknown';
  failedAttempts: number;
  /** The counts of the attempts that failed before the current attempt. */
  failedCounts: RunCounts | undefined;
  /** The counts of the current attempt. */
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

/** Records that the service retries the run. The service counts each attempt separately. */
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
  // The start is this machine's time and the end may be the service's. If the start is after the end, the clocks
  // differ, and the start is dropped.
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

/** Adds two sets of counts. A count that is missing in one set is taken from the other. */
function sumOf(left: RunCounts | undefined, right: RunCounts | undefined): RunCounts | undefined {
  if (!left || !right) return left ?? right;
  const sum = (name: keyof RunCounts): number | undefined =>
    left[name] === undefined ? right[name] : left[name] + (right[name] ?? 0);
  return { added: sum('added'), changed: sum('changed'), removed: sum('removed') };
}

/**
 * Whether an active status continues the run with status `last`. Polls may miss `resuming`, so `paused` may be followed
 * by `syncing`. After `paused`, `pending` starts a new run.
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
      // The polls may have missed the start of this run or of this attempt.
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
  // Reversed, because the stable sort below keeps the order of changes with the same time.
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
 * Builds runs from groups of log entries that are close in time. The collection log does not record whether a run
 * succeeded.
 * @param isComplete Whether the log has no older entries. If older entries exist, the oldest run may be incomplete.
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
 * Merges runs from several sources. Each source adds only the runs and counts that the previous sources lack.
 * @param sources The most accurate source first. In each source, the newest run first.
 * @returns Newest first.
 */
export function mergeRuns(sources: readonly (readonly Run[])[]): readonly Run[] {
  let merged: readonly Run[] = [];
  for (const runs of sources) {
    const added: Run[] = [];
    /** The summed counts of this source's runs, by merged run. Undefined if one of the counts is unknown. */
    const found = new Map<Run, RunCounts | undefined>();
    for (const run of runs) {
      const [same, ...others] = merged.filter((known) => isSameRun(known, run));
      if (!same) added.push(run);
      // This run overlaps several merged runs, so its counts can't be divided among them.
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
