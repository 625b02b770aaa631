import assert from 'node:assert/strict';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { signIn, whoAmI } from '../../../src/onna/signIn.ts';
import { cleanToken, tokenExpiry } from '../../../src/onna/token.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('signing in by password', () => {
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

  it('exchanges a code for a token, which may come in quotes', async () => {
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

  it('takes a fresh code after a failure, because the service has used up the first', async () => {
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
    ['no code is given (single sign-on)', (): object => ({ auth_code: null }), 'signInRefused'],
    ['there is no code in the answer', (): object => ({}), 'signInRefused'],
    ['the answer is something else', (): unknown => 'hello', 'decode'],
  ] as const) {
    it(`when ${name}, then says so and sends no password`, async () => {
      server.answer = (_, response) => json(response, code());
      await assert.rejects(attempt(), (error) => isOnnaError(error, expected));
      assert.equal(server.seen.length, 1);
    });
  }

  it('when the account is unknown, then says so', async () => {
    server.answer = (_, response) => json(response, { reason: 'object and/or route not found' }, 404);
    await assert.rejects(attempt(), (error) => isOnnaError(error, 'notFound'));
  });

  it('when something in front of the service refuses, then does not call the password wrong', async () => {
    server.answer = (request, response) =>
      request.path.endsWith('get_auth_token')
        ? json(response, { reason: 'forbidden' }, 403)
        : json(response, { auth_code: 'x' });
    await assert.rejects(attempt(), (error) => isOnnaError(error, 'signInRefused'));
  });

  it('never lets the password into the log or an error', async () => {
    server.answer = (request, response) =>
      request.path.endsWith('get_auth_token')
        ? response.writeHead(400).end('400: Invalid Auth code')
        : json(response, { auth_code: 'x' });
    await attempt().catch((error: unknown) => assert.doesNotMatch(JSON.stringify(error), /canary/));
    assert.doesNotMatch(JSON.stringify(server.log), /canary/);
  });

  it('finds out whose token it is', async () => {
    server.answer = (_, response) => json(response, { mail: 'ines@x.test', id: 'u1', roles: [] });
    assert.equal(await whoAmI(server.caller(), address()), 'ines@x.test');
  });
});

describe('a token', () => {
  it('is cleaned of what comes along when it is copied', () => {
    assert.equal(cleanToken('  Bearer abc.def.ghi\n'), 'abc.def.ghi');
    assert.equal(cleanToken('"abc"'), 'abc');
    for (const text of ['', 'two words', 'line\nbreak', 'ü']) assert.equal(cleanToken(text), undefined, text);
  });

  it('tells when it runs out, unless it is opaque', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url');
    assert.equal(tokenExpiry(`e30.${payload}.x`), 1_700_000_000_000);
    for (const token of ['opaque', 'a.b.c', `e30.${Buffer.from('{"exp":"soon"}').toString('base64url')}.x`]) {
      assert.equal(tokenExpiry(token), undefined);
    }
  });
});
