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
import { DrivenClock } from '../../../doubles/drivenClock.ts';
import { askInProcess } from './askInProcess.ts';
import { SecureServer, privateAuthority, serverName } from './secureServer.ts';

const credentials = { user: 'ines@harbour', password: 'canary p%ss:wörd' };
const userInfo = `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}`;
const headers = { authorization: 'Bearer canary-token' };

describe('a proxy in front of an https server', () => {
  const { authority, issue } = privateAuthority();
  const origin = new URL(`https://${serverName}`);
  let server: SecureServer;
  let proxy: TestProxy;
  const transports: UndiciTransport[] = [];

  /** The transport that results from `http.proxy` being set so. */
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

  async function ask(way: UndiciTransport, target = origin): Promise<string> {
    return readText(await way.send({ method: 'GET', url: new URL('/x', target), headers }), 1_000);
  }

  async function failure(asking: Promise<string>): Promise<OnnaFailure> {
    const error = await asking.then(
      () => assert.fail('nothing failed'),
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

  it('is asked for a tunnel, and sees neither the token nor what is asked for', async () => {
    assert.equal(await ask(transport(proxy.url)), 'hello');
    assert.deepEqual(proxy.asked, [
      { method: 'CONNECT', target: `${serverName}:443`, authorization: undefined },
    ]);
    assert.deepEqual(server.seen, [{ path: '/x', authorization: 'Bearer canary-token' }]);
    assert.doesNotMatch(proxy.received, /canary|Bearer|\/x/);
  });

  it('is given the user and password that stand in its URL, and the server is not', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, credentials });
    const way = transport(proxy.url.replace('://', `://${userInfo}@`));
    assert.equal(await ask(way), 'hello');
    assert.doesNotMatch(way.name, /canary|ines/);
    assert.match(way.name, new RegExp(`127\\.0\\.0\\.1:${proxy.port}$`));
  });

  it('that asks for a user, or takes another one, is told as such, without the password', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, credentials });
    for (const setting of [proxy.url, proxy.url.replace('://', '://ines:canary@')]) {
      assert.deepEqual(await failure(ask(transport(setting))), {
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
    ['does not reach the server', 502, { status: 502 }],
    ['sends to a sign-in page', 302, { status: 302 }],
    ['hangs up', 'hangUp', { code: 'UND_ERR_SOCKET' }],
    ['says nothing', 'silent', { code: 'UND_ERR_HEADERS_TIMEOUT' }],
  ];
  for (const [what, manner, told] of refusals) {
    it(`that ${what} is told as such, is not asked again and again, and works as soon as it can`, async () => {
      const way = transport(proxy.url);
      proxy.manner = manner;
      assert.deepEqual(await failure(ask(way)), {
        kind: 'proxy',
        host: serverName,
        proxy: `127.0.0.1:${proxy.port}`,
        ...told,
      });
      assert.equal(proxy.asked.length, 1);
      proxy.manner = 'forward';
      assert.equal(await ask(way), 'hello');
      assert.doesNotMatch(proxy.received, /canary/);
    });
  }

  it('that is down is told as such, not as the server, and works when it is back', async () => {
    const { port } = proxy;
    const way = transport(proxy.url);
    assert.equal(await ask(way), 'hello');
    await proxy.close();
    // What is told first may be that the tunnel broke: only what follows is sure to connect anew.
    await failure(ask(way));
    assert.deepEqual(await failure(ask(way)), {
      kind: 'proxy',
      host: serverName,
      proxy: `127.0.0.1:${port}`,
      code: 'ECONNREFUSED',
    });
    proxy = await TestProxy.start({ serverPort: server.port, port });
    assert.equal(await ask(way), 'hello');
  });

  for (const [what, answer, told] of [
    ['hangs up', (socket: Socket) => socket.destroy(), { kind: 'unreachable', code: 'ECONNRESET' }],
    [
      'never ends its handshake',
      (socket: Socket) => socket.resume(),
      { kind: 'timeout', phase: 'connect', afterMs: 10_000 },
    ],
  ] as const) {
    it(`is not blamed for a server behind it that ${what}`, async () => {
      const broken = createServer((socket) => void answer(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
      await proxy.close();
      proxy = await TestProxy.start({ serverPort: (broken.address() as AddressInfo).port });
      assert.deepEqual(await failure(ask(transport(proxy.url))), { host: serverName, ...told });
      assert.equal(proxy.asked.length, 1);
      await proxy.close();
      await new Promise((resolve) => broken.close(resolve));
      proxy = await TestProxy.start({ serverPort: server.port });
    });
  }

  it('that fails leaves neither its password nor the token in the log', async () => {
    proxy.manner = 403;
    const log: CallRecord[] = [];
    const caller = new Caller({
      transport: transport(proxy.url.replace('://', '://ines:canary@')),
      tokens: { token: () => Promise.resolve('canary'), renew: () => Promise.resolve('canary') },
      clock: new DrivenClock(),
      log: (record) => log.push(record),
    });
    await failure(caller.call({ method: 'GET', url: new URL('/x?y=canary', origin) }).then(() => ''));
    assert.equal(log.length, 1);
    assert.doesNotMatch(inspect(log, { depth: 9, showHidden: true }), /canary|ines/);
  });

  it('that has no such name is told as such', async () => {
    const told = await failure(ask(transport('http://proxy.invalid:8080')));
    assert.ok(told.kind === 'proxy');
    assert.match(told.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('is left out where http.noProxy names the server', async () => {
    const direct = new URL(`https://127.0.0.1:${server.port}`);
    // A loopback address never goes through one; what the setting names is looked at in the choice of proxies.
    assert.equal(await ask(transport(proxy.url, [], direct), direct), 'hello');
    const told = await failure(ask(transport(proxy.url, [serverName])));
    assert.equal(told.kind, 'unreachable');
    assert.deepEqual(proxy.asked, []);
  });

  it('that is spoken to by TLS works, and its certificate is looked at', async () => {
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: server.port, certificate: issue({ names: ['localhost'] }) });
    assert.equal(await ask(transport(proxy.url)), 'hello');
    await proxy.close();
    for (const [certificate, code] of [
      [
        privateAuthority().issue({ names: ['localhost'] }),
        /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/,
      ],
      [issue({ names: ['elsewhere.test'] }), /ERR_TLS_CERT_ALTNAME_INVALID/],
    ] as const) {
      proxy = await TestProxy.start({ serverPort: server.port, certificate });
      const told = await failure(ask(transport(proxy.url)));
      assert.ok(told.kind === 'proxy');
      assert.match(told.code ?? '', code);
      assert.deepEqual(proxy.asked, []);
      await proxy.close();
    }
    proxy = await TestProxy.start({ serverPort: server.port });
  });

  it('that reads along with a certificate of its own gets no token', async () => {
    const reader = await SecureServer.start(privateAuthority().issue());
    await proxy.close();
    proxy = await TestProxy.start({ serverPort: reader.port });
    const told = await failure(ask(transport(proxy.url)));
    assert.equal(told.kind, 'tls');
    assert.equal(reader.seen.length, 0);
    await reader.close();
  });

  describe('when fetch goes through it', () => {
    const viaFetch = (address: string): ReturnType<typeof askInProcess> =>
      askInProcess(
        { url: `https://${serverName}/x`, way: 'fetch', headers, system: false },
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

    it('sees neither the token nor what is asked for', async () => {
      const { text } = await viaFetch(proxy.url);
      assert.equal(text, 'hello');
      assert.equal(proxy.asked[0]?.target, `${serverName}:443`);
      assert.doesNotMatch(proxy.received, /canary|Bearer|\/x/);
    });

    it('is told as what failed when it refuses, with the password or without', async () => {
      await proxy.close();
      proxy = await TestProxy.start({ serverPort: server.port, credentials });
      assert.equal((await viaFetch(proxy.url.replace('://', `://${userInfo}@`))).text, 'hello');
      const refused = await viaFetch(proxy.url.replace('://', '://ines:canary@'));
      assert.deepEqual(refused.failure, { kind: 'proxy', host: serverName, status: 407 });
      assert.doesNotMatch(JSON.stringify(refused), /canary|ines/);
      assert.equal(server.seen.length, 1);
    });

    it('is told as what failed when it refuses CONNECT', async () => {
      proxy.manner = 403;
      const { failure: told } = await viaFetch(proxy.url);
      assert.deepEqual(told, { kind: 'proxy', host: serverName, status: 403 });
    });
  });
});
