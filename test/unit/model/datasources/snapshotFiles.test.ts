import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SnapshotFiles } from '../../../../src/model/datasources/snapshotFiles.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { liveHeapBytes } from '../../../bench/modelClient.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;

describe('SnapshotFiles', () => {
  let folder: string;
  let store: DatasourceStore;
  let clock: FakeClock;
  let files: SnapshotFiles;
  const errors: unknown[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'onna-snapshots-'));
    store = new DatasourceStore();
    clock = new FakeClock();
    files = new SnapshotFiles(folder, store, clock, (error) => errors.push(error));
    store.open(connection);
  });
  afterEach(async () => {
    files.dispose();
    await rm(folder, { recursive: true });
    assert.deepEqual(errors, []);
  });

  it('restores Datasources and Workspaces unchanged', async () => {
    const nodes = [
      node('wiki', { sync_status: 'error_auth', last_sync: '2026-03-01T11:00:00Z', doc_count: 7 }),
      node('slack'),
    ];
    const harbour = {
      '@id': '/workspaces/harbour',
      '@type': 'Workspace',
      '@uid': 'uid-harbour',
      title: 'Harbour',
    };
    const quay = { '@id': '/workspaces/quay', '@type': 'Workspace', '@uid': undefined, title: 'Quay' };
    const all = { ...listing([...nodes, node('', harbour), node('', quay)], [], 'since-7'), unreadable: 3 };
    store.applyListing(id, all, true, clock.now());
    const log = store.get(id)?.readLog;
    for (const name of ['uid-wiki', 'uid-slack']) log?.leftOut(name, undefined, false);
    log?.note('uid-wiki', 'refused', clock.now());
    await files.flush();
    const restored = await files.read(connection);
    const snapshot = store.get(id);
    assert.deepEqual([...(restored?.workspaceUids ?? [])], [['/workspaces/harbour', 'uid-harbour']]);
    assert.equal(restored?.readLog.size, 2);
    for (const name of ['uid-wiki', 'uid-slack'])
      assert.deepEqual(restored.readLog.get(name), log?.get(name));
    assert.deepEqual(restored, {
      since: 'since-7',
      asOf: clock.now(),
      readLog: restored.readLog,
      unreadable: 3,
      workspaceUids: snapshot?.workspaceUids,
      workspacePermissions: snapshot?.workspacePermissions,
      workspaces: snapshot?.workspaces,
      datasources: snapshot?.datasources,
    });
  });

  it('restores 1,001 Datasources completely and in order', async () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `wiki-${index}`);
    store.applyListing(id, listing(names.map((name) => node(name))), true, clock.now());
    await files.flush();
    const restored = await files.read(connection);
    assert.deepEqual([...(restored?.datasources ?? [])], [...(store.get(id)?.datasources ?? [])]);
  });

  it('sorts the Datasources again if the order of titles has changed since they were saved', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `wiki-${index}`);
    store.applyListing(id, listing(names.map((name) => node(name))), true, clock.now());
    await files.flush();
    const file = path.join(folder, `${id}.json`);
    const sorted = JSON.parse(await readFile(file, 'utf8')) as { order: string; datasources: unknown[] };
    const { datasources, ...head } = { ...sorted, order: 'tlh 1.0' };
    const pieces = datasources.toReversed().map((datasource) => JSON.stringify(datasource));
    const text = `${JSON.stringify(head).slice(0, -1)},"datasources":[\n${pieces.join(',\n')}\n]}`;
    await writeFile(file, text);
    const restored = await files.read(connection);
    assert.deepEqual([...(restored?.datasources ?? [])], [...(store.get(id)?.datasources ?? [])]);
  });

  it('needs at most 600 bytes of memory for each restored Datasource', async () => {
    const count = 10_000;
    const uid = (index: number): string => index.toString(16).padStart(32, '0');
    const nodes = Array.from({ length: count }, (_, index) =>
      node(`datasource-${index}`, {
        ...{
          '@uid': uid(index),
          '@id': `/workspaces/generated-${Math.floor(index / 100)}/datasource-${index}`,
        },
        ...{ last_sync: '2026-03-01T11:00:00Z', creators: ['ines@lumenfjord.test'] },
      }),
    );
    store.applyListing(id, listing(nodes), true, clock.now());
    await files.flush();
    store.close(id);
    nodes.length = 0;
    const before = await liveHeapBytes();
    store.open(connection, await files.read(connection));
    const bytes = ((await liveHeapBytes()) - before) / count;
    assert.equal(store.get(id)?.datasources.size, count);
    assert.ok(bytes > 200 && bytes <= 600, `${bytes} bytes`);
  });

  it('does not write restored data again', async () => {
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
    await files.flush();
    const restored = await files.read(connection);
    store.close(id);
    const { ino } = await stat(path.join(folder, `${id}.json`));
    store.open(connection, restored);
    store.fail(id, new OnnaError({ kind: 'signedOut' }));
    await clock.advance(10_000);
    await files.flush();
    assert.equal((await stat(path.join(folder, `${id}.json`))).ino, ino);
    store.applyListing(id, listing([]), false, clock.now());
    await clock.advance(10_000);
    await files.flush();
    assert.equal((await files.read(connection))?.asOf, clock.now() - 10_000);
  });

  it('writes once for a burst of changes, to a file that only the owner can read', async () => {
    for (const title of ['a', 'b', 'c'])
      store.applyListing(id, listing([node('wiki', { title })]), false, clock.now());
    assert.equal(clock.pending, 1);
    await clock.advance(2_000);
    await files.flush();
    const [name = '', ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600);
  });

  it('ignores a file that is corrupt or has another format', async () => {
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
    await files.flush();
    const file = path.join(folder, `${id}.json`);
    const saved = await readFile(file, 'utf8');
    assert.ok(await files.read(connection));
    const broken = [
      ...['', '{"version":1', '{"version":2,"datasources":[]}', '[]'],
      saved.slice(0, -2),
      saved.slice(0, saved.indexOf('\n')),
      saved.slice(0, saved.lastIndexOf('\n') - 5),
      saved.replace('"version":1', '"version":2'),
      saved.replace('"id":"uid-wiki"', '"id":5'),
      saved.replace('"owners":[]', '"owners":[7]'),
      saved.replace('"favorite":false', '"favorite":"no"'),
      saved.replace(/"lastResult":\{[^}]*\}/, '"lastResult":{"outcome":"dreaming","at":1}'),
    ];
    for (const text of broken) {
      assert.notEqual(text, saved);
      await writeFile(file, text);
      assert.equal(await files.read(connection), undefined, text);
    }
  });

  it('deletes the file at sign-out even if a write is pending', async () => {
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
    await files.flush();
    store.applyListing(id, listing([node('slack')]), false, clock.now());
    store.close(id);
    await files.forget(id);
    await files.flush();
    assert.deepEqual(await readdir(folder), []);
  });

  describe('with two windows', () => {
    let otherStore: DatasourceStore;
    let other: SnapshotFiles;

    beforeEach(() => {
      otherStore = new DatasourceStore();
      other = new SnapshotFiles(folder, otherStore, clock, (error) => errors.push(error));
      otherStore.open(connection);
    });
    afterEach(() => other.dispose());

    const titles = async (): Promise<string[]> =>
      [...((await files.read(connection))?.datasources.values() ?? [])].map(({ title }) => title);

    it('keeps the newest data even if the window with older data writes last', async () => {
      store.applyListing(id, listing([node('wiki', { title: 'Old' })]), true, clock.now());
      await files.flush();
      await clock.advance(60_000);
      otherStore.applyListing(
        id,
        listing([node('wiki', { title: 'New' })], [], 'a "quoted" since'),
        true,
        clock.now(),
      );
      await other.flush();
      await files.flush();
      assert.deepEqual(await titles(), ['New']);
    });

    it('overwrites data with a time in the future, because the clock must have been wrong', async () => {
      otherStore.applyListing(id, listing([node('wiki', { title: 'Ahead' })]), true, clock.now() + 7_200_000);
      await other.flush();
      store.applyListing(id, listing([node('wiki', { title: 'Now' })]), true, clock.now());
      await files.flush();
      assert.deepEqual(await titles(), ['Now']);
    });

    it('always reads complete data while two windows write', async () => {
      const names = Array.from({ length: 1_500 }, (_, index) => `wiki-${index}`);
      let writing = true;
      const write = async (to: DatasourceStore, by: SnapshotFiles, title: string): Promise<void> => {
        for (let time = 0; time < 15; time++) {
          await clock.advance(1);
          const nodes = names.map((name) => node(name, { title: `${title} ${time}` }));
          to.applyListing(id, listing(nodes), true, clock.now());
          await by.flush();
        }
      };
      const both = Promise.all([write(store, files, 'one'), write(otherStore, other, 'other')]).finally(
        () => (writing = false),
      );
      let reads = 0;
      while (writing) {
        const read = await files.read(connection);
        // Reading an incomplete file fails. Once the file exists, every read must succeed.
        if (!read && reads === 0) continue;
        assert.ok(read, 'the file must be readable');
        reads++;
        assert.equal(read.datasources.size, names.length);
        assert.equal(new Set([...read.datasources.values()].map(({ title }) => title)).size, 1);
      }
      await both;
      assert.ok(reads > 10, `${reads} reads`);
      assert.equal((await files.read(connection))?.asOf, clock.now());
      assert.deepEqual(await readdir(folder), [`${id}.json`]);
    });

    it('deletes the file at sign-out, and also the temporary files of a killed window', async () => {
      store.applyListing(id, listing([node('wiki')]), true, clock.now());
      await files.flush();
      await writeFile(path.join(folder, `${id}.json.4711.tmp`), '{"version":1');
      store.close(id);
      await files.forget(id);
      assert.deepEqual(await readdir(folder), []);
    });
  });
});
