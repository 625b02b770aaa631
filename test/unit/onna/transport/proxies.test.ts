import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { inspect } from 'node:util';
import { Caller } from '../../../../src/onna/caller.ts';
import type { CallRecord } from '../../../../src/onna/caller.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { chooseProxy } from '../../../../src/onna/transport/proxyChoice.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { TestProxy } from '../../../support/proxy.ts';
import type { ProxyManner } from '../../../support/proxy.ts';
import { makeTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { askInProcess } from './askInProcess.ts';
import { SecureServer, privateAuthority, serverName } from './secureServer.ts';

const credentials = { user: 'ines@harbour', password: 'canary p%ss:wörd' };
const userInfo = `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}`;
const headers = { authorization: 'Bearer canary-token' };
/** Long enough that encrypted bytes do not contain it by chance. */
const requestPath = '/requested-path';

describe('An https client behind a proxy', () => {
  const { authority, issue } = privateAuthority();
  const origin = new URL(`https://${serverName}`);
  let server: SecureServer;
  let proxy: TestProxy;
  const transports: UndiciTransport[] = [];

  /** Returns a transport. @param setting Value of `http.proxy`. @param except Value of `http.noProxy`. */
  function transport(setting: string, except: readonly string[] = [], target = origin): UndiciTransport {
    const preferences = { support: 'override', proxy: setting, except, authorization: null };
    const chosen = chooseProxy(target, preferences, {});
    const made = new UndiciTransport(
      target,
      {
        ...(chosen && { proxyUrl: chosen.url }),
        ...(chosen?.authorization !== undefined && { proxyAuthorization: chosen.authorization }),
        strictSSL: true,
        certificates: [authority.certificate],
      },
      300,
    );
    transports.push(made);
    return made;
  }

  async function request(undici: UndiciTransport, target = origin): Promise<string> {
    return readText(await undici.send({ method: 'GET', url: new URL(requestPath, target), headers }), 1_000);
  }

  async function failure(promise: Promise<string>): Promise<OnnaFailure> {
    const error = await promise.then(
      () => assert.fail('the request did not fail'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof OnnaError);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /canary|ines/);
    return error.failure;
  }

  beforeEach(async () => {
    server = await SecureServer.start(issue());
    proxy = await TestProxy.start({ serverPort: server.port });
  });
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((made) => made.close()));
    await proxy.close();
    await server.close();
  });

  it('opens a tunnel, so that the proxy sees neither the token nor the path', async () => {
    assert.equal(await request(transport(proxy.url)), 'hello');
    assert.deepEqual(proxy.asked, [
      { method: 'CONNECT', target: `${serverName}:443`, authorization: undefined },
    ]);
    assert.deepEqual(server.seen, [{ path: requestPath, authorization: 'Bearer canary-token' }]);
    assert.doesNotMatch(proxy.received, /canary|Bearer|requested-path/);
  });

  it('sends the credentials from the proxy URL to the proxy, but omits them from the transport’s name', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, credentials });
    const undici = transport(proxy.url.replace('://', `://${userInfo}@`));
    assert.equal(await request(undici), 'hello');
    assert.doesNotMatch(undici.name, /canary|ines/);
    assert.match(undici.name, new RegExp(`127\\.0\\.0\\.1:${proxy.port}$`));
  });

  it('reports missing or wrong proxy credentials, but does not reveal the password', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, credentials });
    for (const setting of [proxy.url, proxy.url.replace('://', '://ines:canary@')]) {
      assert.deepEqual(await failure(request(transport(setting))), {
        kind: 'proxy',
        host: serverName,
        proxy: `127.0.0.1:${proxy.port}`,
        status: 407,
      });
    }
    assert.equal(server.seen.length, 0);
  });

  const refusals: readonly (readonly [string, ProxyManner, object])[] = [
    ['refuses CONNECT', 403, { status: 403 }],
    ['can’t connect to the server', 502, { status: 502 }],
    ['redirects to a sign-in page', 302, { status: 302 }],
    ['closes the connection', 'hangUp', { code: 'UND_ERR_SOCKET' }],
    ['does not respond', 'silent', { code: 'UND_ERR_HEADERS_TIMEOUT' }],
  ];
  for (const [what, manner, expected] of refusals) {
    it(`does not retry if the proxy ${what}, and uses the proxy again once the proxy works`, async () => {
      const undici = transport(proxy.url);
      proxy.manner = manner;
      assert.deepEqual(await failure(request(undici)), {
        kind: 'proxy',
        host: serverName,
        proxy: `127.0.0.1:${proxy.port}`,
        ...expected,
      });
      assert.equal(proxy.asked.length, 1);
      proxy.manner = 'forward';
      assert.equal(await request(undici), 'hello');
      assert.doesNotMatch(proxy.received, /canary/);
    });
  }

  it('reports a proxy failure while the proxy is down, and uses the proxy again after its restart', async () => {
    const { port } = proxy;
    const undici = transport(proxy.url);
    assert.equal(await request(undici), 'hello');
    await proxy.close();
    // The first request may fail just because it reuses a broken tunnel. The next request opens a new connection.
    await failure(request(undici));
    assert.deepEqual(await failure(request(undici)), {
      kind: 'proxy',
      host: serverName,
      proxy: `127.0.0.1:${port}`,
      code: 'ECONNREFUSED',
    });
    proxy = await TestProxy.start({ serverPort: server.port, port });
    assert.equal(await request(undici), 'hello');
  });

  for (const [what, answer, expected] of [
    [
      'closes the connection',
      (socket: Socket) => socket.destroy(),
      { kind: 'unreachable', code: 'ECONNRESET' },
    ],
    [
      'never completes the TLS handshake',
      (socket: Socket) => socket.resume(),
      { kind: 'timeout', phase: 'connect', afterMs: 10_000 },
    ],
  ] as const) {
    it(`does not report a proxy failure if the server behind the proxy ${what}`, async () => {
      const broken = createServer((socket) => void answer(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
      await proxy.close();
      proxy = await TestProxy.start({ serverPort: (broken.address() as AddressInfo).port });
      assert.deepEqual(await failure(request(transport(proxy.url))), { host: serverName, ...expected });
      assert.equal(proxy.asked.length, 1);
      await proxy.close();
      await new Promise((resolve) => broken.close(resolve));
      proxy = await TestProxy.start({ serverPort: server.port });
    });
  }

  it('logs neither the proxy password nor the token if the proxy refuses a request', async () => {
    proxy.manner = 403;
    const log: CallRecord[] = [];
    const caller = new Caller({
      transport: transport(proxy.url.replace('://', '://ines:canary@')),
      tokens: { token: () => Promise.resolve('canary'), renew: () => Promise.resolve('canary') },
      clock: new FakeClock(),
      log: (record) => log.push(record),
    });
    await failure(caller.call({ method: 'GET', url: new URL('/x?y=canary', origin) }).then(() => ''));
    assert.equal(log.length, 1);
    assert.doesNotMatch(inspect(log, { depth: 9, showHidden: true }), /canary|ines/);
  });

  it('reports a proxy whose host name cannot be resolved', async () => {
    const reported = await failure(request(transport('http://proxy.invalid:8080')));
    assert.ok(reported.kind === 'proxy');
    assert.match(reported.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('does not use the proxy if http.noProxy contains the server', async () => {
    const direct = new URL(`https://127.0.0.1:${server.port}`);
    // Requests to a loopback address never use a proxy. proxyChoice.test.ts tests all forms of http.noProxy entries.
    assert.equal(await request(transport(proxy.url, [], direct), direct), 'hello');
    const reported = await failure(request(transport(proxy.url, [serverName])));
    assert.equal(reported.kind, 'unreachable');
    assert.deepEqual(proxy.asked, []);
  });

  it('connects to a proxy that uses TLS, and verifies the certificate of the proxy', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, certificate: issue({ names: ['localhost'] }) });
    assert.equal(await request(transport(proxy.url)), 'hello');
    await proxy.close();
    for (const [certificate, code] of [
      [
        privateAuthority().issue({ names: ['localhost'] }),
        /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/,
      ],
      [issue({ names: ['elsewhere.test'] }), /ERR_TLS_CERT_ALTNAME_INVALID/],
    ] as const) {
      proxy = await TestProxy.start({ serverPort: server.port, certificate });
      const reported = await failure(request(transport(proxy.url)));
      assert.ok(reported.kind === 'proxy');
      assert.match(reported.code ?? '', code);
      assert.deepEqual(proxy.asked, []);
      await proxy.close();
    }
    proxy = await TestProxy.start({ serverPort: server.port });
  });

  it('does not send the token if the proxy intercepts TLS with its own certificate', async () => {
    const interceptor = await SecureServer.start(privateAuthority().issue());
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: interceptor.port });
    const reported = await failure(request(transport(proxy.url)));
    assert.equal(reported.kind, 'tls');
    assert.equal(interceptor.seen.length, 0);
    await interceptor.close();
  });

  describe('with fetch instead of undici', () => {
    const viaFetch = (address: string): ReturnType<typeof askInProcess> =>
      askInProcess(
        { url: `https://${serverName}${requestPath}`, via: 'fetch', headers, system: false },
        { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: address, NODE_EXTRA_CA_CERTS: authorityFile },
      );
    let authorityFile = '';
    let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

    before(async () => {
      folder = await makeTemporaryFolder('onna-networks');
      authorityFile = path.join(folder.path, 'authority.pem');
      await writeFile(authorityFile, authority.certificate);
    });
    after(() => folder.remove());

    it('reveals neither the token nor the path to the proxy', async () => {
      const { text } = await viaFetch(proxy.url);
      assert.equal(text, 'hello');
      assert.equal(proxy.asked[0]?.target, `${serverName}:443`);
      assert.doesNotMatch(proxy.received, /canary|Bearer|requested-path/);
    });

    it('sends the credentials from the proxy URL to the proxy, and reports wrong credentials', async () => {
      await proxy.close();
      proxy = await TestProxy.start({ serverPort: server.port, credentials });
      assert.equal((await viaFetch(proxy.url.replace('://', `://${userInfo}@`))).text, 'hello');
      const refused = await viaFetch(proxy.url.replace('://', '://ines:canary@'));
      assert.deepEqual(refused.failure, { kind: 'proxy', host: serverName, status: 407 });
      assert.doesNotMatch(JSON.stringify(refused), /canary|ines/);
      assert.equal(server.seen.length, 1);
    });

    it('reports a proxy that refuses CONNECT', async () => {
      proxy.manner = 403;
      const { failure: reported } = await viaFetch(proxy.url);
      assert.deepEqual(reported, { kind: 'proxy', host: serverName, status: 403 });
    });
  });
});
