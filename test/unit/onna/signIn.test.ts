import assert from 'node:assert/strict';
import { Caller } from '../../../src/onna/caller.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { checkAccount, checkServer, signIn, whoAmI } from '../../../src/onna/signIn.ts';
import { cleanToken, tokenExpiry } from '../../../src/onna/token.ts';
import { UndiciTransport } from '../../../src/onna/transport/undiciTransport.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

/** Responses of `@oauthgetcode` for an account that does not exist (docs/onna-api.md §1, §9 and §18). */
const unknownAccounts = [
  ['404', 404, { reason: 'object and/or route not found' }],
  ['401 for the anonymous user', 401, { reason: 'You are not authorized', auth: 'Anonymous User' }],
  ['401 without a login', 401, { reason: 'unauthorized' }],
] as const;

describe('The sign-in client', () => {
  let server: ScriptedServer;
  const address = () => ({ baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjord' });
  const attempt = (): Promise<string> => signIn(server.caller(), address(), 'ines@x.test', 'canary-password');

  beforeEach(async () => {
    let codes = 0;
    server = await ScriptedServer.start((request, response) => {
      if (request.path.endsWith('@oauthgetcode')) json(response, { auth_code: `code-${String(++codes)}` });
      else response.end(' "the.jwt.token"\n');
    });
  });
  afterEach(() => server.close());

  it('exchanges a code for a token, and removes the quotation marks around the token', async () => {
    assert.equal(await attempt(), 'the.jwt.token');
    const [code, token] = server.seen;
    assert.equal(code?.path, '/api/rel0/lumenfjord/@oauthgetcode');
    assert.deepEqual(Object.fromEntries(code.query), { client_id: 'canonical', scope: 'lumenfjord' });
    assert.equal(token?.path, '/auth/oauth/get_auth_token');
    assert.deepEqual(JSON.parse(token.body), {
      grant_type: 'user',
      code: 'code-1',
      username: 'ines@x.test',
      password: 'canary-password',
      scopes: ['lumenfjord'],
      client_id: 'canonical',
    });
  });

  it('requests a new code after a failed attempt, because each code is valid for one attempt only', async () => {
    const { answer } = server;
    server.answer = (request, response, index) =>
      request.path.endsWith('get_auth_token') && index < 2
        ? response.writeHead(401).end('401: Unauthorized')
        : answer(request, response, index);
    await assert.rejects(attempt(), (error) => isOnnaError(error, 'badCredentials'));
    await attempt();
    const codes = server.seen
      .filter(({ body }) => body !== '')
      .map(({ body }) => (JSON.parse(body) as { code: string }).code);
    assert.deepEqual(codes, ['code-1', 'code-2']);
  });

  for (const [name, code, expected] of [
    ['the code is null (single sign-on)', (): object => ({ auth_code: null }), 'signInRefused'],
    ['the response has no code', (): object => ({}), 'signInRefused'],
    ['the response is not an object', (): unknown => 'hello', 'decode'],
  ] as const) {
    it(`fails without sending the password when ${name}`, async () => {
      server.answer = (_, response) => json(response, code());
      await assert.rejects(attempt(), (error) => isOnnaError(error, expected));
      assert.equal(server.seen.length, 1);
    });
  }

  for (const [name, status, body] of unknownAccounts) {
    it(`fails without sending the password when the account is unknown (${name})`, async () => {
      server.answer = (_, response) => json(response, body, status);
      await assert.rejects(attempt(), (error) => isOnnaError(error, 'noSuchAccount'));
      assert.ok(server.seen.every(({ path }) => path.endsWith('@oauthgetcode')));
    });
  }

  for (const [status, text] of [
    [401, '401: User is blocked'],
    [403, 'This account is suspended'],
  ] as const)
    it(`reports a blocked user if the response is “${text}”`, async () => {
      server.answer = (request, response) => {
        if (request.path.endsWith('@oauthgetcode')) json(response, { auth_code: 'x' });
        else response.writeHead(status).end(text);
      };
      await assert.rejects(attempt(), (error) => isOnnaError(error, 'userBlocked'));
    });

  it('does not report a wrong password when a gateway rejects the request', async () => {
    server.answer = (request, response) =>
      request.path.endsWith('get_auth_token')
        ? json(response, { reason: 'forbidden' }, 403)
        : json(response, { auth_code: 'x' });
    await assert.rejects(attempt(), (error) => isOnnaError(error, 'signInRefused'));
  });

  it('never writes the password to the log or into an error', async () => {
    server.answer = (request, response) =>
      request.path.endsWith('get_auth_token')
        ? response.writeHead(400).end('400: Invalid Auth code')
        : json(response, { auth_code: 'x' });
    await attempt().catch((error: unknown) => assert.doesNotMatch(JSON.stringify(error), /canary/));
    assert.doesNotMatch(JSON.stringify(server.log), /canary/);
  });

  it('returns the email address of the user that owns a token', async () => {
    server.answer = (_, response) => json(response, { mail: 'ines@x.test', id: 'u1', roles: [] });
    assert.equal(await whoAmI(server.caller(), address()), 'ines@x.test');
  });

  it('fails with the error “userBlocked” if the owner of the token is blocked', async () => {
    server.answer = (_, response) => json(response, { mail: 'ines@x.test', blocked: true });
    await assert.rejects(whoAmI(server.caller(), address()), (error) => isOnnaError(error, 'userBlocked'));
  });
});

describe('checkServer', () => {
  let server: ScriptedServer;
  const check = (): Promise<void> => checkServer(server.caller(), server.baseUrl);

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.close());

  for (const [status, body] of [
    [200, '{"blocked":false}'],
    [401, '401: Unauthorized'],
    [401, '{"reason":"You are not authorized to access content","auth":"Anonymous User"}'],
    [404, '{"reason":"object and/or route not found"}'],
    [405, '405: Method Not Allowed'],
    [400, '{"reason":"x"}'],
    [503, 'Service unavailable'],
  ] as const)
    it(`recognizes Onna by the response ${status} ${body}`, async () => {
      server.answer = (_, response) => response.writeHead(status).end(body);
      await check();
    });

  for (const status of [200, 404, 405])
    it(`rejects a web page that has status ${status}`, async () => {
      server.answer = (_, response) =>
        response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Wiki</title>');
      await assert.rejects(check(), (error) => isOnnaError(error, 'decode', 'notFound', 'unexpectedStatus'));
    });

  it('rejects a redirect to a sign-in page, and does not follow the redirect', async () => {
    server.answer = (_, response) => response.writeHead(302, { location: '/login' }).end();
    await assert.rejects(check(), (error) => isOnnaError(error, 'redirected'));
    assert.equal(server.seen.length, 1);
  });

  it('reports the server as unreachable if the connection is refused', async () => {
    const gone = await ScriptedServer.start();
    const { baseUrl } = gone;
    await gone.close();
    const transport = new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] });
    const caller = new Caller({ transport, clock: systemClock, log: () => undefined });
    await assert.rejects(checkServer(caller, baseUrl), (error) => isOnnaError(error, 'unreachable'));
    await transport.close();
  });
});

describe('checkAccount', () => {
  let server: ScriptedServer;
  const check = (): Promise<void> =>
    checkAccount(server.caller(), { baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjrd' });

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.close());

  it('accepts an account after a single request if the server returns a code', async () => {
    server.answer = (_, response) => json(response, { auth_code: 'x' });
    await check();
    assert.deepEqual(
      server.seen.map(({ method, path }) => `${method} ${path}`),
      ['GET /api/rel0/lumenfjrd/@oauthgetcode'],
    );
  });

  for (const [name, status, body] of unknownAccounts)
    for (const [container, containerStatus, hasContainer] of [
      ['is hidden', 401, true],
      ['is open', 200, true],
      ['is missing', 404, false],
    ] as const)
      it(`reports a missing account after status ${name} if the container ${container}`, async () => {
        server.answer = (request, response) =>
          request.path.endsWith('@oauthgetcode')
            ? json(response, body, status)
            : json(response, { reason: 'x', auth: 'Anonymous User' }, containerStatus);
        await assert.rejects(check(), (error) => {
          assert.ok(isOnnaError(error));
          assert.deepEqual(error.failure, {
            kind: 'noSuchAccount',
            container: 'rel0',
            account: 'lumenfjrd',
            hasContainer,
          });
          return true;
        });
      });

  it('rejects an account if the server returns no code, because the account may allow only single sign-on', async () => {
    server.answer = (_, response) => json(response, { auth_code: null });
    await assert.rejects(check(), (error) => isOnnaError(error, 'signInRefused'));
  });

  it('reports a server error rather than a missing account after status 500', async () => {
    server.answer = (_, response) => json(response, { reason: 'x' }, 500);
    await assert.rejects(check(), (error) => isOnnaError(error, 'serverError'));
  });
});

describe('Reading a token', () => {
  it('removes whitespace, quotation marks and the word “Bearer” from a token', () => {
    assert.equal(cleanToken('  Bearer abc.def.ghi\n'), 'abc.def.ghi');
    assert.equal(cleanToken('"abc"'), 'abc');
    for (const text of ['', 'two words', 'line\nbreak', 'ü']) assert.equal(cleanToken(text), undefined, text);
  });

  it('returns the expiry time of a JWT, and undefined for an opaque token', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url');
    assert.equal(tokenExpiry(`e30.${payload}.x`), 1_700_000_000_000);
    for (const token of ['opaque', 'a.b.c', `e30.${Buffer.from('{"exp":"soon"}').toString('base64url')}.x`]) {
      assert.equal(tokenExpiry(token), undefined);
    }
  });
});
