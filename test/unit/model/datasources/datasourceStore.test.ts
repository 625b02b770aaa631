import assert from 'node:assert/strict';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { StoreChange } from '../../../../src/model/datasources/datasourceStore.ts';
import { decodeListing } from '../../../../src/onna/wire/listing.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;
const now = Date.parse('2026-03-01T12:00:00Z');

describe('The Datasource store', () => {
  let store: DatasourceStore;
  let changes: StoreChange[];
  beforeEach(() => {
    store = new DatasourceStore();
    store.open(connection);
    changes = [];
    store.onDidChange((change) => changes.push(change));
  });

  const titles = (): string[] => [...(store.get(id)?.datasources.values() ?? [])].map(({ title }) => title);

  it('reports which Datasources were added, changed and removed', () => {
    store.applyListing(id, listing([node('wiki'), node('slack')]), true, now);
    store.applyListing(
      id,
      listing([node('slack', { sync_status: 'failed' }), node('drive')], ['uid-wiki']),
      false,
      now,
    );
    const [, second] = changes;
    assert.deepEqual(second?.added, ['uid-drive']);
    assert.deepEqual(second.changed, ['uid-slack']);
    assert.deepEqual(second.removed, ['uid-wiki']);
    assert.deepEqual(titles(), ['drive', 'slack']);
  });

  it('fires no event, and keeps the same objects, if a poll finds nothing new', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const before = store.get(id)?.datasources;
    changes.length = 0;
    store.startLoading(id);
    store.applyListing(id, listing([]), false, now + 1);
    store.applyListing(id, listing([node('wiki')]), true, now + 2);
    assert.deepEqual(changes, []);
    assert.equal(store.get(id)?.datasources, before);
    assert.equal(store.get(id)?.asOf, now + 2);
  });

  it('removes Datasources that are missing from a complete listing', () => {
    store.applyListing(id, listing([node('wiki'), node('slack')]), true, now);
    store.applyListing(id, listing([node('slack')]), true, now);
    assert.deepEqual(titles(), ['slack']);
  });

  it('accepts deletions by uid and by path', () => {
    store.applyListing(id, listing([node('a'), node('b'), node('c')]), true, now);
    store.applyListing(id, listing([], ['uid-a', '/workspaces/harbour/b']), false, now);
    assert.deepEqual(titles(), ['c']);
  });

  it('keeps its data if a poll fails, and stores the failure until a poll succeeds', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const failure = new OnnaError({ kind: 'signedOut' });
    store.fail(id, failure);
    assert.deepEqual(titles(), ['wiki']);
    assert.equal(store.get(id)?.failure, failure);
    store.applyListing(id, listing([]), false, now);
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(changes.at(-1)?.state, true);
  });

  it('shows the expected status at once, and restores the previous status if the service refuses the action', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'pending');
    assert.equal(store.find(id, 'uid-wiki')?.status, 'pending');
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'synced');
  });

  it('does not roll back a newer status when the service refuses an action', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'pending');
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed' })]), false, now);
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'failed');
  });

  it('restores the last reported status if the service refuses two simultaneous actions', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBackFirst = store.expect(id, 'uid-wiki', 'pending');
    const rollBackSecond = store.expect(id, 'uid-wiki', 'paused');
    rollBackFirst();
    rollBackSecond();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'synced');
  });

  it('does not roll back a status that the service has confirmed', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'paused');
    store.applyListing(id, listing([node('wiki', { sync_status: 'paused' })]), false, now);
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'paused');
  });

  it('keeps the result of the last run while the next run is in progress', () => {
    const failedAt = '2026-03-01T09:00:00.000000+00:00';
    store.applyListing(
      id,
      listing([node('wiki', { sync_status: 'failed', '@timestamp': failedAt })]),
      true,
      now,
    );
    store.applyListing(id, listing([node('wiki', { sync_status: 'pending' })]), false, now);
    store.applyListing(id, listing([node('wiki', { sync_status: 'syncing' })]), false, now);
    assert.deepEqual(store.find(id, 'uid-wiki')?.lastResult, { outcome: 'failed', at: Date.parse(failedAt) });
    store.applyListing(
      id,
      listing([node('wiki', { sync_status: 'synced', last_sync: '2026-03-01T11:59:00Z' })]),
      false,
      now,
    );
    assert.deepEqual(store.find(id, 'uid-wiki')?.lastResult, { outcome: 'synced', at: now - 60_000 });
  });

  it('does not mistake a changed title for a new result', () => {
    const at = '2026-03-01T09:00:00.000000+00:00';
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed', '@timestamp': at })]), true, now);
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed', title: 'Wiki 2' })]), false, now);
    assert.equal(store.find(id, 'uid-wiki')?.lastResult?.at, Date.parse(at));
    assert.equal(changes.at(-1)?.regrouped, true);
  });

  it('keeps the known status if a listing omits the status', () => {
    store.applyListing(id, listing([node('wiki', { sync_status: 'syncing' })]), true, now);
    store.applyListing(id, listing([node('wiki', { sync_status: undefined, title: 'x' })]), false, now);
    assert.equal(store.find(id, 'uid-wiki')?.status, 'syncing');
  });

  it('ignores data for a closed connection', () => {
    store.close(id);
    store.applyListing(id, listing([node('wiki')]), true, now);
    store.fail(id, new OnnaError({ kind: 'signedOut' }));
    assert.equal(store.get(id), undefined);
  });
});

describe('The Datasource store, given deletions and moves,', () => {
  let store: DatasourceStore;
  beforeEach(() => {
    store = new DatasourceStore();
    store.open(connection);
    const all = [
      workspace('a', 'A'),
      workspace('ab', 'AB'),
      at('a/wiki'),
      at('a/slack'),
      at('ab/drive'),
      at('a/plain', { '@uid': undefined }),
      at('own', { '@id': '/ines@lumenfjord.test/own' }),
      at('own2', { '@id': '/ines@lumenfjord.test/own2' }),
    ];
    store.applyListing(id, listing(all), true, now);
  });

  function workspace(name: string, title: string, fields: object = {}): ReturnType<typeof node> {
    return node(name, {
      ...{ '@id': `/workspaces/${name}`, '@type': 'Workspace', '@uid': `ws-${name}`, title },
      ...fields,
    });
  }
  function at(name: string, fields: Record<string, unknown> = {}): ReturnType<typeof node> {
    return node(name, { '@id': `/workspaces/${name}`, title: name, ...fields });
  }
  function apply(nodes: readonly ReturnType<typeof node>[], deleted: readonly unknown[]): void {
    const page = decodeListing(connection, { updates: [], deleted });
    store.applyListing(id, listing(nodes, page?.deleted), false, now + 1);
  }
  const left = (): string[] =>
    [...(store.get(id)?.datasources.values() ?? [])].map(({ path }) => path).sort();
  const workspaces = (): string[] => [...(store.get(id)?.workspaces.values() ?? [])].sort();

  const root = 'https://other.example.test/proxy/api/rel0/lumenfjord';
  for (const [form, reference] of Object.entries({
    'the workspace’s uid': 'ws-a',
    'the workspace’s path': '/workspaces/a',
    'the workspace’s path with a trailing slash': '/workspaces/a/',
    'the workspace’s path without the leading slash': 'workspaces/a',
    'the workspace’s path with the account in front': '/rel0/lumenfjord/workspaces/a',
    'the workspace’s URL': `${root}/workspaces/a`,
    'an object with the workspace’s uid': { '@uid': 'ws-a' },
    'an object with the workspace’s URL': { '@id': `${root}/workspaces/a` },
  })) {
    it(`removes a single Workspace and its contents if a deletion contains ${form}`, () => {
      apply([], [reference]);
      assert.deepEqual(workspaces(), ['AB']);
      assert.deepEqual(left(), [
        '/ines@lumenfjord.test/own',
        '/ines@lumenfjord.test/own2',
        '/workspaces/ab/drive',
      ]);
    });
  }

  it('removes an empty Workspace if the service reports its uid as deleted', () => {
    apply([workspace('empty', 'Empty')], []);
    apply([], ['ws-empty']);
    assert.deepEqual(workspaces(), ['A', 'AB']);
  });

  it('recognizes the uid of a Workspace restored from disk', () => {
    const other = new DatasourceStore();
    const known = store.get(id);
    assert.ok(known);
    other.open(connection, { ...known });
    other.applyListing(id, listing([], ['ws-a']), false, now);
    assert.deepEqual([...(other.get(id)?.workspaces.values() ?? [])], ['AB']);
  });

  it('removes a user’s Datasources if the service reports the user’s folder as deleted', () => {
    apply([], ['/ines@lumenfjord.test']);
    assert.ok(left().every((path) => path.startsWith('/workspaces/')));
    assert.equal(left().length, 4);
  });

  it('accepts deletions by uid, by path and by URL in one response', () => {
    apply([], ['uid-a/wiki', '/workspaces/a/slack', `${root}/workspaces/ab/drive`]);
    assert.deepEqual(left(), [
      '/ines@lumenfjord.test/own',
      '/ines@lumenfjord.test/own2',
      '/workspaces/a/plain',
    ]);
  });

  it('ignores deletions of the account itself or of nodes in another account', () => {
    apply([], ['/', root, '', 'https://other.example.test/api/rel0/other/workspaces/a']);
    assert.equal(left().length, 6);
  });

  it('moves a Datasource to its new Workspace', () => {
    apply([at('a/wiki', { '@id': '/workspaces/ab/wiki' })], ['/workspaces/a/wiki', '/workspaces/a']);
    assert.equal(store.find(id, 'uid-a/wiki')?.path, '/workspaces/ab/wiki');
    assert.ok(!left().includes('/workspaces/a/slack'));
  });

  it('keeps only the new Datasource if a Datasource was deleted and recreated at the same path', () => {
    apply([at('a/wiki', { '@uid': 'new' })], ['/workspaces/a/wiki', 'uid-a/wiki']);
    assert.equal(store.find(id, 'uid-a/wiki'), undefined);
    assert.equal(store.find(id, 'new')?.path, '/workspaces/a/wiki');
  });

  for (const reference of ['/workspaces/a', 'ws-a']) {
    it(`removes the old contents of a Workspace that was recreated at the same path (deleted: ${reference})`, () => {
      apply([workspace('a', 'A', { '@uid': 'ws-new' }), at('a/new')], [reference]);
      assert.deepEqual(workspaces(), ['A', 'AB']);
      assert.deepEqual(
        left().filter((path) => path.startsWith('/workspaces/a/')),
        ['/workspaces/a/new'],
      );
      apply([], ['ws-new']);
      assert.deepEqual(workspaces(), ['AB']);
    });
  }

  it('keeps a Workspace and its contents if the service reports it as both changed and deleted', () => {
    apply([workspace('a', 'A 2')], ['/workspaces/a', 'ws-a']);
    assert.deepEqual(workspaces(), ['A 2', 'AB']);
    assert.equal(left().length, 6);
  });

  for (const deleted of [[], ['/workspaces/a'], ['/workspaces/a', '/workspaces/a/wiki']]) {
    it(`moves Datasources together with their Workspace (deleted: ${deleted.join(', ') || 'none'})`, () => {
      apply([workspace('a', 'A', { '@id': '/workspaces/moved' })], deleted);
      assert.deepEqual(workspaces(), ['A', 'AB']);
      assert.equal(store.find(id, 'uid-a/wiki')?.path, '/workspaces/moved/wiki');
      assert.equal(store.find(id, 'uid-a/wiki')?.parentPath, '/workspaces/moved');
      assert.equal(store.find(id, '/workspaces/moved/plain')?.title, 'a/plain');
      assert.equal(left().length, 6);
    });
  }

  it('reports deletions of unknown uids, because they may belong to folders that contain Datasources', () => {
    apply([], ['somebody', '/workspaces/none', 'ws-a']);
    assert.deepEqual(store.get(id)?.unplaced, ['somebody']);
    apply([], []);
    assert.deepEqual(store.get(id)?.unplaced, []);
  });
});
