import assert from 'node:assert/strict';
import { Actions } from '../../../../src/model/datasources/actions.ts';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { ClientPool } from '../../../../src/model/accounts/clientPool.ts';
import { Accounts } from '../../../../src/model/accounts/accounts.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import type { Connection } from '../../../../src/model/accounts/connection.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

const noSecrets = {
  ...{ get: () => Promise.resolve(undefined), keys: () => Promise.resolve([]) },
  ...{ store: () => Promise.resolve(), delete: () => Promise.resolve() },
  onDidChange: () => ({ dispose: () => undefined }),
};

describe('The extension, after a response with Retry-After,', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let store: DatasourceStore;
  let clients: ClientPool;
  let accounts: Accounts;
  let connection: Connection;
  let poller: Poller;
  let actions: Actions;
  /** If set, the status and the headers of every response. */
  let refusal: { status: number; headers: Record<string, string> } | undefined;

  beforeEach(async () => {
    refusal = undefined;
    server = await ScriptedServer.start((request, response) => {
      const wiki = {
        ...{ '@id': '/workspaces/harbour/wiki', '@type': 'SlackDatasource', '@uid': 'wiki', title: 'wiki' },
        ...{ '@timestamp': '2026-03-01T11:00:00+00:00', type_sync: 'auto', sync_status: 'syncing' },
      };
      if (refusal) json(response, {}, refusal.status, refusal.headers);
      else if (request.path.endsWith('@data')) json(response, { updates: [wiki], deleted: [], cursor: null });
      else json(response, wiki);
    });
    clock = new FakeClock();
    store = new DatasourceStore();
    clients = new ClientPool(
      (baseUrl) =>
        Promise.resolve(new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] })),
      clock,
      () => undefined,
    );
    accounts = new Accounts(noSecrets, clients.signIn, clock);
    connection = await account('ines@lumenfjord.test');
    store.open(connection);
    poller = new Poller({ connectionId: connection.id, store, clock, client });
    actions = new Actions({ store, clock, client, acted: (_, datasourceId) => poller.acted(datasourceId) });
    poller.setAttention('focused');
    await poller.refresh(false);
    server.seen.length = 0;
  });
  afterEach(async () => {
    poller.dispose();
    clients.dispose();
    await server.close();
  });

  const client = (): Promise<OnnaClient> => clientOf(connection);
  const clientOf = (each: Connection): Promise<OnnaClient> =>
    clients.client(each, accounts.tokenSource(each.id));
  async function account(user: string): Promise<Connection> {
    const address = connectionTo({ baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjord' }, user);
    return accounts.addByToken(address, user, `token of ${user}`);
  }
  const listRequests = (): number => server.seen.filter(({ path }) => path.endsWith('@data')).length;

  /** Advances the clock until the server receives a request for the list. @returns The time that passed, in ms. */
  async function untilListed(maxMs = 2 * 3_600_000, stepMs = 1_000): Promise<number> {
    const start = clock.now();
    const before = listRequests();
    while (listRequests() === before && clock.now() - start < maxMs) {
      await clock.advance(stepMs);
      while (store.get(connection.id)?.loading) await settle();
    }
    return clock.now() - start;
  }

  const pauseFor = (seconds: number | string, status = 429): void => {
    refusal = { status, headers: { 'retry-after': String(seconds) } };
  };

  it('still sends actions, but does not poll earlier after an action, a focus change or a sign-in', async () => {
    pauseFor(14);
    await untilListed();
    refusal = undefined;
    const wiki = store.find(connection.id, 'wiki');
    assert.ok(wiki);
    const acting = actions.sync(connection.id, wiki);
    await acting;
    assert.equal(server.seen.filter(({ path }) => path.endsWith('@sendToSpyder')).length, 1);
    poller.setAttention('hidden');
    poller.setAttention('focused');
    poller.recover();
    const waited = await untilListed();
    assert.ok(waited >= 13_000 && waited <= 16_000, `${waited} ms`);
    assert.equal(store.get(connection.id)?.failure, undefined);
  });

  it('sends one request during the pause if the user refreshes the list', async () => {
    pauseFor(14);
    await untilListed();
    const before = listRequests();
    await poller.refresh(true);
    assert.equal(listRequests(), before + 1);
    assert.ok((await untilListed()) >= 13_000);
  });

  for (const [name, status, header] of [
    ['a 503 response', 503, '90'],
    ['a 424 response', 424, '90'],
    ['a 429 response with a date', 429, new Date(Date.parse('2026-03-01T12:01:35Z')).toUTCString()],
  ] as const) {
    it(`waits for the time in the Retry-After header of ${name}`, async () => {
      pauseFor(header, status);
      // Without a Date header, the extension compares the time with the local clock, which the test controls.
      server.answer = ((answer) => (request, response, index) => {
        response.sendDate = false;
        answer(request, response, index);
      })(server.answer);
      await untilListed();
      const waited = await untilListed();
      assert.ok(waited >= 85_000 && waited <= 100_000, `${waited} ms`);
    });
  }

  it('polls again after an hour if Retry-After requests a much longer pause', async () => {
    pauseFor('1e12');
    await untilListed();
    const waited = await untilListed(3 * 3_600_000, 20_000);
    assert.ok(waited >= 59 * 60_000 && waited <= 61 * 60_000, `${waited} ms`);
  });

  for (const header of ['-5', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
    it(`polls again after the usual wait if Retry-After has the invalid value “${header}”`, async () => {
      pauseFor(header);
      await untilListed();
      assert.ok((await untilListed()) <= 12_000);
    });
  }

  it('does not wait longer than requested if the clock is set back', async () => {
    pauseFor(60);
    await untilListed();
    clock.jump(-2 * 3_600_000);
    poller.setAttention('hidden');
    poller.setAttention('focused');
    assert.ok((await untilListed()) <= 62_000);
  });

  it('sends no background requests for any account after a response that requests a pause', async () => {
    pauseFor(120);
    const one = await client();
    await assert.rejects(one.size('/workspaces/harbour/wiki'), (error) => isOnnaError(error, 'rateLimited'));
    refusal = undefined;
    const other = await clientOf(await account('olga@lumenfjord.test'));
    server.seen.length = 0;
    for (const each of [one, other])
      await assert.rejects(each.inBackground.size('/workspaces/harbour/wiki'), (error) =>
        isOnnaError(error, 'rateLimited'),
      );
    // The poller does not send its next request. It reports a failure, so that the user sees why the list is old.
    await clock.advance(7_000);
    assert.equal(store.get(connection.id)?.failure?.failure.kind, 'rateLimited');
    assert.equal(server.seen.length, 0);
    await one.size('/workspaces/harbour/wiki');
    assert.equal(server.seen.length, 1);
    clients.reset();
    await assert.rejects((await client()).inBackground.size('/x'), (error) =>
      isOnnaError(error, 'rateLimited'),
    );
    assert.ok((await untilListed()) >= 110_000);
  });

  it('sends the rest of a bulk action after the pause, unless the pause is too long', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `/workspaces/harbour/wiki/r${index}`);
    const { signal } = new AbortController();
    for (const [seconds, sent, failed] of [
      [14, 12, 4],
      [600, 4, 12],
    ] as const) {
      pauseFor(seconds);
      server.seen.length = 0;
      const processing = actions.process(connection.id, paths, signal, () => undefined);
      while (server.seen.length < 4) await settle();
      refusal = undefined;
      let outcomes: Awaited<typeof processing> | undefined;
      processing.then((all) => (outcomes = all)).catch(throwUncaught);
      const start = clock.now();
      while (!outcomes && clock.now() - start < 60_000) await clock.advance(500);
      const sends = server.seen.filter(({ path }) => path.endsWith('@sendToCompute'));
      assert.equal(sends.length, sent);
      assert.equal(outcomes?.filter(({ error }) => error).length, failed);
    }
  });
});
