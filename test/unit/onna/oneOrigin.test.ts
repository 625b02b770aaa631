import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Caller } from '../../../src/onna/caller.ts';
import { ChildrenWalk } from '../../../src/onna/childrenWalk.ts';
import { OnnaClient } from '../../../src/onna/client.ts';
import { OnnaError, isOnnaError } from '../../../src/onna/errors.ts';
import { nodePath } from '../../../src/onna/address.ts';
import { readListing } from '../../../src/onna/listing.ts';
import { signIn, whoAmI } from '../../../src/onna/signIn.ts';
import { readText } from '../../../src/onna/transport/body.ts';
import { FetchTransport } from '../../../src/onna/transport/fetchTransport.ts';
import type { Transport } from '../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../src/onna/transport/undiciTransport.ts';
import { makeCanary } from '../../support/secrets/usedSecrets.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

const token = makeCanary('token').replaceAll(/[^\w-]/g, '');
const password = makeCanary('password');

/** A server on another origin that counts connections. */
class Elsewhere {
  connections = 0;
  readonly #server = createServer((socket) => {
    this.connections++;
    socket.destroy();
  });

  static async start(): Promise<Elsewhere> {
    const elsewhere = new Elsewhere();
    await new Promise<void>((resolve) => elsewhere.#server.listen(0, '127.0.0.1', resolve));
    return elsewhere;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const transports: Readonly<Record<string, (origin: URL) => Transport>> = {
  undici: (origin) => new UndiciTransport(origin, { strictSSL: true, certificates: [] }),
  'VS Code’s fetch': (origin) => new FetchTransport(origin),
};

for (const [name, transportTo] of Object.entries(transports)) {
  describe(`A client that uses ${name}`, () => {
    let server: ScriptedServer;
    let elsewhere: Elsewhere;
    let transport: Transport;
    let client: OnnaClient;
    let address: { baseUrl: string; container: string; account: string };
    const clock = new FakeClock();

    beforeEach(async () => {
      [server, elsewhere] = await Promise.all([ScriptedServer.start(), Elsewhere.start()]);
      transport = transportTo(new URL(server.baseUrl));
      const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
      address = { baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjord' };
      client = new OnnaClient(address, new Caller({ transport, tokens, clock, log: () => undefined }));
    });
    afterEach(async () => {
      await transport.close();
      await Promise.all([server.close(), elsewhere.close()]);
      assert.equal(elsewhere.connections, 0, 'nothing connected to the other origin');
      assert.ok(server.seen.length > 0);
    });

    /** Asserts that every request that the server received contained the token. */
    const assertAllAuthorized = (): void => {
      for (const { authorization } of server.seen) assert.equal(authorization, `Bearer ${token}`);
    };
    const there = (path: string): string => `${elsewhere.origin}/api/rel0/lumenfjord${path}`;

    it('sends requests only to its own server, even if the @id of a Datasource contains another host', async () => {
      server.answer = (_, response) =>
        json(response, {
          updates: [
            {
              '@id': there('/workspaces/harbour/wiki'),
              '@type': 'SlackDatasource',
              '@uid': 'uid-wiki',
              '@timestamp': '2026-03-01T11:00:00+00:00',
              title: 'wiki',
            },
          ],
          deleted: [],
          cursor: null,
        });
      const [node] = (await readListing(client, undefined)).nodes;
      assert.equal(node?.path, '/workspaces/harbour/wiki');
      server.answer = (_, response) => response.end('{"@id":"x","@type":"Resource","@uid":"u"}');
      await client.nodeText(node.path);
      await client.sendToSpyder(node.path);
      const answer = await client.download(node.path, 'file');
      await readText(answer, 1_000);
      assert.equal(server.seen.length, 4);
      assertAllAuthorized();
    });

    it('sends a cursor as a query parameter, even if the cursor is a URL of another origin', async () => {
      const cursor = `${elsewhere.origin}/api/rel0/lumenfjord/@data?cursor=2`;
      server.answer = (request, response) =>
        json(response, {
          updates: [],
          deleted: [],
          total: 3,
          cursor,
          next: cursor,
          '@id': cursor,
          path: request.path,
        });
      await readListing(client, undefined);
      assert.equal(server.seen[1]?.query.get('cursor'), cursor);
      server.answer = (_, response, index) =>
        json(response, { items: [there(`/ws/wiki/${String(index)}.html`)], cursor, next: cursor });
      const walk = new ChildrenWalk(() => Promise.resolve(client), clock, '/ws/wiki', 1);
      for (let page = 0; page < 3 && !walk.done; page++) await walk.next();
      assert.ok(server.seen.some(({ query }) => query.get('scroll') === cursor));
      assertAllAuthorized();
    });

    it('opens the path of a hit on its own server, even if the id of the hit contains another host', async () => {
      for (const id of [there('/ws/a.txt'), `//127.0.0.1:${elsewhere.port}/api/rel0/lumenfjord/ws/a.txt`]) {
        const path = nodePath(address, id);
        if (path === undefined) continue;
        server.answer = (_, response) => response.end('text');
        await readText(await client.download(path, 'extracted_text'), 1_000);
      }
      assert.match(server.seen[0]?.path ?? '', /^\/api\/rel0\/lumenfjord\/ws\/a\.txt\/@download/);
      assertAllAuthorized();
    });

    for (const status of [300, 301, 302, 303, 307, 308])
      for (const [kind, to] of [
        ['another port', (port: number) => `http://127.0.0.1:${port}/x`],
        ['no scheme', (port: number) => `//127.0.0.1:${port}/x`],
        ['another host name', (port: number) => `http://localhost:${port}/x`],
        ['a user name', (port: number) => `http://ines:x@127.0.0.1:${port}/x`],
      ] as const)
        it(`does not follow a redirect with status ${status} to an address with ${kind}`, async () => {
          server.answer = (_, response) =>
            response
              .writeHead(status, {
                location: to(elsewhere.port),
                'content-location': to(elsewhere.port),
                refresh: `0; url=${to(elsewhere.port)}`,
                link: `<${to(elsewhere.port)}>; rel=next, <${to(elsewhere.port)}>; rel=preload`,
                'alt-svc': `h2="127.0.0.1:${elsewhere.port}"; ma=3600`,
              })
              .end('{}');
          const path = '/ws/wiki';
          const calls: readonly (() => Promise<unknown>)[] = [
            () => client.data({}),
            () => client.nodeText(path),
            () => client.children(path, 10, undefined),
            () => client.sendToSpyder(path),
            () => client.download(path, 'file'),
            () => client.frontsearch('', { advanced: {} }),
            () => client.credentials.refresh(path, password),
          ];
          for (const call of calls) await assert.rejects(call, OnnaError);
          assertAllAuthorized();
        });

    it('does not follow a redirect during sign-in, which would reveal the code, the password or the token', async () => {
      const anonymous = new Caller({ transport, clock, log: () => undefined });
      for (const redirected of ['@oauthgetcode', 'get_auth_token', 'me'])
        for (const status of [302, 307, 308]) {
          server.answer = (request, response) => {
            if (!request.path.endsWith(redirected)) json(response, { auth_code: 'code' });
            else response.writeHead(status, { location: `${elsewhere.origin}${request.path}` }).end();
          };
          if (redirected === 'me') {
            const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
            const caller = new Caller({ transport, tokens, clock, log: () => undefined });
            await assert.rejects(whoAmI(caller, address), OnnaError);
          } else await assert.rejects(signIn(anonymous, address, 'ines', password), OnnaError);
        }
      assert.ok(server.seen.length >= 9);
    });

    it('rejects a request to another origin without sending the request', async () => {
      const { port } = new URL(server.baseUrl);
      const headers = { authorization: `Bearer ${token}` };
      const others = [
        elsewhere.origin,
        `https://127.0.0.1:${port}`,
        `http://localhost:${port}`,
        `http://127.0.0.1.:${elsewhere.port}`,
        `http://127.0.0.1:${port}@127.0.0.1:${elsewhere.port}`,
      ];
      for (const url of others)
        await assert.rejects(
          transport.send({ method: 'GET', url: new URL('/x', url), headers }),
          (error) => isOnnaError(error, 'redirected'),
          url,
        );
      assert.equal(server.seen.length, 0);
      (await transport.send({ method: 'GET', url: new URL('/x', server.baseUrl), headers })).destroy();
    });
  });
}
