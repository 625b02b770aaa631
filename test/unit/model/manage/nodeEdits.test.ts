import assert from 'node:assert/strict';
import { deleteNode } from '../../../../src/model/manage/deletion.ts';
import { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from './manageWorld.ts';

describe('Edits of Workspaces and Datasources, with the sandbox,', () => {
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

  it('show the change at once, and keep it after the service has confirmed it', async () => {
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

  it('rename a Workspace, and show the new title at once', async () => {
    const titles = (): unknown => world.store.get(world.id)?.workspaces.get('/workspaces/pier');
    const renaming = edits.renameWorkspace(world.id, '/workspaces/pier', 'Quay');
    assert.equal(titles(), 'Quay');
    assert.deepEqual(await renaming, verified);
    assert.equal(titles(), 'Quay');
  });

  it('take the change back if the service refuses it, and drop the known permissions', async () => {
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

  it('report a status that the service accepted but ignored', async () => {
    sandbox.setSwitches({ patchIgnoresStatus: true });
    await sandbox.setStatus('/workspaces/harbour/wiki', 'invited');
    await world.poll();
    const result = await edits.accept(world.id, world.datasource('Wiki'));
    assert.deepEqual(result, { ignored: ['sync_status'], isVerified: true });
    assert.equal(world.datasource('Wiki').status, 'invited');
  });

  it('create Workspaces and Datasources, which are in the list before the next poll', async () => {
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

  it('configure a created Datasource, and say that its type ignores the source', async () => {
    const parent = '/workspaces/pier';
    sandbox.addDatasource({ parent, title: 'Crawler', id: 'crawler', type: 'crawler' });
    await world.poll();
    const source = { urls: ['https://example.test'], credentials_of: 'nobody' };
    const result = await edits.configure(world.id, world.datasource('Crawler'), source);
    assert.deepEqual(result, { ignored: ['credentials_of'], isVerified: true });
    assert.notEqual(world.datasource('Crawler').status, 'created');
  });

  it('delete a Workspace with everything in it', async () => {
    assert.equal(await deleteNode(world.context, world.id, '/workspaces/harbour'), true);
    assert.deepEqual(world.rows(), []);
    assert.deepEqual([...(world.store.get(world.id)?.workspaces.values() ?? [])], ['Pier']);
    assert.equal((await failureOf(ines.client.node('/workspaces/harbour/wiki'))).kind, 'notFound');
  });

  it('count a node that somebody else deleted as deleted, and never send a second DELETE', async () => {
    await ines.client.content.remove('/workspaces/harbour/wiki');
    sandbox.clearRequests();
    assert.equal(await deleteNode(world.context, world.id, '/workspaces/harbour/wiki'), true);
    assert.deepEqual(world.rows(), []);
    assert.deepEqual(
      sandbox.requests().map(({ method }) => method),
      ['DELETE', 'GET'],
    );
  });

  it('keep any title that a user can type', async () => {
    const wiki = world.datasource('Wiki');
    for (const { name, text } of hostileStrings) {
      // A lone surrogate can't be sent as UTF-8.
      const title = text.toWellFormed().trim();
      if (title === '') continue;
      const result = await edits.rename(world.id, wiki, title);
      assert.deepEqual(result, verified, name);
      assert.equal(world.store.find(world.id, wiki.id)?.title, title, name);
    }
  }).timeout(30_000);
});
