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

/** Statuses by minute after noon: `[0, 'pending'], [1, 'syncing']`. */
function moments(...statuses: (readonly [number, string, Details?])[]): readonly StatusMoment[] {
  return statuses.map(([at, status, details]) => ({
    at: noon + at * minute,
    status: readSyncStatus(status),
    reason: details?.reason,
    counts: details?.counts,
  }));
}

/** Runs in short: `synced 1-5`. The start or end is `?` if unknown. Failed attempts follow as `+2`. */
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

describe('The runs in a series of statuses', () => {
  for (const [title, statuses, runs] of [
    [
      'a sync',
      [
        [0, 'pending'],
        [1, 'syncing'],
        [5, 'synced'],
      ],
      ['synced 1-5'],
    ],
    [
      'a sync that was never seen syncing',
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
      'two results in a row',
      [
        [5, 'synced'],
        [30, 'synced'],
      ],
      ['synced ?-30', 'synced ?-5'],
    ],
    [
      'a result that is repeated',
      [
        [1, 'syncing'],
        [5, 'synced'],
        [5, 'synced'],
      ],
      ['synced 1-5'],
    ],
    [
      'a failure that is repeated',
      [
        [1, 'syncing'],
        [5, 'failed'],
        [5, 'failed'],
      ],
      ['failed 1-5'],
    ],
    [
      'a status that is repeated',
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
      'a pause',
      [
        [1, 'syncing'],
        [3, 'paused'],
      ],
      ['paused 1-3'],
    ],
    [
      'a pause that ended',
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
      'a pause whose end was missed',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [9, 'syncing'],
        [12, 'synced'],
      ],
      ['synced 1-12'],
    ],
    [
      'a pause after which only the result was seen',
      [
        [1, 'syncing'],
        [3, 'paused'],
        [12, 'synced'],
      ],
      ['synced 1-12'],
    ],
    [
      'a paused run that is resumed now',
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
    ['only a pause', [[3, 'paused']], []],
    [
      'a retry',
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
      'three attempts',
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
      'attempts that all failed',
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
      'an error, then a forced sync',
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
      'a failure, then a pause',
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
      'other statuses',
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
    ['nothing', [], []],
  ] as [string, [number, string][], string[]][])
    it(`include ${title}`, () => assert.deepEqual(runsOf(...statuses), runs));

  it('have the counts of all their attempts, and the reason of the failure', () => {
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

  it('have no counts if none are known', () => {
    const [synced] = runsFromStatuses(moments([1, 'syncing'], [5, 'synced']), 'journal');
    assert.equal(synced?.counts, undefined);
    const partly: RunCounts = { added: 1, changed: undefined, removed: undefined };
    const [added] = runsFromStatuses(moments([5, 'synced', { counts: partly }]), 'audit');
    assert.deepEqual(added?.counts, partly);
  });

  it('have no start after their end: the clocks of the service and of this machine may differ', () => {
    assert.deepEqual(runsOf([3, 'syncing'], [1, 'synced']), ['synced ?-1']);
  });
});

describe('The statuses in an audit log', () => {
  it('are sorted by time, and entries of the same time by their place in the log', () => {
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

  it('leave out other entries', () => {
    const page = decodeLogPage([
      { time: noon, action: 'move', to: '/workspaces/x' },
      { time: noon, action: 'request_sync' },
      { to: 'synced' },
    ]);
    assert.deepEqual(statusesOf(page?.items ?? []), []);
  });
});

describe('The runs in a collection log', () => {
  function items(...entries: (readonly [number | undefined, string])[]): readonly LogItem[] {
    return (
      decodeLogPage(
        entries.map(([at, action]) => (at === undefined ? { action } : { action, time: noon + at * minute })),
      )?.items ?? []
    );
  }

  it('are entries close together', () => {
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

  it('have neither start nor counts if there are older entries that were not read', () => {
    const [newer, older] = runsFromCollection(items([0, 'added'], [1, 'added'], [30, 'changed']), false);
    assert.deepEqual(newer?.counts, counts(0, 1, 0));
    assert.deepEqual([older?.start, older?.counts], [undefined, undefined]);
  });

  it('have no counts if the names of the actions are unknown', () => {
    assert.equal(countsOf(items([0, 'ingested'], [1, 'CF012'])), undefined);
  });
});

describe('Runs of several sources', () => {
  const audit = [run('synced', 30, 35), run('failed', 0, 5)];

  it('are merged, and the first source wins', () => {
    const journal = [run('synced', 31, 36), run('synced', 60, 65), run('mixed', undefined, 6)];
    assert.deepEqual(short(mergeRuns([audit, journal])), ['synced 60-65', 'synced 30-35', 'failed 0-5']);
  });

  it('take missing counts from a later source', () => {
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

  it('keep the counts that they have', () => {
    const known = [run('synced', 30, 35, { counts: counts(7, 0, 0) })];
    const collection = [run('unknown', 31, 34, { counts: counts(1, 0, 0) })];
    assert.deepEqual(mergeRuns([known, collection])[0]?.counts, counts(7, 0, 0));
  });

  it('add the counts of a run that the collection log shows in parts', () => {
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

  it('do not share counts that belong to more than one run', () => {
    const quick = [run('synced', 3, 4), run('synced', 0, 1)];
    const collection = [run('unknown', 0, 4, { counts: counts(9, 0, 0) })];
    assert.deepEqual(
      mergeRuns([quick, collection]).map((one) => one.counts),
      [undefined, undefined],
    );
  });

  it('are sorted newest first, with a running one at the top', () => {
    const merged = mergeRuns([[run('running', 70, undefined)], audit, [run('synced', undefined, 50)]]);
    assert.deepEqual(short(merged), ['running 70-?', 'synced ?-50', 'synced 30-35', 'failed 0-5']);
  });

  it('know a run that the other source saw end', () => {
    const running = [run('running', 29, undefined)];
    assert.deepEqual(short(mergeRuns([audit, running])), ['synced 30-35', 'failed 0-5']);
  });
});
