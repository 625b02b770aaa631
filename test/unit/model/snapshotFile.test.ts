import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SnapshotFiles } from '../../../src/model/snapshotFile.ts';
import { DatasourceStore } from '../../../src/model/store.ts';
import { DrivenClock } from '../drivenClock.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;

describe('the last known Datasources on disk', () => {
  let folder: string;
  let store: DatasourceStore;
  let clock: DrivenClock;
  let files: SnapshotFiles;
  const errors: unknown[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'onna-snapshots-'));
    store = new DatasourceStore();
    clock = new DrivenClock();
    files = new SnapshotFiles(folder, store, clock, (error) => errors.push(error));
    store.open(connection);
  });
  afterEach(async () => {
    files.dispose();
    await rm(folder, { recursive: true });
    assert.deepEqual(errors, []);
  });

  it('come back as they were', async () => {
    const nodes = [
      node('wiki', { sync_status: 'error_auth', last_sync: '2026-03-01T11:00:00Z', doc_count: 7 }),
      node('slack'),
    ];
    store.applyListing(id, listing(nodes, [], 'since-7'), true, clock.now());
    await files.flush();
    const restored = await files.read(connection);
    const snapshot = store.get(id);
    assert.deepEqual(restored, {
      since: 'since-7',
      asOf: clock.now(),
      workspaces: snapshot?.workspaces,
      datasources: snapshot?.datasources,
    });
  });

  it('come back whole and in order, however many', async () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `wiki-${index}`);
    store.applyListing(id, listing(names.map((name) => node(name))), true, clock.now());
    await files.flush();
    const restored = await files.read(connection);
    assert.deepEqual([...(restored?.datasources ?? [])], [...(store.get(id)?.datasources ?? [])]);
  });

  it('are written once for a burst of changes, readable by their owner only', async () => {
    for (const title of ['a', 'b', 'c'])
      store.applyListing(id, listing([node('wiki', { title })]), false, clock.now());
    assert.equal(clock.pending, 1);
    await clock.advance(2_000);
    await files.flush();
    const [name = '', ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600);
  });

  it('are nothing when the file is broken or of another kind', async () => {
    for (const text of ['', '{"version":1', '{"version":2,"datasources":[]}', '[]']) {
      await writeFile(path.join(folder, `${id}.json`), text);
      assert.equal(await files.read(connection), undefined);
    }
  });

  it('are gone after signing out, even when a change waits to be written', async () => {
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
    await files.flush();
    store.applyListing(id, listing([node('slack')]), false, clock.now());
    store.close(id);
    await files.forget(id);
    await files.flush();
    assert.deepEqual(await readdir(folder), []);
  });
});
