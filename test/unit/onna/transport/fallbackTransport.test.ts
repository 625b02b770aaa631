import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { FallbackTransport } from '../../../../src/onna/transport/fallbackTransport.ts';
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import type { TransportRequest } from '../../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { ScriptedServer } from '../scriptedServer.ts';

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('FallbackTransport', () => {
  let server: ScriptedServer;
  let transport: FallbackTransport;
  let origin: URL;
  const get = (): TransportRequest => ({
    method: 'GET',
    url: new URL('/x', origin),
    headers: {},
  });

  beforeEach(async () => {
    server = await ScriptedServer.start((_, response) => response.end('hello'));
    origin = new URL(server.baseUrl);
    // The first transport uses a proxy that does not exist. The second transport connects directly.
    const proxyUrl = `http://127.0.0.1:${String(await unusedPort())}`;
    transport = new FallbackTransport(
      new UndiciTransport(origin, { proxyUrl, strictSSL: true, certificates: [] }),
      new FetchTransport(origin),
    );
  });
  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it('switches to the second transport for this and all later requests if the first one cannot connect', async () => {
    assert.match(transport.name, /undici through the proxy/);
    assert.equal(await readText(await transport.send(get()), 100), 'hello');
    assert.match(transport.name, /fetch/);
    await readText(await transport.send(get()), 100);
    assert.equal(server.seen.length, 2);
  });

  it('reports the first transport’s error if neither transport can connect', async () => {
    await server.close();
    await assert.rejects(transport.send(get()), (error) => isOnnaError(error, 'unreachable', 'proxy'));
    server = await ScriptedServer.start();
  });

  it('reports the first transport’s error if the second transport fails after the switch', async () => {
    await readText(await transport.send(get()), 100);
    await server.close();
    // The first request may fail just because it reuses a broken keep-alive connection.
    await transport.send(get()).catch(() => undefined);
    await assert.rejects(transport.send(get()), (error) => isOnnaError(error, 'proxy'));
    server = await ScriptedServer.start();
  });

  it('returns a response that has an error status, and makes no other attempt', async () => {
    await readText(await transport.send(get()), 100);
    server.answer = (_, response) => response.writeHead(500).end();
    assert.equal((await transport.send(get())).status, 500);
    assert.equal(server.seen.length, 2);
  });

  it('rejects a request to another origin', async () => {
    const elsewhere = {
      ...get(),
      url: new URL('https://elsewhere.test/x'),
      headers: { authorization: 'Bearer t' },
    };
    await assert.rejects(transport.send(elsewhere), (error) => isOnnaError(error, 'redirected'));
  });
});
