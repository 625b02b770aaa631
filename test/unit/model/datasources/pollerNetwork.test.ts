import assert from 'node:assert/strict';
import { UnsecuredJWT } from 'jose';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { Caller } from '../../../../src/onna/caller.ts';
import { OnnaClient } from '../../../../src/onna/client.ts';
import { tokenExpiry } from '../../../../src/onna/token.ts';
import { FallbackTransport } from '../../../../src/onna/transport/fallbackTransport.ts';
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import type { Transport } from '../../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { TestProxy } from '../../../support/proxy.ts';
import { Relay } from '../../../support/relay.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { connection } from './wireNodes.ts';

const { id } = connection;
const hour = 3_600_000;
const settings = { strictSSL: true, certificates: [] };
const wiki = {
  '@id': '/workspaces/harbour/wiki',
  '@type': 'SlackDatasource',
  '@uid': 'wiki',
  '@timestamp': '2026-03-01T11:00:00+00:00',
  title: 'wiki',
  type_sync: 'auto',
  sync_status: 'synced',
};

const ways: Readonly<Record<string, (origin: URL) => Transport>> = {
  undici: (origin) => new UndiciTransport(origin, settings),
  fetch: (origin) => new FetchTransport(origin),
  'undici, and fetch as a fallback': (origin) =>
    new FallbackTransport(new UndiciTransport(origin, settings), new FetchTransport(origin)),
};

for (const [way, makeTransport] of Object.entries(ways)) {
  describe(`The poller during a network failure, with ${way}`, () => {
    let server: ScriptedServer;
    let relay: Relay;
    let transport: Transport;
    let store: DatasourceStore;
    let clock: FakeClock;
    let poller: Poller;
    let token: string;
    let renewals: number;

    const newToken = (): string =>
      new UnsecuredJWT({ login: 'ines', exp: Math.floor((clock.now() + hour) / 1000) }).encode();

    beforeEach(async () => {
      server = await ScriptedServer.start((_, response) =>
        json(response, { updates: [wiki], deleted: [], cursor: null }),
      );
      relay = await Relay.start(Number(new URL(server.baseUrl).port));
      clock = new FakeClock();
      token = newToken();
      renewals = 0;
      store = new DatasourceStore();
      store.open(connection);
      const origin = new URL(`http://127.0.0.1:${relay.port}`);
      transport = makeTransport(origin);
      const tokens = {
        token: () => {
          if ((tokenExpiry(token) ?? 0) > clock.now()) return Promise.resolve(token);
          renewals++;
          token = newToken();
          return Promise.resolve(token);
        },
        renew: () => assert.fail('the service refused a token'),
      };
      const caller = new Caller({ transport, tokens, clock, log: () => undefined });
      const client = new OnnaClient({ ...connection, baseUrl: origin.origin }, caller);
      poller = new Poller({ connectionId: id, store, clock, client: () => Promise.resolve(client) });
      poller.setAttention('focused');
      await poller.refresh(false);
      assert.equal(store.get(id)?.failure, undefined);
    });
    afterEach(async () => {
      poller.dispose();
      await transport.close();
      await relay.close();
      await server.close();
    });

    /**
     * Advances the clock until `condition` is true, and gives real sockets time to respond. @returns The time that
     * passed, in ms.
     */
    async function until(condition: () => boolean, maxMs = hour): Promise<number> {
      const start = clock.now();
      while (!condition()) {
        assert.ok(clock.now() - start < maxMs, 'timed out');
        await clock.advance(1_000);
        // Let requests in flight finish before the clock advances further.
        for (let turn = 0; turn < 20 && store.get(id)?.loading; turn++) await settle();
      }
      return clock.now() - start;
    }
    const fails = (): boolean => store.get(id)?.failure !== undefined;

    it('reports a network failure, keeps its data and recovers without user action', async () => {
      const { port } = relay;
      await relay.close();
      await until(fails);
      assert.match(store.get(id)?.failure?.failure.kind ?? '', /^unreachable$/);
      assert.equal(store.get(id)?.datasources.size, 1);
      await until(() => false, 10 * 60_000).catch(() => undefined);
      assert.ok(fails());
      relay = await Relay.start(Number(new URL(server.baseUrl).port), port);
      assert.ok((await until(() => !fails())) <= 11 * 60_000);
      assert.equal(store.get(id)?.datasources.size, 1);
    });

    it('polls at once when the user returns to the window half an hour after a network failure', async () => {
      const { port } = relay;
      await relay.close();
      await until(fails);
      await until(() => false, hour / 2).catch(() => undefined);
      poller.setAttention('hidden');
      relay = await Relay.start(Number(new URL(server.baseUrl).port), port);
      // After many failures the backoff is longer than 20 s, so the next regular poll is not due yet.
      clock.jump(20_000);
      poller.setAttention('focused');
      assert.ok((await until(() => !fails())) <= 2_000);
    });

    it('replaces connections that died silently while the computer slept', async () => {
      relay.freeze();
      const before = relay.connections;
      clock.jump(8 * hour);
      const seen = server.seen.length;
      const passed = await until(() => server.seen.length > seen && !fails());
      assert.ok(relay.connections > before);
      // The limit is the sum of one polling interval, one request timeout and one backoff.
      assert.ok(passed <= 60_000 + 30_000 + 30_000, `${passed} ms`);
    });

    it('renews the token before the first poll after the computer slept, and updates the age of the list', async () => {
      clock.jump(8 * hour);
      assert.ok(clock.now() - (store.get(id)?.asOf ?? 0) >= 8 * hour);
      const seen = server.seen.length;
      assert.ok((await until(() => server.seen.length > seen)) <= 61_000);
      await until(() => !store.get(id)?.loading);
      assert.equal(renewals, 1);
      assert.equal(server.seen.at(-1)?.authorization, `Bearer ${token}`);
      assert.equal(store.get(id)?.asOf, clock.now());
      assert.equal(fails(), false);
    });

    it('polls on time even if the clock is set back', async () => {
      clock.jump(-2 * hour);
      poller.setAttention('hidden');
      poller.setAttention('focused');
      const seen = server.seen.length;
      assert.ok((await until(() => server.seen.length > seen)) <= 61_000);
      await until(() => !store.get(id)?.loading);
      assert.equal(store.get(id)?.asOf, clock.now());
      assert.ok((await until(() => server.seen.length > seen + 1)) <= 61_000);
    });

    it('does not extend the period of frequent polls after an action if the clock is set back', async () => {
      poller.acted();
      clock.jump(-2 * hour);
      const seen = server.seen.length;
      await until(() => server.seen.length > seen);
      assert.ok((await until(() => server.seen.length > seen + 1)) > 50_000);
    });
  });
}

describe('The poller during a proxy failure', () => {
  it('reports a proxy failure, recovers without user action, and does not switch from undici to fetch', async () => {
    const server = await ScriptedServer.start((_, response) =>
      json(response, { updates: [wiki], deleted: [], cursor: null }),
    );
    let proxy = await TestProxy.start({ serverPort: Number(new URL(server.baseUrl).port) });
    const { port, url: proxyUrl } = proxy;
    const origin = new URL('http://onna.invalid');
    const clock = new FakeClock();
    const store = new DatasourceStore();
    store.open(connection);
    const transport = new FallbackTransport(
      new UndiciTransport(origin, { ...settings, proxyUrl }),
      new FetchTransport(origin),
    );
    const caller = new Caller({ transport, clock, log: () => undefined });
    const client = new OnnaClient({ ...connection, baseUrl: origin.origin }, caller);
    const poller = new Poller({ connectionId: id, store, clock, client: () => Promise.resolve(client) });
    await poller.refresh(false);
    assert.equal(store.get(id)?.datasources.size, 1);
    await proxy.close();
    await poller.refresh(false);
    // The first poll may fail only because it reuses a broken keep-alive connection.
    if (store.get(id)?.failure?.failure.kind !== 'proxy') await poller.refresh(false);
    assert.deepEqual(store.get(id)?.failure?.failure, {
      kind: 'proxy',
      host: origin.host,
      proxy: `127.0.0.1:${port}`,
      code: 'ECONNREFUSED',
    });
    assert.equal(store.get(id)?.datasources.size, 1);
    proxy = await TestProxy.start({ serverPort: Number(new URL(server.baseUrl).port), port });
    await clock.advance(clock.nextIn ?? assert.fail('no poll is scheduled'));
    while (store.get(id)?.loading) await settle();
    assert.equal(store.get(id)?.failure, undefined);
    assert.match(transport.name, /^undici through/);
    poller.dispose();
    await transport.close();
    await proxy.close();
    await server.close();
  });
});
