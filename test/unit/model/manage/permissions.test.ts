import assert from 'node:assert/strict';
import { UserPermissions } from '../../../../src/model/manage/permissions.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

describe('UserPermissions', () => {
  describe('with the sandbox', () => {
    let sandbox: Sandbox;
    let account: SandboxAccount;
    before(async () => {
      sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
      const { login, password } = await sandbox.addUser({ login: 'olaf@sandbox.test' });
      sandbox.addWorkspace('Harbour', 'harbour');
      sandbox.grant('/workspaces/harbour', login, 'guillotina.Editor');
      account = await SandboxAccount.signedIn(sandbox, login, password);
    });
    after(async () => {
      await account.close();
      await sandbox.close();
    });

    it('reads all permissions for a node with one request', async () => {
      const permissions = new UserPermissions(() => Promise.resolve(account.client), new FakeClock(0));
      assert.equal(await permissions.has('c', '/workspaces/harbour', 'guillotina.AddContent'), true);
      assert.equal(await permissions.has('c', '/workspaces/harbour', 'guillotina.DeleteContent'), false);
      const sent = sandbox.requests().filter(({ path }) => path.endsWith('@canido'));
      assert.equal(sent.length, 1);
    });
  });

  describe('with a service that does not support @canido', () => {
    let server: ScriptedServer;
    beforeEach(async () => {
      server = await ScriptedServer.start((_, response) => json(response, { reason: 'not here' }, 404));
    });
    afterEach(() => server.close());

    it('returns undefined, so that commands stay available', async () => {
      const client = server.client();
      const permissions = new UserPermissions(() => Promise.resolve(client), new FakeClock(0));
      assert.equal(await permissions.has('c', '/ws', 'guillotina.AddContent'), undefined);
    });
  });
});
