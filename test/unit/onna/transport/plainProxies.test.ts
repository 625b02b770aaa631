import assert from 'node:assert/strict';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { TestProxy } from '../../../support/proxy.ts';
import { ScriptedServer } from '../scriptedServer.ts';

const credentials = { user: 'ines', password: 'secret' };

describe('An http client behind a proxy', () => {
  const origin = new URL('http://onna.example.test');
  let server: ScriptedServer;
  let proxy: TestProxy;
  let transport: UndiciTransport;

  beforeEach(async () => {
    server = await ScriptedServer.start((_, response) => response.end('hello'));
    proxy = await TestProxy.start({ serverPort: Number(new URL(server.baseUrl).port), credentials });
  });
  afterEach(async () => {
    await transport.close();
    await proxy.close();
    await server.close();
  });

  async function request(authorization?: string): Promise<string> {
    transport = new UndiciTransport(origin, {
      proxyUrl: proxy.url,
      ...(authorization === undefined ? {} : { proxyAuthorization: authorization }),
      strictSSL: true,
      certificates: [],
    });
    return readText(await transport.send({ method: 'GET', url: new URL('/x', origin), headers: {} }), 1_000);
  }

  it('sends the request to the proxy with an absolute URL, and does not open a tunnel', async () => {
    const basic = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
    assert.equal(await request(basic), 'hello');
    assert.deepEqual(proxy.asked, [
      { method: 'GET', target: 'http://onna.example.test/x', authorization: basic },
    ]);
  });

  it('reports a proxy that requires credentials', async () => {
    await assert.rejects(request(), (error) => {
      assert.ok(error instanceof OnnaError);
      const { port } = proxy;
      assert.deepEqual(error.failure, {
        kind: 'proxy',
        host: origin.host,
        proxy: `127.0.0.1:${port}`,
        status: 407,
      });
      return true;
    });
    assert.equal(server.seen.length, 0);
  });

  it('reports a proxy that refuses the connection', async () => {
    const { port, url } = proxy;
    await proxy.close();
    transport = new UndiciTransport(origin, { proxyUrl: url, strictSSL: true, certificates: [] });
    await assert.rejects(
      transport.send({ method: 'GET', url: origin, headers: {} }),
      (error: OnnaError) =>
        error.failure.kind === 'proxy' &&
        error.failure.proxy === `127.0.0.1:${port}` &&
        error.failure.code === 'ECONNREFUSED',
    );
    proxy = await TestProxy.start({ serverPort: 1 });
  });
});
