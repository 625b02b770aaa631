import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasourceStore, type StoreChange } from '../../../../src/model/datasources/datasourceStore.ts';
import { groupsOf } from '../../../../src/model/datasources/grouping.ts';
import { SnapshotFiles } from '../../../../src/model/datasources/snapshotFiles.ts';
import { decodeNode } from '../../../../src/onna/wire/node.ts';
import type { WireNode } from '../../../../src/onna/wire/node.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;
const now = Date.parse('2026-03-01T12:00:00Z');

function workspace(name: string, permissions?: Record<string, boolean>): WireNode {
  const decoded = decodeNode(connection, {
    '@id': `https://onna.example.test/api/rel0/lumenfjord/workspaces/${name}`,
    ...{ '@type': 'Workspace', '@uid': `uid-${name}`, title: name },
    ...(permissions && { '@users-permissions': permissions }),
  });
  if (!decoded) throw new Error('the fields do not form a Workspace');
  return decoded;
}

describe('The Datasource store, given the user’s own changes,', () => {
  let store: DatasourceStore;
  let changes: StoreChange[];
  beforeEach(() => {
    store = new DatasourceStore();
    store.open(connection);
    const nodes = [workspace('harbour', { 'guillotina.AddContent': true }), node('chat'), node('wiki')];
    store.applyListing(id, listing(nodes), true, now);
    changes = [];
    store.onDidChange((change) => changes.push(change));
  });
  afterEach(() => store.dispose());

  const titles = (): readonly string[] =>
    [...(store.get(id)?.datasources.values() ?? [])].map(({ title }) => title);

  it('shows a change in title order with a single event, and can roll it back once', () => {
    const rollBack = store.expectChange(id, 'uid-wiki', { title: 'Berths' });
    assert.deepEqual(titles(), ['Berths', 'chat']);
    assert.deepEqual([changes.length, changes[0]?.changed, changes[0]?.regrouped], [1, ['uid-wiki'], true]);
    rollBack();
    assert.deepEqual(titles(), ['chat', 'wiki']);
    rollBack();
    assert.equal(changes.length, 2);
  });

  it('moves a favorite to another group with a single event, whether the user or the service marked it', () => {
    const rollBack = store.expectChange(id, 'uid-wiki', { favorite: true });
    assert.deepEqual([changes.length, changes[0]?.changed, changes[0]?.regrouped], [1, ['uid-wiki'], true]);
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.favorite, false);
    changes = [];
    store.put(id, node('wiki', { favorite: true }), now);
    assert.deepEqual([changes.length, changes[0]?.regrouped], [1, true]);
    store.put(id, node('wiki'), now);
    assert.equal(store.find(id, 'uid-wiki')?.favorite, true, 'an answer without the field changes nothing');
  });

  it('does not roll back a change once the service has reported a newer state', () => {
    const rollBack = store.expectChange(id, 'uid-wiki', { parent: '/workspaces/pier' });
    assert.equal(store.find(id, 'uid-wiki')?.path, '/workspaces/pier/wiki');
    store.put(id, node('wiki', { title: 'Tides' }), now);
    rollBack();
    assert.deepEqual(titles(), ['chat', 'Tides']);
  });

  it('fires no event if an edit changes nothing', () => {
    store.expectChange(id, 'uid-wiki', { title: 'wiki', syncType: 'auto', status: 'synced' })();
    store.expectWorkspaceTitle(id, '/workspaces/harbour', 'harbour')();
    store.put(id, node('wiki'), now);
    store.remove(id, '/workspaces/none', now);
    assert.deepEqual(changes, []);
  });

  it('adds a new node, keeps the permissions of a known Workspace, and removes a Workspace with its contents', () => {
    store.put(id, node('box'), now);
    store.put(id, workspace('harbour'), now);
    assert.deepEqual(titles(), ['box', 'chat', 'wiki']);
    assert.equal(store.get(id)?.workspacePermissions.get('/workspaces/harbour')?.add, true);
    store.remove(id, '/workspaces/harbour', now);
    assert.deepEqual(titles(), []);
    assert.equal(store.get(id)?.workspacePermissions.size, 0);
    assert.equal(store.get(id)?.workspaces.size, 0);
  });

  it('identifies Datasources by path if the list has no uids', () => {
    const unnamed = (name: string): WireNode => ({ ...node(name), uid: undefined });
    store.applyListing(id, listing([unnamed('chat'), unnamed('wiki')]), true, now);
    store.put(id, node('wiki', { title: 'Tides' }), now);
    assert.deepEqual(titles(), ['chat', 'Tides']);
  });

  it('reports a changed Workspace if only the user’s permissions on it have changed', () => {
    store.applyListing(id, listing([workspace('harbour', { 'guillotina.AddContent': false })]), false, now);
    assert.equal(changes.at(-1)?.regrouped, true);
  });

  it('grants no permission on a Workspace that is missing from the list', () => {
    const snapshot = store.get(id);
    assert.ok(snapshot);
    const hidden = node('alone', { '@id': '/workspaces/secret/alone' });
    store.put(id, hidden, now);
    const later = store.get(id);
    assert.ok(later);
    const groups = groupsOf(later, 'workspace');
    assert.deepEqual(groups.find(({ key }) => key === '/workspaces/secret')?.permissions, {
      ...{ add: false, modify: false, delete: false },
    });
  });

  it('restores edits, permissions and invited users after a restart', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onna-user-edits-'));
    const files = new SnapshotFiles(folder, store, new FakeClock(now), (error) => assert.fail(String(error)));
    try {
      const roles = { 'ines@lumenfjord.test': ['guillotina.Owner'], tom: ['guillotina.Owner'], una: ['X'] };
      const invited = {
        sync_status: 'invited',
        creators: ['ines@lumenfjord.test'],
        '@assigned-roles': roles,
      };
      store.put(id, node('wiki', invited), now);
      assert.deepEqual(store.find(id, 'uid-wiki')?.invitees, ['tom']);
      await files.flush();
      const restored = await files.read(connection);
      assert.equal(restored?.workspacePermissions.get('/workspaces/harbour')?.add, true);
      assert.deepEqual(restored.datasources.get('uid-wiki'), store.find(id, 'uid-wiki'));
    } finally {
      files.dispose();
      await rm(folder, { recursive: true });
    }
  });
});
