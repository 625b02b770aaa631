import assert from 'node:assert/strict';
import { ClientPool } from '../../../../src/model/accounts/clientPool.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { TestProxy } from '../../../support/proxy.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const address = { baseUrl: 'http://onna.example.test', container: 'rel0', account: 'lumenfjord' };

describe('ClientPool', () => {
  let server: ScriptedServer;
  let proxies: TestProxy[];
  let proxyUrl: string;
  let clients: ClientPool;

  beforeEach(async () => {
    server = await ScriptedServer.start((_, response) => json(response, { id: 'ines' }));
    const serverPort = Number(new URL(server.baseUrl).port);
    proxies = await Promise.all([TestProxy.start({ serverPort }), TestProxy.start({ serverPort })]);
    proxyUrl = proxies[0]?.url ?? '';
    clients = new ClientPool(
      (baseUrl) =>
        Promise.resolve(
          new UndiciTransport(new URL(baseUrl), { proxyUrl, strictSSL: true, certificates: [] }),
        ),
      new FakeClock(),
      () => undefined,
    );
  });
  afterEach(async () => {
    clients.dispose();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server.close();
  });

  it('cancels requests in flight when network settings change, and then uses the new settings', async () => {
    const arrived = new Promise<void>((resolve) => (server.answer = () => resolve()));
    const asking = clients.ownerOf(address, 'token');
    await arrived;
    proxyUrl = proxies[1]?.url ?? '';
    clients.reset();
    await assert.rejects(asking, (error) => isOnnaError(error, 'cancelled'));
    server.answer = (_, response) => json(response, {});
    await clients.ownerOf(address, 'token');
    assert.deepEqual(
      proxies.map(({ asked }) => asked.length),
      [1, 1],
    );
  });
});
