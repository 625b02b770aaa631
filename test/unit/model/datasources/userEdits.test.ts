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

describe('The user’s own changes in the store', () => {
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

  it('appear in title order, with one event, and return to the last reported state', () => {
    const rollBack = store.expectChange(id, 'uid-wiki', { title: 'Berths' });
    assert.deepEqual(titles(), ['Berths', 'chat']);
    assert.deepEqual([changes.length, changes[0]?.changed, changes[0]?.regrouped], [1, ['uid-wiki'], true]);
    rollBack();
    assert.deepEqual(titles(), ['chat', 'wiki']);
    rollBack();
    assert.equal(changes.length, 2);
  });

  it('stay if the service has reported something newer than the expected state', () => {
    const rollBack = store.expectChange(id, 'uid-wiki', { parent: '/workspaces/pier' });
    assert.equal(store.find(id, 'uid-wiki')?.path, '/workspaces/pier/wiki');
    store.put(id, node('wiki', { title: 'Tides' }), now);
    rollBack();
    assert.deepEqual(titles(), ['chat', 'Tides']);
  });

  it('are no event if they change nothing', () => {
    store.expectChange(id, 'uid-wiki', { title: 'wiki', syncType: 'auto', status: 'synced' })();
    store.expectWorkspaceTitle(id, '/workspaces/harbour', 'harbour')();
    store.put(id, node('wiki'), now);
    store.remove(id, '/workspaces/none', now);
    assert.deepEqual(changes, []);
  });

  it('add a new node, keep the permissions of a known Workspace, and remove everything below a deleted one', () => {
    store.put(id, node('box'), now);
    store.put(id, workspace('harbour'), now);
    assert.deepEqual(titles(), ['box', 'chat', 'wiki']);
    assert.equal(store.get(id)?.workspacePermissions.get('/workspaces/harbour')?.add, true);
    store.remove(id, '/workspaces/harbour', now);
    assert.deepEqual(titles(), []);
    assert.equal(store.get(id)?.workspacePermissions.size, 0);
    assert.equal(store.get(id)?.workspaces.size, 0);
  });

  it('keep the Datasources known by their paths if the list has no uids', () => {
    const unnamed = (name: string): WireNode => ({ ...node(name), uid: undefined });
    store.applyListing(id, listing([unnamed('chat'), unnamed('wiki')]), true, now);
    store.put(id, node('wiki', { title: 'Tides' }), now);
    assert.deepEqual(titles(), ['chat', 'Tides']);
  });

  it('redraw a Workspace if only the user’s permissions on it have changed', () => {
    store.applyListing(id, listing([workspace('harbour', { 'guillotina.AddContent': false })]), false, now);
    assert.equal(changes.at(-1)?.regrouped, true);
  });

  it('include no action on a Workspace that the list does not contain', () => {
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

  it('survive a restart together with the permissions and the invited users', async () => {
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
