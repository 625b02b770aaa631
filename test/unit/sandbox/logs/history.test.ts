import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { liveThrough, readPages } from '../support/history.ts';
import { putFiles } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';

const hour = 3600 * 1000;
const day = 24 * hour;

interface Item {
  readonly '@timestamp': number;
  readonly timestamp: string;
  readonly action: string;
  readonly file_name: string;
  readonly status: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A change to a file in the origin folder, `atMs` ms after the start of the test. */
interface Change {
  readonly atMs: number;
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed';
}

const changes: readonly Change[] = [
  { atMs: 1 * day, name: 'tides.md', kind: 'added' },
  { atMs: 3 * day + 5 * hour, name: 'tides.md', kind: 'changed' },
  { atMs: 6 * day, name: 'pilots.md', kind: 'added' },
  { atMs: 8 * day + hour, name: 'tides.md', kind: 'removed' },
  { atMs: 11 * day, name: 'pilots.md', kind: 'changed' },
  { atMs: 13 * day, name: 'berths.md', kind: 'added' },
];

describe('The log API of a Datasource after two weeks of sync runs', () => {
  const fixture = new Fixture();
  const start = fixture.clock.now();
  let wiki = '';
  let caller: Caller;
  let runs = 0;

  before(async function () {
    this.timeout(60_000);
    await fixture.start();
    const made = await fixture.datasource({ 'index.md': 'words' });
    wiki = made.path;
    for (const { atMs, name, kind } of changes) {
      await liveThrough(fixture, start + atMs - fixture.clock.now());
      if (kind === 'removed') await rm(path.join(made.origin, name));
      else await putFiles(made.origin, { [name]: `${name} ${kind}` });
    }
    await liveThrough(fixture, start + 14 * day - fixture.clock.now());
    const { nodes, datasources } = fixture.sandbox.stores;
    runs = datasources.byId(nodes.byPath(wiki)?.id ?? 0)?.run ?? 0;
    // Two weeks later, the token from the first sign-in has expired.
    caller = await Caller.signedIn(fixture.sandbox);
  });
  after(() => fixture.stop());

  function assertNewestFirst(items: readonly Item[]): void {
    const times = items.map(({ timestamp }) => timestamp);
    assert.deepEqual(times, [...times].sort().reverse());
    assert.equal(new Set(times).size, times.length);
  }

  it('lists the start and the end of every sync run once, with 20 to 30 minutes between two starts', async () => {
    const items = await readPages<Item>(caller, `${wiki}/@getAuditLogDS`, 100);
    assertNewestFirst(items);
    const begun = items.filter(({ payload }) => payload['to'] === 'syncing');
    const ended = items.filter(({ payload }) => payload['to'] === 'synced');
    assert.ok(runs > (14 * day) / (30 * 60_000), `${runs} runs`);
    assert.deepEqual([begun.length, ended.length], [runs, runs]);
    for (const [index, run] of begun.slice(0, -1).entries()) {
      const minutes = (run['@timestamp'] - (begun[index + 1]?.['@timestamp'] ?? 0)) / 60_000;
      assert.ok(minutes >= 20 && minutes <= 30.1, `${run.timestamp}: ${minutes} min`);
    }
  });

  it('lists every file change once, in the first sync run after the change, with correct counts for the run', async () => {
    const collected = await readPages<Item>(caller, `${wiki}/@getAuditLogSpyder`, 2);
    assertNewestFirst(collected);
    const newestFirst = [...changes].reverse();
    assert.deepEqual(
      collected.map(({ action, file_name: name }) => [action, name]),
      [...newestFirst.map(({ kind, name }) => [kind, name]), ['added', 'index.md']],
    );
    for (const [index, { atMs }] of newestFirst.entries()) {
      const delay = (collected[index]?.['@timestamp'] ?? 0) - start - atMs;
      assert.ok(delay >= 0 && delay <= 30.1 * 60_000, `${delay} ms`);
    }
    const audit = await readPages<Item>(caller, `${wiki}/@getAuditLogDS`, 1000);
    const counts = audit
      .filter(
        ({ payload: { to, added, changed, removed } }) => to === 'synced' && (added || changed || removed),
      )
      .map(({ payload: { added, changed, removed } }) => [added, changed, removed]);
    const one = { added: [1, 0, 0], changed: [0, 1, 0], removed: [0, 0, 1] };
    assert.deepEqual(counts, [...newestFirst.map(({ kind }) => one[kind]), one.added]);
  });

  it('lists every addition and every change of a file once in the processing log', async () => {
    const processed = await readPages<Item>(caller, `${wiki}/@getAuditLogBeats`, 3);
    assertNewestFirst(processed);
    const expected = changes.filter(({ kind }) => kind !== 'removed').map(({ name }) => name);
    assert.deepEqual(
      processed.map(({ status, file_name: name }) => [status, name]),
      ['index.md', ...expected].reverse().map((name) => ['processed', name]),
    );
  });

  it('deletes only the entries that are older than 180 days', async () => {
    const before = await readPages<Item>(caller, `${wiki}/@getAuditLogDS`, 1000);
    await caller.patch(wiki, { sync_status: 'paused' });
    await liveThrough(fixture, 173 * day);
    const later = await Caller.signedIn(fixture.sandbox);
    const oldest = start + 7 * day;
    const [paused, ...kept] = await readPages<Item>(later, `${wiki}/@getAuditLogDS`, 100);
    assert.equal(paused?.payload['to'], 'paused');
    assert.deepEqual(
      kept,
      before.filter((item) => item['@timestamp'] >= oldest),
    );
    assert.ok(kept.length > 900 && kept.length < before.length);
    for (const [log, expected] of [
      ['@getAuditLogSpyder', ['berths.md', 'pilots.md', 'tides.md']],
      ['@getAuditLogBeats', ['berths.md', 'pilots.md']],
    ] as const)
      assert.deepEqual(
        (await readPages<Item>(later, `${wiki}/${log}`, 1)).map(({ file_name: name }) => name),
        expected,
      );
  });
});
