import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { UndiciTransport } from '../../../src/onna/transport/undiciTransport.ts';
import type { OnnaFailure } from '../../../src/onna/errors.ts';
import { FakeClock, settle } from '../../doubles/fakeClock.ts';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('Caller', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  const anonymous = {
    reason: 'You are not authorized to access content',
    content: '<x>',
    auth: 'Anonymous User',
  };

  for (const [name, status, body, expected] of [
    ['an expired token', 401, '401: Unauthorized', { kind: 'signedOut' }],
    ['a malformed token', 401, JSON.stringify(anonymous), { kind: 'signedOut' }],
    [
      'a missing permission',
      401,
      JSON.stringify({ ...anonymous, auth: 'ines@x.test' }),
      { kind: 'noPermission' },
    ],
    [
      'a missing permission to execute an action',
      401,
      '{"reason":"unauthorized","details":"Not authorized to execute action"}',
      { kind: 'noPermission' },
    ],
    ['an unknown object', 404, '{"reason":"object and/or route not found"}', { kind: 'notFound' }],
    [
      'an id that is already in use',
      409,
      '{"reason":"conflictId","message":"Conflict ID x"}',
      { kind: 'duplicateId' },
    ],
    ['a write conflict', 409, '{"summary":"conflict"}', { kind: 'writeConflict' }],
    [
      'an auth server that is down',
      424,
      '{"reason":"oauthServerFailure","message":"down"}',
      { kind: 'authServerDown' },
    ],
    ['too many requests', 429, '', { kind: 'rateLimited' }],
    [
      'an internal server error',
      500,
      '{"reason":"unknownError","eid":"ab12"}',
      { kind: 'serverError', eid: 'ab12' },
    ],
    ['a redirect', 302, '', { kind: 'redirected' }],
  ] as const) {
    it(`recognizes ${name}`, async () => {
      server.answer = (_, response) => response.writeHead(status).end(body);
      const failure = await failureOf(server.client().sendToSpyder('/ws/wiki'));
      for (const [key, value] of Object.entries(expected))
        assert.equal(failure[key as keyof OnnaFailure], value);
    });
  }

  it('reports the fields that the service rejected', async () => {
    const problems = [{ field: 'type_sync', message: 'not allowed' }];
    server.answer = (_, response) =>
      json(response, { reason: 'deserializationError', deserialization_errors: problems }, 412);
    const failure = await failureOf(server.client().sendToSpyder('/ws/static'));
    assert.deepEqual(failure.kind === 'invalid' && failure.fields, problems);
  });

  for (const [name, body] of [
    ['a web page', '<!doctype html><title>Sign in</title>'],
    ['truncated JSON', '{"updates":[{'],
    ['empty', ''],
    ['JSON of an unexpected shape', '[1,2,3]'],
  ] as const) {
    it(`fails with a decode error if the body of a response with status 200 is ${name}`, async () => {
      server.answer = (_, response) => response.end(body);
      assert.equal((await failureOf(server.client().data({}))).kind, 'decode');
    });
  }

  it('fails at once when the connection breaks in the middle of the body', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"up');
      setImmediate(() => response.destroy());
    };
    assert.equal((await failureOf(server.client().data({ retry: false }))).kind, 'unreachable');
  });

  it('stops reading a compressed response whose decompressed size exceeds the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    server.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    assert.equal((await failureOf(server.client().data({}))).kind, 'tooLarge');
  });

  it('reports the status of an error response even if the body is several megabytes long', async () => {
    server.answer = (_, response) => response.writeHead(500).end('x'.repeat(3 << 20));
    const failure = await failureOf(server.client().data({}));
    assert.ok(failure.kind === 'serverError', failure.kind);
    assert.equal(failure.message, 'Internal Server Error');
  });

  it('reports only the first five rejected fields, and truncates their texts', async () => {
    const problem = { field: 'f'.repeat(9_000), message: 'm'.repeat(9_000) };
    const body = { reason: 'deserializationError', deserialization_errors: Array(30).fill(problem) };
    server.answer = (_, response) => json(response, body, 412);
    const failure = await failureOf(server.client().sendToSpyder('/ws/wiki'));
    assert.ok(failure.kind === 'invalid');
    assert.equal(failure.fields.length, 5);
    assert.ok(JSON.stringify(failure).length < 5_000);
  });

  it('reports the target of a redirect without the query string', async () => {
    server.answer = (_, response) => response.writeHead(302, { location: '/login?token=canary' }).end();
    assert.deepEqual(await failureOf(server.client().data({})), {
      kind: 'redirected',
      location: `${server.baseUrl}/login`,
      to: `${server.baseUrl}/login`,
    });
  });

  it('fails with a decode error, and does not retry, when the compressed body is corrupt', async () => {
    const packed = brotliCompressSync('x'.repeat(1_000)).fill(0xff, 4);
    server.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end(packed);
    assert.equal((await failureOf(server.client().data({}))).kind, 'decode');
    assert.equal(server.seen.length, 1);
  });

  it('reports the host and the port if the connection is refused', async () => {
    const port = new URL(server.baseUrl).port;
    await server.close();
    server = await ScriptedServer.start();
    const transport = new UndiciTransport(new URL(`http://127.0.0.1:${port}`), {
      strictSSL: true,
      certificates: [],
    });
    const url = new URL(`http://127.0.0.1:${port}/x`);
    const failure = await failureOf(transport.send({ method: 'GET', url, headers: {} }));
    assert.deepEqual(failure, { kind: 'unreachable', host: `127.0.0.1:${port}`, code: 'ECONNREFUSED' });
    await transport.close();
  });

  it('fails with the error `cancelled`, and closes the socket, as soon as the request is aborted', async () => {
    let closed: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    const arrived = new Promise<void>((resolve) => {
      server.answer = (_, response) => {
        response.once('close', () => closed());
        resolve();
      };
    });
    const abort = new AbortController();
    const call = failureOf(server.client().data({ signal: abort.signal }));
    await arrived;
    abort.abort();
    assert.equal((await call).kind, 'cancelled');
    await closing;
  });

  it('retries a read after a transient failure, but only when the time in Retry-After has passed', async () => {
    const clock = new FakeClock();
    server.answer = (_, response, index) =>
      index === 0
        ? json(response, {}, 503, { 'retry-after': '3' })
        : json(response, { updates: [], deleted: [], cursor: null });
    const reading = server.client({ clock }).data({});
    // Until the retry is scheduled, the next timer is the response timeout, which is longer than the retry delay.
    while (clock.nextIn === undefined || clock.nextIn > 10_000) await settle();
    assert.equal(clock.nextIn, 3_000);
    await clock.advance(3_000);
    assert.deepEqual((await reading).nodes, []);
    assert.equal(server.seen.length, 2);
  });

  it('compares a date in Retry-After with the service’s clock, not with the local clock', async () => {
    const clock = new FakeClock();
    const ahead = clock.now() - 2 * 3_600_000;
    server.answer = (_, response) =>
      json(response, {}, 503, {
        date: new Date(ahead).toUTCString(),
        'retry-after': new Date(ahead + 120_000).toUTCString(),
      });
    const failure = await failureOf(server.client({ clock }).data({ retry: false }));
    assert.ok(failure.kind === 'serverError');
    assert.equal(failure.retryAfterMs, 120_000);
  });

  it('does not retry a request whose response timed out', async () => {
    const clock = new FakeClock();
    server.answer = () => undefined;
    const reading = failureOf(server.client({ clock }).data({}));
    while (server.seen.length === 0 || clock.nextIn === undefined) await settle();
    await clock.advance(30_000);
    assert.equal((await reading).kind, 'timeout');
    assert.equal(server.seen.length, 1);
  });

  it('never retries an action', async () => {
    server.answer = (_, response) => json(response, {}, 503);
    assert.equal((await failureOf(server.client().sendToSpyder('/ws/wiki'))).kind, 'serverError');
    assert.equal(server.seen.length, 1);
  });

  it('replaces an expired token in the request body, and not only in the header, after a renewal', async () => {
    const tokens = { token: () => Promise.resolve('old'), renew: () => Promise.resolve('new') };
    server.answer = ({ authorization }, response) => {
      if (authorization === 'Bearer new') json(response, {});
      else response.writeHead(401).end('401: Unauthorized');
    };
    await server.client({ tokens }).credentials.refresh('/ws/wiki', 'a secret');
    assert.deepEqual(
      server.seen.map(({ body }) => (JSON.parse(body) as { Authorization: string }).Authorization),
      ['Bearer old', 'Bearer new'],
    );
  });

  it('renews an expired token, and then sends the request once more', async () => {
    let renewals = 0;
    const tokens = {
      token: () => Promise.resolve('old'),
      renew: () => Promise.resolve(`new${String(++renewals)}`),
    };
    server.answer = (request, response) =>
      request.authorization === 'Bearer old'
        ? response.writeHead(401).end('401: Unauthorized')
        : response.end();
    await server.client({ tokens }).sendToSpyder('/ws/wiki');
    assert.deepEqual(
      server.seen.map(({ authorization }) => authorization),
      ['Bearer old', 'Bearer new1'],
    );
  });

  it('fails with the error `signedOut` if the service also rejects the renewed token', async () => {
    const tokens = { token: () => Promise.resolve('a'), renew: () => Promise.resolve('b') };
    server.answer = (_, response) => response.writeHead(401).end('401: Unauthorized');
    assert.equal((await failureOf(server.client({ tokens }).data({}))).kind, 'signedOut');
    assert.equal(server.seen.length, 2);
  });

  it('logs the method, path, status and duration, but neither the query nor the token', async () => {
    const tokens = { token: () => Promise.resolve('canary-token'), renew: () => Promise.resolve('x') };
    server.answer = (_, response) => json(response, { updates: [], deleted: [] });
    await server.client({ tokens }).data({ cursor: 'canary-cursor' });
    const [record] = server.log;
    assert.equal(record?.path, '/api/rel0/lumenfjord/@data');
    assert.equal(record.status, 200);
    assert.doesNotMatch(JSON.stringify(server.log), /canary/);
  });

  it('does not create a global undici dispatcher', async () => {
    server.answer = (_, response) => response.end('x');
    // The test uses a separate process, because the test runner may already have used fetch.
    const module = new URL('../../../src/onna/transport/undiciTransport.ts', import.meta.url).href;
    const program = `
      const { UndiciTransport } = await import(${JSON.stringify(module)});
      const url = new URL(${JSON.stringify(server.baseUrl)});
      const transport = new UndiciTransport(url, { strictSSL: true, certificates: [] });
      const { status } = await transport.send({ method: 'GET', url, headers: {} });
      await transport.close();
      const slots = Object.getOwnPropertySymbols(globalThis).map(String).filter((name) => name.includes('undici'));
      console.log(JSON.stringify({ status, slots }));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ]);
    assert.deepEqual(JSON.parse(stdout), { status: 200, slots: [] });
  });
});
