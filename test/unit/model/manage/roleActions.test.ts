import assert from 'node:assert/strict';
import { deleteNode } from '../../../../src/model/manage/deletion.ts';
import {
  manageActions,
  workspaceActions,
  type DatasourceManageAction,
  type WorkspaceManageAction,
} from '../../../../src/model/manage/manageActions.ts';
import { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { SharingEdits } from '../../../../src/model/manage/sharing.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import type { Role } from '../../../../src/sandbox/store/grants.ts';
import { Caller } from '../../sandbox/support/wire.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from './manageWorld.ts';

const roles: Readonly<Record<string, Role | undefined>> = {
  Reader: 'guillotina.Reader',
  Editor: 'guillotina.Editor',
  Manager: 'guillotina.Manager',
  Owner: 'guillotina.Owner',
  // An invited user has no role on the Workspace, but is an owner of each Datasource.
  Invited: undefined,
};

/** Other tests cover uploads. */
type TestedAction = Exclude<DatasourceManageAction, 'upload'>;

const datasourceActions: readonly TestedAction[] = [
  'rename',
  'syncType',
  'move',
  'share',
  'configure',
  'accept',
  'delete',
];
const actionsOnWorkspace: readonly WorkspaceManageAction[] = ['new', 'rename', 'share', 'delete'];

/** The actions that the extension offers to each role, by kind of node. */
const expected: Readonly<Record<string, { readonly datasource: string; readonly workspace: string }>> = {
  Reader: { datasource: '', workspace: '' },
  Editor: { datasource: 'rename syncType configure', workspace: 'new rename' },
  Manager: {
    datasource: 'rename syncType move share configure delete',
    workspace: 'new rename share delete',
  },
  Owner: { datasource: 'rename syncType move share configure delete', workspace: 'new rename share delete' },
  Invited: { datasource: 'rename syncType move share configure accept delete', workspace: '' },
};

describe('The manage actions of each role', () => {
  let sandbox: Sandbox;
  let ines: Caller;
  let account: SandboxAccount;
  let world: ManageWorld;
  let edits: NodeEdits;
  let sharing: SharingEdits;

  const workspace = '/workspaces/harbour';

  /** Signs in a user with this role at a new Workspace, which has a Datasource for each action. */
  async function enter(name: string): Promise<void> {
    sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
    ines = await Caller.signedIn(sandbox);
    sandbox.addWorkspace('Harbour', 'harbour');
    const login = `${name.toLowerCase()}@sandbox.test`;
    const { password } = await sandbox.addUser({
      login,
      role: roles[name] ?? 'guillotina.Reader',
      at: roles[name] ? workspace : '/wallet',
    });
    for (const action of datasourceActions) {
      const status = action === 'configure' ? 'created' : 'synced';
      const made = { parent: workspace, title: action, id: action, type: 'confluence', status } as const;
      const { path } = sandbox.addDatasource(made);
      const principal = roles[name] ? 'guest@sandbox.test' : login;
      const prinrole = [{ principal, role: 'guillotina.Owner', setting: 'Allow' }];
      if (action === 'accept') await ines.post(`${path}/@sharing`, { prinrole });
      else if (!roles[name]) sandbox.grant(path, login, 'guillotina.Owner');
    }
    account = await SandboxAccount.signedIn(sandbox, login, password);
    world = new ManageWorld(sandbox, login, account.client);
    edits = new NodeEdits(world.context);
    sharing = new SharingEdits(world.context);
    await world.poll();
  }
  afterEach(async () => {
    await account.close();
    await sandbox.close();
  });

  /** Sends the requests of an action on a Datasource. */
  async function act(action: TestedAction): Promise<unknown> {
    const { id } = world;
    const datasource = world.datasource(action);
    switch (action) {
      case 'rename':
        return edits.rename(id, datasource, 'New');
      case 'syncType':
        return edits.changeSyncType(id, datasource, 'one');
      case 'move':
        return edits.move(id, datasource, `/${world.connection.user}`);
      case 'share':
        return share(datasource.path);
      case 'configure':
        return edits.configure(id, datasource, { original_url: 'https://wiki.example.test' });
      case 'accept':
        return edits.accept(id, datasource);
      case 'delete':
        return deleteNode(world.context, id, datasource.path);
    }
  }

  async function actOnWorkspace(action: WorkspaceManageAction): Promise<unknown> {
    switch (action) {
      case 'new':
        return edits.create(world.id, workspace, {
          '@type': 'BoxDatasource',
          title: 'Box',
          type_sync: 'one',
        });
      case 'rename':
        return edits.renameWorkspace(world.id, workspace, 'New');
      case 'share':
        return share(workspace);
      case 'delete':
        return deleteNode(world.context, world.id, workspace);
    }
  }

  async function share(path: string): Promise<unknown> {
    const known = await sharing.read(world.id, path);
    const change = { principal: 'tom@sandbox.test', role: 'guillotina.Reader' };
    return sharing.change(world.id, { path }, known, change);
  }

  /** Whether the sandbox carries out the action. */
  async function succeeds(action: Promise<unknown>): Promise<boolean> {
    try {
      await action;
      return true;
    } catch (error) {
      if (!isOnnaError(error, 'noPermission', 'invalid')) throw error;
      return false;
    }
  }

  for (const name of Object.keys(roles)) {
    it(`are offered on a Datasource if and only if the sandbox allows them: ${name}`, async () => {
      await enter(name);
      const offered = datasourceActions.filter((action) =>
        manageActions(world.datasource(action), world.connection.user).has(action),
      );
      assert.equal(offered.join(' '), expected[name]?.datasource);
      const carriedOut: string[] = [];
      for (const action of datasourceActions) if (await succeeds(act(action))) carriedOut.push(action);
      assert.deepEqual(carriedOut, offered);
    });

    it(`are offered on a Workspace if and only if the sandbox allows them: ${name}`, async () => {
      await enter(name);
      const snapshot = world.store.get(world.id);
      // A Workspace that is missing from the list has no row, so it offers no actions.
      const isListed = snapshot?.workspaces.has(workspace) === true;
      const permitted = workspaceActions(snapshot?.workspacePermissions.get(workspace));
      const offered = actionsOnWorkspace.filter((action) => isListed && permitted.has(action));
      assert.equal(offered.join(' '), expected[name]?.workspace);
      const carriedOut: string[] = [];
      for (const action of actionsOnWorkspace)
        if (await succeeds(actOnWorkspace(action))) carriedOut.push(action);
      assert.deepEqual(carriedOut, offered);
    });
  }

  it('are refused once the user has lost the role, and are not offered after the next poll', async () => {
    await enter('Manager');
    const prinrole = [{ principal: 'manager@sandbox.test', role: 'guillotina.Manager', setting: 'Unset' }];
    const reader = [{ principal: 'manager@sandbox.test', role: 'guillotina.Reader', setting: 'Allow' }];
    const before = world.rows();
    assert.ok(manageActions(world.datasource('rename'), world.connection.user).has('rename'));
    await ines.post(`${workspace}/@sharing`, { prinrole: [...prinrole, ...reader] });
    assert.equal(await succeeds(act('rename')), false);
    assert.equal(await succeeds(act('delete')), false);
    assert.deepEqual(world.rows(), before);
    // Each refusal requests an early poll and drops the cached permissions.
    assert.deepEqual([world.acted.length, world.forgotten], [2, 2]);
    await world.poll();
    assert.equal(manageActions(world.datasource('rename'), world.connection.user).size, 0);
  });
});
