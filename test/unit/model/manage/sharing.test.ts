import assert from 'node:assert/strict';
import {
  SharingEdits,
  leavesNoManager,
  losesManage,
  roleChanges,
} from '../../../../src/model/manage/sharing.ts';
import { roleNames } from '../../../../src/model/manage/roles.ts';
import type { PrincipalRoles, Sharing } from '../../../../src/onna/wire/sharing.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from './manageWorld.ts';

const { owner, manage, edit, view } = roleNames;
const wiki = '/workspaces/harbour/wiki';

function entry(principal: string, ...roles: readonly string[]): PrincipalRoles {
  return { principal, roles: new Map(roles.map((role) => [role, 'Allow'])) };
}

function access(local: readonly PrincipalRoles[], inherited: readonly PrincipalRoles[] = []): Sharing {
  return { local, inherited: [{ path: '/workspaces/harbour', entries: inherited }] };
}

describe('A change of a role', () => {
  it('replaces the other roles of the user, but keeps roles unknown to the extension', () => {
    const known = access([entry('olaf', view, edit, 'onna.Auditor'), entry('tom', view)]);
    assert.deepEqual(roleChanges(known, { principal: 'olaf', role: manage }), [
      { principal: 'olaf', role: manage, setting: 'Allow' },
      { principal: 'olaf', role: view, setting: 'Unset' },
      { principal: 'olaf', role: edit, setting: 'Unset' },
    ]);
    assert.deepEqual(roleChanges(known, { principal: 'tom', role: view }), []);
  });

  it('removes all local roles of a user if the new role is undefined', () => {
    const changes = roleChanges(access([entry('olaf', view, 'onna.Auditor')]), {
      principal: 'olaf',
      role: undefined,
    });
    assert.deepEqual(
      changes.map(({ role, setting }) => [role, setting]),
      [
        [view, 'Unset'],
        ['onna.Auditor', 'Unset'],
      ],
    );
  });

  it('removes the user’s own right to manage, unless another role grants this right', () => {
    const removal = { principal: 'Ines', role: undefined };
    const lower = { principal: 'Ines', role: edit };
    const own = access([entry('Ines', manage), entry('olaf', owner)]);
    assert.equal(losesManage(own, removal, 'ines'), true);
    assert.equal(losesManage(own, lower, 'ines'), true);
    assert.equal(losesManage(own, { principal: 'Ines', role: owner }, 'ines'), false);
    assert.equal(losesManage(own, { principal: 'olaf', role: undefined }, 'ines'), false);
    assert.equal(
      losesManage(access([entry('Ines', manage)], [entry('ines', owner)]), removal, 'ines'),
      false,
    );
    const byGroup = access([entry('Ines', manage), entry('pilots', manage)]);
    assert.equal(losesManage(byGroup, removal, 'ines', ['pilots']), false);
    assert.equal(
      losesManage(access([entry('pilots', manage)]), { principal: 'pilots', role: view }, 'ines', ['pilots']),
      true,
    );
  });

  it('leaves an object without a manager only if it removes the last manager', () => {
    const removal = { principal: 'olaf', role: undefined };
    assert.equal(leavesNoManager(access([entry('olaf', owner), entry('tom', edit)]), removal), true);
    assert.equal(leavesNoManager(access([entry('olaf', owner)], [entry('tom', manage)]), removal), false);
    assert.equal(leavesNoManager(access([entry('olaf', edit)]), removal), false);
  });
});

describe('SharingEdits with the sandbox', () => {
  let sandbox: Sandbox;
  let ines: SandboxAccount;
  let olaf: SandboxAccount;
  let world: ManageWorld;
  let sharing: SharingEdits;

  beforeEach(async () => {
    sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
    sandbox.addWorkspace('Harbour', 'harbour');
    const parent = '/workspaces/harbour';
    sandbox.addDatasource({ parent, title: 'Wiki', id: 'wiki', type: 'confluence', status: 'synced' });
    const { login, password } = await sandbox.addUser({
      ...{ login: 'olaf@sandbox.test', name: 'Olaf', surname: 'Berg', at: '/wallet' },
    });
    sandbox.stores.groups.save({ id: 'pilots', title: 'Pilots', members: [login] });
    ines = await SandboxAccount.signedIn(sandbox);
    olaf = await SandboxAccount.signedIn(sandbox, login, password);
    world = new ManageWorld(sandbox, sandbox.user, ines.client);
    sharing = new SharingEdits(world.context);
  });
  afterEach(async () => {
    await Promise.all([ines.close(), olaf.close()]);
    await sandbox.close();
  });

  it('reads local and inherited roles, and adds, changes and removes a role with one request each', async () => {
    const read = await sharing.read(world.id, wiki);
    assert.deepEqual(read.local, [entry('ines@sandbox.test', owner)]);
    assert.deepEqual(
      read.inherited.map(({ path, entries }) => [path, entries.map(({ principal }) => principal)]),
      [
        ['/workspaces/harbour', ['ines@sandbox.test']],
        ['', ['ines@sandbox.test']],
      ],
    );
    const principal = 'olaf@sandbox.test';
    let known = read;
    for (const role of [view, edit, undefined]) {
      sandbox.clearRequests();
      const { isDone, now } = await sharing.change(world.id, { path: wiki }, known, { principal, role });
      assert.ok(isDone && now);
      assert.deepEqual(
        now.local.filter((each) => each.principal === principal),
        role === undefined ? [] : [entry(principal, role)],
      );
      assert.deepEqual(
        sandbox.requests().map(({ method }) => method),
        ['POST', 'GET'],
      );
      known = now;
    }
    assert.equal(world.forgotten, 3);
  });

  it('gives a group a role, after which its members can read the Datasource', async () => {
    assert.equal((await failureOf(olaf.client.node(wiki))).kind, 'noPermission');
    const known = await sharing.read(world.id, wiki);
    await sharing.change(world.id, { path: wiki }, known, { principal: 'pilots', role: view });
    assert.equal((await olaf.client.node(wiki)).title, 'Wiki');
  });

  it('reports success if the user removes their own access, although the result can no longer be read', async () => {
    sandbox.grant(wiki, 'olaf@sandbox.test', 'guillotina.Manager');
    const own = new ManageWorld(sandbox, 'olaf@sandbox.test', olaf.client);
    const edits = new SharingEdits(own.context);
    const known = await edits.read(own.id, wiki);
    const change = { principal: 'olaf@sandbox.test', role: undefined };
    assert.ok(losesManage(known, change, 'olaf@sandbox.test'));
    assert.deepEqual(await edits.change(own.id, { path: wiki }, known, change), {
      isDone: true,
      now: undefined,
    });
  });

  it('gives a role to a user or group with any name, and returns the name unchanged', async () => {
    for (const { name, text } of hostileStrings) {
      const principal = text.slice(0, 2_000).toWellFormed();
      // The sandbox treats a blank name like a missing name.
      if (principal.trim() === '') continue;
      const known = await sharing.read(world.id, wiki);
      const change = { principal, role: view };
      const { isDone, now } = await sharing.change(world.id, { path: wiki }, known, change);
      assert.ok(isDone && now?.local.some((each) => each.principal === principal), name);
    }
  }).timeout(60_000);

  it('suggests users and groups by parts of their names', async () => {
    const { signal } = new AbortController();
    const found = await sharing.suggest(world.id, 'berg', signal);
    assert.deepEqual(found, [{ id: 'olaf@sandbox.test', name: 'Olaf Berg', kind: 'user' }]);
    assert.deepEqual(await sharing.suggest(world.id, 'pil', signal), [
      { id: 'pilots', name: 'Pilots', kind: 'group' },
    ]);
  });

  it('suggests only groups to a user who may not search for users', async () => {
    const own = new ManageWorld(sandbox, 'olaf@sandbox.test', olaf.client);
    const { signal } = new AbortController();
    const found = await new SharingEdits(own.context).suggest(own.id, 'i', signal);
    assert.deepEqual(found, [{ id: 'pilots', name: 'Pilots', kind: 'group' }]);
  });
});
