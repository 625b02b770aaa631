import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import type { Transport } from '../../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { makeCertificate } from '../../../support/certificates.ts';
import type { Certificate } from '../../../support/certificates.ts';
import { makeTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { ScriptedServer } from '../scriptedServer.ts';
import { askInProcess } from './askInProcess.ts';
import type { Outcome } from './askInProcess.ts';
import { SecureServer, privateAuthority, serverName } from './secureServer.ts';

const headers = { authorization: 'Bearer canary-token' };
const hour = 3_600_000;
const { authority, issue } = privateAuthority();
const transportNames = ['undici', 'fetch'] as const;

async function request(transport: Transport, origin: URL): Promise<string> {
  try {
    return await readText(
      await transport.send({ method: 'GET', url: new URL('/x', origin), headers }),
      1_000,
    );
  } finally {
    await transport.close();
  }
}

function hasLoopback6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
}

async function failureOf(promise: Promise<unknown>): Promise<OnnaFailure> {
  const error = await promise.then(
    () => assert.fail('the request did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OnnaError);
  return error.failure;
}

/** The path of the file with the authority's certificate. Its folder contains no other file. */
let authorityFile = '';
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
before(async () => {
  folder = await makeTemporaryFolder('onna-certificates');
  authorityFile = path.join(folder.path, 'authority.pem');
  await writeFile(authorityFile, authority.certificate);
});
after(() => folder.remove());

for (const via of transportNames) {
  describe(`The verification of certificates by ${via}`, () => {
    let server: SecureServer;
    const start = async (certificate: Certificate): Promise<URL> => {
      server = await SecureServer.start(certificate);
      return new URL(`https://127.0.0.1:${server.port}`);
    };
    afterEach(() => server.close());

    const outcomeWith = (environment: Record<string, string>, system = false): Promise<Outcome> =>
      askInProcess({ url: `https://127.0.0.1:${server.port}/x`, via, headers, system }, environment);

    it('accepts a certificate of a private authority if NODE_EXTRA_CA_CERTS points to the authority’s certificate', async () => {
      await start(issue());
      assert.equal((await outcomeWith({ NODE_EXTRA_CA_CERTS: authorityFile })).text, 'hello');
      assert.equal(server.seen[0]?.authorization, headers.authorization);
    });

    const wrong: readonly (readonly [string, () => Certificate, RegExp])[] = [
      [
        'the authority is unknown',
        () => issue(),
        /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/,
      ],
      [
        'the certificate is self-signed',
        () => makeCertificate({ subject: serverName, addresses: [[127, 0, 0, 1]] }),
        /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
      ],
    ];
    for (const [what, make, code] of wrong) {
      it(`rejects a certificate, without sending the token, if ${what}`, async () => {
        const origin = await start(make());
        const transport =
          via === 'fetch'
            ? new FetchTransport(origin)
            : new UndiciTransport(origin, { strictSSL: true, certificates: [] });
        const failure = await failureOf(request(transport, origin));
        assert.equal(failure.kind, 'tls');
        assert.equal(failure.host, origin.host);
        assert.match(failure.code, code);
        assert.deepEqual(server.seen, []);
      });
    }

    const invalid: readonly (readonly [string, () => Certificate, string])[] = [
      [
        'the certificate has expired',
        () => issue({ until: new Date(Date.now() - hour) }),
        'CERT_HAS_EXPIRED',
      ],
      [
        'the certificate is not valid yet',
        () => issue({ from: new Date(Date.now() + 24 * hour) }),
        'CERT_NOT_YET_VALID',
      ],
      [
        'the certificate is for another host',
        () => issue({ names: ['elsewhere.test'], addresses: [[10, 0, 0, 1]] }),
        'ERR_TLS_CERT_ALTNAME_INVALID',
      ],
    ];
    for (const [what, make, code] of invalid) {
      it(`rejects a certificate, even from a trusted authority, if ${what}`, async () => {
        const { host } = await start(make());
        const { failure } = await outcomeWith({ NODE_EXTRA_CA_CERTS: authorityFile });
        assert.deepEqual(failure, { kind: 'tls', host, code });
        assert.deepEqual(server.seen, []);
      });
    }
  });

  describe(`An https request by ${via}`, () => {
    const transportTo = (origin: URL): Transport =>
      via === 'fetch'
        ? new FetchTransport(origin)
        : new UndiciTransport(origin, { strictSSL: true, certificates: [] });

    it('reports a failed TLS handshake if the server does not use TLS', async () => {
      const server = await ScriptedServer.start();
      const origin = new URL(server.baseUrl.replace('http:', 'https:'));
      const failure = await failureOf(request(transportTo(origin), origin));
      assert.equal(failure.kind, 'tls');
      assert.match(failure.code, /^(ERR_SSL_|EPROTO)/);
      assert.equal(server.seen.length, 0);
      await server.close();
    });

    it('reports a broken connection, and does not retry, if the server closes the connection', async () => {
      let times = 0;
      const server = createServer((socket) => {
        times++;
        socket.on('error', () => undefined).once('data', () => socket.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const origin = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const failure = await failureOf(request(transportTo(origin), origin));
      assert.deepEqual(failure, { kind: 'unreachable', host: origin.host, code: 'ECONNRESET' });
      assert.equal(times, 1);
      await new Promise((resolve) => server.close(resolve));
    });
  });
}

describe('The verification of certificates by UndiciTransport', () => {
  let server: SecureServer;
  afterEach(() => server.close());

  // A test can replace the system's certificate store only on Linux, with SSL_CERT_FILE.
  const itWithReplaceableStore = process.platform === 'linux' ? it : it.skip;
  itWithReplaceableStore(
    'trusts the authorities in the system’s certificate store unless the caller excludes the store',
    async () => {
      server = await SecureServer.start(issue());
      const question = { url: `https://127.0.0.1:${server.port}/x`, via: 'undici', headers } as const;
      const environment = { SSL_CERT_FILE: authorityFile };
      assert.equal((await askInProcess({ ...question, system: true }, environment)).text, 'hello');
      const without = await askInProcess({ ...question, system: false }, environment);
      assert.equal(without.failure?.kind, 'tls');
      assert.equal(server.seen.length, 1);
    },
  );

  it('accepts any certificate if http.proxyStrictSSL is off', async () => {
    server = await SecureServer.start(makeCertificate({ subject: 'x', until: new Date(Date.now() - hour) }));
    const origin = new URL(`https://127.0.0.1:${server.port}`);
    assert.equal(
      await request(new UndiciTransport(origin, { strictSSL: false, certificates: [] }), origin),
      'hello',
    );
  });

  it('accepts a valid certificate as soon as the server has replaced an expired one', async () => {
    server = await SecureServer.start(issue({ until: new Date(Date.now() - hour) }));
    const { port } = server;
    const origin = new URL(`https://127.0.0.1:${port}`);
    const transport = new UndiciTransport(origin, {
      strictSSL: true,
      certificates: [authority.certificate],
    });
    const get = { method: 'GET', url: origin, headers } as const;
    assert.equal((await failureOf(transport.send(get))).kind, 'tls');
    await server.close();
    server = await SecureServer.start(issue(), '127.0.0.1', port);
    assert.equal(await readText(await transport.send(get), 1_000), 'hello');
    await transport.close();
  });
});

for (const via of transportNames) {
  const describeWithIPv6 = hasLoopback6() ? describe : describe.skip;
  describeWithIPv6(`A request to an IPv6 address by ${via}`, () => {
    it('succeeds over https with a certificate for the IPv6 address', async () => {
      const server = await SecureServer.start(issue(), '::1');
      const { text } = await askInProcess(
        { url: `https://[::1]:${server.port}/x`, via, headers, system: false },
        { NODE_EXTRA_CA_CERTS: authorityFile },
      );
      assert.equal(text, 'hello');
      await server.close();
    });

    it('reports the IPv6 address in brackets if the connection is refused', async () => {
      const server = await SecureServer.start(issue(), '::1');
      const origin = new URL(`http://[::1]:${server.port}`);
      await server.close();
      const transport =
        via === 'fetch'
          ? new FetchTransport(origin)
          : new UndiciTransport(origin, { strictSSL: true, certificates: [] });
      assert.deepEqual(await failureOf(request(transport, origin)), {
        kind: 'unreachable',
        host: origin.host,
        code: 'ECONNREFUSED',
      });
    });
  });
}
