import assert from 'node:assert/strict';
import { OnnaError } from '../../../../src/onna/errors.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { chooseProxy } from '../../../../src/onna/transport/proxyChoice.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { SocksProxy } from '../../../support/socksProxy.ts';
import { SecureServer, privateAuthority, serverName } from './secureServer.ts';

const credentials = { user: 'ines', password: 'canary:p%ss' };

describe('An https client behind a SOCKS proxy', () => {
  const { authority, issue } = privateAuthority();
  const origin = new URL(`https://${serverName}`);
  let server: SecureServer;
  let proxy: SocksProxy;
  let transport: UndiciTransport;

  beforeEach(async () => {
    server = await SecureServer.start(issue());
    proxy = await SocksProxy.start({ serverPort: server.port });
  });
  afterEach(async () => {
    await transport.close();
    await proxy.close();
    await server.close();
  });

  async function request(login = ''): Promise<string> {
    const preferences = {
      support: 'override',
      proxy: `socks5://${login}127.0.0.1:${proxy.port}`,
      except: [],
      authorization: null,
    };
    const chosen = chooseProxy(origin, preferences, {}) ?? assert.fail('no proxy was chosen');
    transport = new UndiciTransport(origin, {
      proxyUrl: chosen.url,
      ...(chosen.authorization === undefined ? {} : { proxyAuthorization: chosen.authorization }),
      strictSSL: true,
      certificates: [authority.certificate],
    });
    assert.equal(transport.name, `undici through the proxy 127.0.0.1:${proxy.port}`);
    const headers = { authorization: 'Bearer canary-token' };
    return readText(await transport.send({ method: 'GET', url: new URL('/x', origin), headers }), 1_000);
  }

  function proxyErrorWith(code: string): (error: unknown) => boolean {
    return (error) => {
      assert.ok(error instanceof OnnaError);
      assert.equal(error.failure.kind, 'proxy');
      assert.equal(error.failure.proxy, `127.0.0.1:${proxy.port}`);
      assert.match(error.failure.code ?? '', new RegExp(`^${code}`));
      return true;
    };
  }

  it('sends the server’s host name to the SOCKS proxy, but does not reveal the token', async () => {
    assert.equal(await request(), 'hello');
    assert.deepEqual(proxy.asked, [`${serverName}:443`]);
    assert.doesNotMatch(proxy.received, /canary|Bearer/);
  });

  it('sends the user name and password from the proxy URL to the SOCKS proxy', async () => {
    await proxy.close();
    proxy = await SocksProxy.start({ serverPort: server.port, credentials });
    assert.equal(await request(`${credentials.user}:${encodeURIComponent(credentials.password)}@`), 'hello');
  });

  it('reports a SOCKS proxy that rejects the credentials', async () => {
    await proxy.close();
    proxy = await SocksProxy.start({ serverPort: server.port, credentials });
    await assert.rejects(request('ines:wrong@'), proxyErrorWith('UND_ERR_SOCKS5'));
    assert.equal(server.seen.length, 0);
  });

  it('reports a SOCKS proxy that refuses the connection', async () => {
    proxy.reply = 2;
    await assert.rejects(request(), proxyErrorWith('UND_ERR_SOCKS5'));
    assert.equal(proxy.asked.length, 1);
  });
});
