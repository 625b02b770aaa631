import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { SandboxAccount } from '../model/history/sandboxAccount.ts';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('ContentClient', () => {
  describe('with the sandbox', () => {
    let sandbox: Sandbox;
    let account: SandboxAccount;
    before(async () => {
      sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
      account = await SandboxAccount.signedIn(sandbox);
    });
    after(async () => {
      await account.close();
      await sandbox.close();
    });

    it('creates Workspaces and a Datasource, and then changes, moves and deletes the Datasource', async () => {
      const { client } = account;
      const { content } = client;
      const harbour = await content.create('/workspaces', { '@type': 'Workspace', title: 'Harbour' });
      const pier = await content.create('/workspaces', { '@type': 'Workspace', title: 'Pier' });
      assert.ok(harbour !== undefined && pier !== undefined);
      const wiki = { '@type': 'ConfluenceDatasource', title: 'Wiki', id: 'wiki', type_sync: 'auto' };
      assert.equal(await content.create(harbour, wiki), `${harbour}/wiki`);
      await content.change(`${harbour}/wiki`, { title: 'Tides' });
      assert.equal((await client.node(`${harbour}/wiki`)).title, 'Tides');
      await content.move(`${harbour}/wiki`, pier);
      assert.equal((await client.node(`${pier}/wiki`)).title, 'Tides');
      await content.remove(`${pier}/wiki`);
      assert.equal((await failureOf(client.node(`${pier}/wiki`))).kind, 'notFound');
    });

    it('reads the types of Datasources that the user may create', async () => {
      const names = (await account.client.content.datasourceTypes()).map(({ name }) => name);
      assert.ok(names.includes('ConfluenceDatasource') && names.includes('SlackEDatasource'));
    });
  });

  describe('with a scripted service', () => {
    let server: ScriptedServer;
    beforeEach(async () => (server = await ScriptedServer.start()));
    afterEach(() => server.close());

    it('reads @enabledDSTypes if the service has no @datasourceTypes', async () => {
      server.answer = ({ path }, response) =>
        path.endsWith('@enabledDSTypes')
          ? json(response, ['BoxDatasource'])
          : json(response, { reason: 'object and/or route not found' }, 404);
      assert.deepEqual(await server.client().content.datasourceTypes(), [
        { name: 'BoxDatasource', capabilities: undefined },
      ]);
    });

    it('finds the node with a given UID, whichever host the redirect names, even if the base URL has a path', async () => {
      const target = 'https://proxy.example.test/onna/api/rel0/lumenfjord/workspaces/harbour/wiki?token=x';
      server.answer = (_, response) => response.writeHead(301, { location: target }).end();
      assert.equal(await server.client().content.resolveUid('5be1'), '/workspaces/harbour/wiki');
    });

    it('finds no node if the redirect leads out of the account, or if there is no redirect', async () => {
      for (const location of ['/login', 'https://elsewhere.example.test/api/rel0/other/ws', '//']) {
        server.answer = (_, response) => response.writeHead(301, { location }).end();
        assert.equal((await failureOf(server.client().content.resolveUid('5be1'))).kind, 'redirected');
      }
      server.answer = (_, response) => json(response, { '@id': '/workspaces/harbour/wiki' });
      assert.equal((await failureOf(server.client().content.resolveUid('5be1'))).kind, 'decode');
    });

    it('returns no path if the response to the creation of an object is empty', async () => {
      server.answer = (_, response) => response.writeHead(201).end();
      assert.equal(
        await server.client().content.create('/ws', { '@type': 'Workspace', title: 'A' }),
        undefined,
      );
    });

    it('fails with a decode error if the response to a deletion is a web page', async () => {
      server.answer = (_, response) => response.end('<title>Sign in</title>');
      assert.equal((await failureOf(server.client().content.remove('/ws/wiki'))).kind, 'decode');
    });
  });
});
