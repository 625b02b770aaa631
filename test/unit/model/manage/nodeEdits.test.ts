import assert from 'node:assert/strict';
import { deleteNode } from '../../../../src/model/manage/deletion.ts';
import { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from './manageWorld.ts';

describe('NodeEdits with the sandbox', () => {
  let sandbox: Sandbox;
  let ines: SandboxAccount;
  let olaf: SandboxAccount;
  let world: ManageWorld;
  let edits: NodeEdits;

  beforeEach(async () => {
    sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
    sandbox.addWorkspace('Harbour', 'harbour');
    sandbox.addWorkspace('Pier', 'pier');
    const parent = '/workspaces/harbour';
    sandbox.addDatasource({ parent, title: 'Wiki', id: 'wiki', type: 'confluence', status: 'synced' });
    const { login, password } = await sandbox.addUser({ login: 'olaf@sandbox.test', at: parent });
    ines = await SandboxAccount.signedIn(sandbox);
    olaf = await SandboxAccount.signedIn(sandbox, login, password);
    world = new ManageWorld(sandbox, sandbox.user, ines.client);
    edits = new NodeEdits(world.context);
    await world.poll();
  });
  afterEach(async () => {
    await Promise.all([ines.close(), olaf.close()]);
    await sandbox.close();
  });

  const verified = { ignored: [], isVerified: true };

  it('shows a change of a Datasource at once, and keeps it after the service has confirmed it', async () => {
    const renaming = edits.rename(world.id, world.datasource('Wiki'), 'Tides');
    assert.deepEqual(world.rows(), ['Tides auto /workspaces/harbour']);
    assert.deepEqual(await renaming, verified);
    const changing = edits.changeSyncType(world.id, world.datasource('Tides'), 'arch');
    assert.deepEqual(world.rows(), ['Tides arch /workspaces/harbour']);
    assert.deepEqual(await changing, verified);
    const moving = edits.move(world.id, world.datasource('Tides'), '/workspaces/pier');
    assert.deepEqual(world.rows(), ['Tides arch /workspaces/pier']);
    assert.deepEqual(await moving, verified);
    assert.equal(world.store.isExpected(world.datasource('Tides')), false);
    await world.poll();
    assert.deepEqual(world.rows(), ['Tides arch /workspaces/pier']);
  });

  it('lets users with read access mark a favorite, shows the mark at once, and can remove it', async () => {
    const other = new ManageWorld(sandbox, 'olaf@sandbox.test', olaf.client);
    await other.poll();
    const reader = new NodeEdits(other.context);
    const marking = reader.setFavorite(other.id, other.datasource('Wiki'), true);
    assert.equal(other.datasource('Wiki').favorite, true);
    assert.deepEqual(await marking, verified);
    await other.poll();
    assert.equal(other.datasource('Wiki').favorite, true);
    await world.poll();
    assert.equal(world.datasource('Wiki').favorite, false, 'the mark belongs to one user');
    assert.deepEqual(await reader.setFavorite(other.id, other.datasource('Wiki'), false), verified);
    await other.poll();
    assert.equal(other.datasource('Wiki').favorite, false);
  });

  it('reads from the list which favorites the user has marked in another client', async () => {
    const { stores } = sandbox;
    const wiki = stores.nodes.byPath('/workspaces/harbour/wiki');
    assert.ok(wiki);
    stores.favorites.add(sandbox.user, wiki.id);
    stores.nodes.touch(wiki.id);
    await world.poll();
    assert.equal(world.datasource('Wiki').favorite, true);
  });

  it('rolls back a mark if the service fails', async () => {
    sandbox.setSwitches({ burst: { status: 503, count: 1, path: '@favorite' } });
    const marking = edits.setFavorite(world.id, world.datasource('Wiki'), true);
    assert.equal(world.datasource('Wiki').favorite, true);
    assert.equal((await failureOf(marking)).kind, 'serverError');
    assert.equal(world.datasource('Wiki').favorite, false);
  });

  it('renames a Workspace, and shows the new title at once', async () => {
    const titles = (): unknown => world.store.get(world.id)?.workspaces.get('/workspaces/pier');
    const renaming = edits.renameWorkspace(world.id, '/workspaces/pier', 'Quay');
    assert.equal(titles(), 'Quay');
    assert.deepEqual(await renaming, verified);
    assert.equal(titles(), 'Quay');
  });

  it('rolls back a change that the service refuses, and drops the cached permissions', async () => {
    const other = new ManageWorld(sandbox, 'olaf@sandbox.test', olaf.client);
    await other.poll();
    const before = other.rows();
    const refused = new NodeEdits(other.context);
    const wiki = other.datasource('Wiki');
    for (const edit of [
      () => refused.rename(other.id, wiki, 'Mine'),
      () => refused.changeSyncType(other.id, wiki, 'one'),
      () => refused.move(other.id, wiki, '/olaf@sandbox.test'),
    ]) {
      assert.equal((await failureOf(edit())).kind, 'noPermission');
      assert.deepEqual(other.rows(), before);
    }
    const workspace = refused.renameWorkspace(other.id, '/workspaces/harbour', 'Mine');
    assert.equal((await failureOf(workspace)).kind, 'noPermission');
    assert.equal(other.store.get(other.id)?.workspaces.get('/workspaces/harbour'), 'Harbour');
    assert.deepEqual([other.forgotten, other.acted.length], [4, 4]);
  });

  it('reports a status change that the service confirms but ignores', async () => {
    sandbox.setSwitches({ patchIgnoresStatus: true });
    await sandbox.setStatus('/workspaces/harbour/wiki', 'invited');
    await world.poll();
    const result = await edits.accept(world.id, world.datasource('Wiki'));
    assert.deepEqual(result, { ignored: ['sync_status'], isVerified: true });
    assert.equal(world.datasource('Wiki').status, 'invited');
  });

  it('adds created Workspaces and Datasources to the list before the next poll', async () => {
    const quay = await edits.create(world.id, '/workspaces', { '@type': 'Workspace', title: 'Quay' });
    assert.ok(quay.path !== undefined && quay.path.startsWith('/workspaces/quay-'));
    assert.equal(world.store.get(world.id)?.workspaces.get(quay.path), 'Quay');
    const content = { '@type': 'BoxDatasource', title: 'Box', type_sync: 'arch', sync_status: 'created' };
    const box = await edits.create(world.id, quay.path, content);
    assert.deepEqual(box.ignored, []);
    assert.equal(world.store.find(world.id, box.id ?? '')?.status, 'created');
    assert.deepEqual(world.rows(), [`Box arch ${quay.path}`, 'Wiki auto /workspaces/harbour']);
    const files = { '@type': 'StaticDatasource', title: 'Files', type_sync: 'one', sync_status: 'pending' };
    assert.equal((await edits.create(world.id, `/${sandbox.user}`, files)).isVerified, true);
  });

  it('configures a created Datasource, and returns the source fields that its type ignores', async () => {
    const parent = '/workspaces/pier';
    sandbox.addDatasource({ parent, title: 'Crawler', id: 'crawler', type: 'crawler' });
    await world.poll();
    const source = { urls: ['https://example.test'], credentials_of: 'nobody' };
    const result = await edits.configure(world.id, world.datasource('Crawler'), source);
    assert.deepEqual(result, { ignored: ['credentials_of'], isVerified: true });
    assert.notEqual(world.datasource('Crawler').status, 'created');
  });

  it('deletes a Workspace and its contents', async () => {
    assert.equal(await deleteNode(world.context, world.id, '/workspaces/harbour'), true);
    assert.deepEqual(world.rows(), []);
    assert.deepEqual([...(world.store.get(world.id)?.workspaces.values() ?? [])], ['Pier']);
    assert.equal((await failureOf(ines.client.node('/workspaces/harbour/wiki'))).kind, 'notFound');
  });

  it('reports success if someone else has already deleted the node, and sends DELETE only once', async () => {
    await ines.client.content.remove('/workspaces/harbour/wiki');
    sandbox.clearRequests();
    assert.equal(await deleteNode(world.context, world.id, '/workspaces/harbour/wiki'), true);
    assert.deepEqual(world.rows(), []);
    assert.deepEqual(
      sandbox.requests().map(({ method }) => method),
      ['DELETE', 'GET'],
    );
  });

  it('accepts any title that a user can type', async () => {
    const wiki = world.datasource('Wiki');
    for (const { name, text } of hostileStrings) {
      // UTF-8 cannot encode a lone surrogate, and nobody can type a line break into an input box.
      const title = text
        .toWellFormed()
        .replaceAll(/[\r\n]+/g, ' ')
        .trim();
      if (title === '') continue;
      const result = await edits.rename(world.id, wiki, title);
      assert.deepEqual(result, verified, name);
      assert.equal(world.store.find(world.id, wiki.id)?.title, title, name);
    }
  }).timeout(30_000);
});
