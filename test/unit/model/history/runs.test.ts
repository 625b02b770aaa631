import assert from 'node:assert/strict';
import type { LogItem, RunCounts } from '../../../../src/onna/wire/logs.ts';
import { decodeLogPage } from '../../../../src/onna/wire/logs.ts';
import {
  countsOf,
  mergeRuns,
  runsFromCollection,
  runsFromStatuses,
  statusesOf,
} from '../../../../src/model/history/runs.ts';
import type { Run, StatusMoment } from '../../../../src/model/history/runs.ts';
import { readSyncStatus } from '../../../../src/model/datasources/syncStatus.ts';

const minute = 60_000;
const noon = Date.parse('2026-03-01T12:00:00Z');

interface Details {
  readonly reason?: string;
  readonly counts?: RunCounts;
}

/** Makes statuses from pairs of minutes after noon and a name, for example `[0, 'pending'], [1, 'syncing']`. */
function moments(...statuses: (readonly [number, string, Details?])[]): readonly StatusMoment[] {
  return statuses.map(([at, status, details]) => ({
    at: noon + at * minute,
    status: readSyncStatus(status),
    reason: details?.reason,
    counts: details?.counts,
  }));
}

/** Formats runs as `synced 1-5 +2`: outcome, start and end in minutes (`?` if unknown), number of failed attempts. */
function short(runs: readonly Run[]): string[] {
  const minutes = (at: number | undefined): string => (at === undefined ? '?' : String((at - noon) / minute));
  return runs.map(({ outcome, start, end, failedAttempts }) =>
    `${outcome} ${minutes(start)}-${minutes(end)}${failedAttempts > 0 ? ` +${failedAttempts}` : ''}`.trim(),
  );
}

function runsOf(...statuses: Parameters<typeof moments>): string[] {
  return short(runsFromStatuses(moments(...statuses), 'journal'));
}

function counts(added: number, changed: number, removed: number): RunCounts {
  return { added, changed, removed };
}

function run(outcome: Run['outcome'], start: number | undefined, end: number | undefined, more = {}): Run {
  return {
    source: 'audit',
    start: start === undefined ? undefined : noon + start * minute,
    end: end === undefined ? undefined : noon + end * minute,
    outcome,
    failedAttempts: 0,
    counts: undefined,
    reason: undefined,
    ...more,
  };
}

describe('runsFromStatuses', () => {
  for (const [title, statuses, runs] of [
    [
      'a run of a single sync',
      [
        [0, 'pending'],
        [1, 'syncing'],
        [5, 'synced'],
      ],
      ['synced 1-5'],
    ],
    [
      'a sync without the status “syncing”',
      [
        [0, 'pending'],
        [5, 'synced'],
      ],
      ['synced 0-5'],
    ],
    ['a sync whose start was missed', [[5, 'synced']], ['synced ?-5']],
    ['a failure whose start was missed', [[5, 'failed']], ['failed ?-5']],
    ['an error whose start was missed', [[5, 'error_auth']], ['error ?-5']],
    [
      'two syncs, newest first',
      [
        [1, 'syncing'],
        [5, 'synced'],
        [30, 'syncing'],
        [33, 'synced'],
      ],
      ['synced 30-33', 'synced 1-5'],
    ],
    [
      'two results without a status between them',
      [
        [5, 'synced'],
        [30, 'synced'],
      ],
      ['synced ?-30', 'synced ?-5'],
    ],
    [
      'a repeated result as one run',
      [
        [1, 'syncing'],
        [5, 'synced'],
        [5, 'synced'],
      ],
      ['synced 1-5'],
    ],
    [
      'a repeated failure as one run',
      [
        [1, 'syncing'],
        [5, 'failed'],
        [5, 'failed'],
      ],
      ['failed 1-5'],
    ],
    [
      'a sync with a repeated status as one run',
      [
        [0, 'pending'],
        [1, 'syncing'],
        [2, 'syncing'],
        [5, 'synced'],
      ],
      ['synced 1-5'],
    ],
    [
      'a sync in progress',
      [
        [0, 'pending'],
        [1, 'syncing'],
      ],
      ['running 1-?'],
    ],
    ['a queued sync', [[0, 'pending']], ['running 0-?']],
    [
      'a paused run',
      [
        [1, 'syncing'],
        [3, 'paused'],
      ],
      ['paused 1-3'],
    ],
    [
      'a run that was paused and resumed',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [8, 'resuming'],
        [9, 'syncing'],
        [12, 'synced'],
      ],
      ['synced 1-12'],
    ],
    [
      'a resumed run without the status “resuming”',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [9, 'syncing'],
        [12, 'synced'],
      ],
      ['synced 1-12'],
    ],
    [
      'a resumed run without any status between the pause and the result',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [12, 'synced'],
      ],
      ['synced 1-12'],
    ],
    [
      'a paused run that is resuming now',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [8, 'resuming'],
      ],
      ['running 1-?'],
    ],
    [
      'a new sync after a pause',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [60, 'pending'],
        [61, 'syncing'],
        [65, 'synced'],
      ],
      ['synced 61-65', 'paused 1-3'],
    ],
    [
      'a pause between two syncs',
      [
        [1, 'syncing'],
        [5, 'synced'],
        [7, 'paused'],
        [8, 'resuming'],
        [12, 'synced'],
      ],
      ['synced 8-12', 'synced 1-5'],
    ],
    ['no run if the only status is a pause', [[3, 'paused']], []],
    [
      'a failed attempt and its retry as one run',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [4, 'pending'],
        [5, 'syncing'],
        [9, 'synced'],
      ],
      ['mixed 1-9 +1'],
    ],
    [
      'a retry whose start was missed',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [9, 'synced'],
      ],
      ['mixed 1-9 +1'],
    ],
    [
      'three attempts as one run',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [4, 'syncing'],
        [5, 'failed'],
        [8, 'syncing'],
        [9, 'synced'],
      ],
      ['mixed 1-9 +2'],
    ],
    [
      'several failed attempts as one run',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [4, 'syncing'],
        [5, 'failed'],
        [9, 'failed'],
      ],
      ['failed 1-9 +2'],
    ],
    [
      'a retry in progress',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [4, 'pending'],
        [5, 'syncing'],
      ],
      ['running 1-? +1'],
    ],
    [
      'a retry that ended in an error',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [4, 'syncing'],
        [5, 'error'],
      ],
      ['error 1-5 +1'],
    ],
    [
      'a forced sync after an error as a new run',
      [
        [1, 'syncing'],
        [2, 'error'],
        [20, 'pending'],
        [21, 'syncing'],
        [24, 'synced'],
      ],
      ['synced 21-24', 'error 1-2'],
    ],
    [
      'a sync after a failure and a pause as a new run',
      [
        [1, 'syncing'],
        [2, 'failed'],
        [3, 'paused'],
        [8, 'resuming'],
        [9, 'synced'],
      ],
      ['synced 8-9', 'failed 1-2'],
    ],
    [
      'a sync between unrelated statuses',
      [
        [0, 'created'],
        [1, 'invited'],
        [2, 'indexing'],
        [3, 'syncing'],
        [4, 'indexing'],
        [5, 'synced'],
      ],
      ['synced 3-5'],
    ],
    ['no run if there are no statuses', [], []],
  ] as [string, [number, string][], string[]][])
    it(`finds ${title}`, () => assert.deepEqual(runsOf(...statuses), runs));

  it('adds up the counts of all attempts, and keeps the reason of the failure', () => {
    const [mixed] = runsFromStatuses(
      moments(
        [1, 'syncing'],
        [2, 'failed', { reason: 'Not reachable', counts: counts(3, 0, 0) }],
        [4, 'syncing'],
        [9, 'synced', { counts: counts(2, 1, 0) }],
      ),
      'audit',
    );
    assert.deepEqual(mixed, {
      ...run('mixed', 1, 9, { failedAttempts: 1 }),
      counts: counts(5, 1, 0),
      reason: 'Not reachable',
    });
  });

  it('leaves unknown counts undefined', () => {
    const [synced] = runsFromStatuses(moments([1, 'syncing'], [5, 'synced']), 'journal');
    assert.equal(synced?.counts, undefined);
    const partly: RunCounts = { added: 1, changed: undefined, removed: undefined };
    const [added] = runsFromStatuses(moments([5, 'synced', { counts: partly }]), 'audit');
    assert.deepEqual(added?.counts, partly);
  });

  it('drops a start time that is after the end time, because the clocks of service and client may differ', () => {
    assert.deepEqual(runsOf([3, 'syncing'], [1, 'synced']), ['synced ?-1']);
  });
});

describe('statusesOf', () => {
  it('sorts statuses by time, and statuses with the same time by their position in the log', () => {
    const page = decodeLogPage({
      items: [
        { time: noon, payload: { to: 'synced', added: 1 } },
        { time: noon, payload: { to: 'syncing' } },
        { time: noon, payload: { to: 'pending' } },
        { time: noon - 1, payload: { to: 'failed', message: 'Why' } },
      ],
    });
    assert.deepEqual(
      statusesOf(page?.items ?? []).map(({ status, reason, counts: found }) => [
        status,
        reason,
        found?.added,
      ]),
      [
        ['failed', 'Why', undefined],
        ['pending', undefined, undefined],
        ['syncing', undefined, undefined],
        ['synced', undefined, 1],
      ],
    );
  });

  it('omits log entries that have no status or no time', () => {
    const page = decodeLogPage([
      { time: noon, action: 'move', to: '/workspaces/x' },
      { time: noon, action: 'request_sync' },
      { to: 'synced' },
    ]);
    assert.deepEqual(statusesOf(page?.items ?? []), []);
  });
});

describe('runsFromCollection', () => {
  function items(...entries: (readonly [number | undefined, string])[]): readonly LogItem[] {
    return (
      decodeLogPage(
        entries.map(([at, action]) => (at === undefined ? { action } : { action, time: noon + at * minute })),
      )?.items ?? []
    );
  }

  it('combines entries that are close in time into one run', () => {
    const runs = runsFromCollection(
      items(
        [0, 'added'],
        [1, 'added'],
        [30, 'changed'],
        [31, 'removed'],
        [39, 'removed'],
        [undefined, 'added'],
      ),
      true,
    );
    assert.deepEqual(short(runs), ['unknown 30-39', 'unknown 0-1']);
    assert.deepEqual(
      runs.map((one) => one.counts),
      [counts(0, 1, 2), counts(2, 0, 0)],
    );
  });

  it('omits the start and the counts of the oldest run if older entries were not read', () => {
    const [newer, older] = runsFromCollection(items([0, 'added'], [1, 'added'], [30, 'changed']), false);
    assert.deepEqual(newer?.counts, counts(0, 1, 0));
    assert.deepEqual([older?.start, older?.counts], [undefined, undefined]);
  });

  it('returns no counts if the names of the actions are unknown', () => {
    assert.equal(countsOf(items([0, 'ingested'], [1, 'CF012'])), undefined);
  });
});

describe('mergeRuns', () => {
  const audit = [run('synced', 30, 35), run('failed', 0, 5)];

  it('prefers the first source if several sources contain the same run', () => {
    const journal = [run('synced', 31, 36), run('synced', 60, 65), run('mixed', undefined, 6)];
    assert.deepEqual(short(mergeRuns([audit, journal])), ['synced 60-65', 'synced 30-35', 'failed 0-5']);
  });

  it('takes missing counts from a later source', () => {
    const collection = [
      run('unknown', 31, 34, { counts: counts(1, 0, 0) }),
      run('unknown', 1, 4, { counts: counts(2, 0, 0) }),
    ];
    assert.deepEqual(
      mergeRuns([audit, [], collection]).map(({ source, counts: found }) => [source, found?.added]),
      [
        ['audit', 1],
        ['audit', 2],
      ],
    );
  });

  it('does not replace known counts', () => {
    const known = [run('synced', 30, 35, { counts: counts(7, 0, 0) })];
    const collection = [run('unknown', 31, 34, { counts: counts(1, 0, 0) })];
    assert.deepEqual(mergeRuns([known, collection])[0]?.counts, counts(7, 0, 0));
  });

  it('adds up the counts of a run that the collection log splits into parts', () => {
    const long = [run('synced', 0, 60)];
    const parts = [
      run('unknown', 40, 59, { counts: counts(1, 0, 2) }),
      run('unknown', 1, 20, { counts: counts(2, 1, 0) }),
    ];
    const merged = mergeRuns([long, parts]);
    assert.deepEqual(Object.keys(merged), ['0']);
    assert.deepEqual(merged[0]?.counts, counts(3, 1, 2));
    const unknown = [parts[0] as Run, run('unknown', undefined, 20)];
    assert.equal(mergeRuns([long, unknown])[0]?.counts, undefined);
  });

  it('ignores counts that belong to more than one run', () => {
    const quick = [run('synced', 3, 4), run('synced', 0, 1)];
    const collection = [run('unknown', 0, 4, { counts: counts(9, 0, 0) })];
    assert.deepEqual(
      mergeRuns([quick, collection]).map((one) => one.counts),
      [undefined, undefined],
    );
  });

  it('sorts runs from newest to oldest, with runs in progress first', () => {
    const merged = mergeRuns([[run('running', 70, undefined)], audit, [run('synced', undefined, 50)]]);
    assert.deepEqual(short(merged), ['running 70-?', 'synced ?-50', 'synced 30-35', 'failed 0-5']);
  });

  it('omits a run in progress if another source has recorded the end of the run', () => {
    const running = [run('running', 29, undefined)];
    assert.deepEqual(short(mergeRuns([audit, running])), ['synced 30-35', 'failed 0-5']);
  });
});
