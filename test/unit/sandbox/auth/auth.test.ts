import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { Fixture } from '../support/fixture.ts';
import { Caller, send, signIn } from '../support/wire.ts';

describe('The sandbox’s authentication', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  const codeUrl = '/api/rel0/sandbox/@oauthgetcode?client_id=canonical&scope=sandbox';
  async function newCode(): Promise<string> {
    const { json } = await send(fixture.sandbox.baseUrl, codeUrl);
    return (json as { auth_code: string }).auth_code;
  }
  function tokenFor(body: Record<string, unknown>): ReturnType<typeof send> {
    const { baseUrl, user, password } = fixture.sandbox;
    const complete = {
      ...{ grant_type: 'user', username: user, password, scopes: ['sandbox'], client_id: 'canonical' },
      ...body,
    };
    return send(baseUrl, '/auth/oauth/get_auth_token', { method: 'POST', body: complete });
  }

  it('returns plain text with a JWT, which is valid for 7 days and contains the documented claims', async () => {
    const answer = await tokenFor({ code: await newCode() });
    assert.equal(answer.status, 200);
    assert.match(String(answer.headers['content-type']), /^text\/plain/);
    const claims = decodeJwt(answer.text);
    assert.deepEqual(Object.keys(claims).sort(), ['exp', 'iat', 'login', 'name', 'superuser', 'token']);
    assert.equal(Number(claims.exp) - Number(claims.iat), 7 * 86_400);
    assert.equal(claims['login'], fixture.sandbox.user);
  });

  it('accepts double slashes in the path and a plain string as the scope, because published scripts send them', async () => {
    const { baseUrl, user, password } = fixture.sandbox;
    const code = await newCode();
    const answer = await send(baseUrl, '//auth/oauth//get_auth_token', {
      method: 'POST',
      body: { grant_type: 'user', code, username: user, password, scopes: 'sandbox', client_id: 'canonical' },
    });
    assert.equal(answer.status, 200);
  });

  it('returns 401 as plain text for a wrong password, and invalidates the authorization code', async () => {
    const code = await newCode();
    const wrong = await tokenFor({ code, password: 'not it' });
    assert.deepEqual([wrong.status, wrong.text, wrong.reason], [401, '401: Unauthorized', 'Unauthorized']);
    const again = await tokenFor({ code });
    assert.deepEqual([again.status, again.text], [400, '400: Invalid Auth code']);
  });

  it('returns the same response for an unknown user as for a wrong password', async () => {
    const answer = await tokenFor({ code: await newCode(), username: 'nobody@sandbox.test' });
    assert.deepEqual([answer.status, answer.text], [401, '401: Unauthorized']);
  });

  it('rejects an authorization code that is 120 seconds old', async () => {
    const code = await newCode();
    fixture.clock.advanceSync(120_000);
    assert.equal((await tokenFor({ code })).status, 400);
  });

  it('returns 400 if the authorization code is missing, or the client id or scope is wrong', async () => {
    assert.deepEqual((await tokenFor({})).text, '400: Invalid code');
    assert.equal(
      (await tokenFor({ code: await newCode(), client_id: 'other' })).text,
      '400: Invalid client_id',
    );
    assert.equal(
      (await tokenFor({ code: await newCode(), scopes: ['elsewhere'] })).text,
      '400: Invalid scope',
    );
  });

  it('returns 200 with a null authorization code if the scope contains another account', async () => {
    const answer = await send(fixture.sandbox.baseUrl, codeUrl.replace('scope=sandbox', 'scope=other'));
    assert.deepEqual([answer.status, answer.json], [200, { auth_code: null }]);
  });

  it('returns the user that a token belongs to', async () => {
    const answer = await fixture.caller.raw('/auth/oauth/me?scope=sandbox', { method: 'POST' });
    const { id, mail, blocked } = answer.json as Record<string, unknown>;
    assert.deepEqual(
      [answer.status, id, mail, blocked],
      [200, fixture.sandbox.user, fixture.sandbox.user, false],
    );
  });

  it('treats a request with no token or with a forged token as anonymous', async () => {
    const expected = {
      reason: 'You are not authorized to access content',
      content: '<Container >',
      auth: 'Anonymous User',
    };
    const none = await send(fixture.sandbox.baseUrl, '/api/rel0/sandbox/@workspaces');
    assert.deepEqual([none.status, none.json], [401, expected]);
    const [head, , signature] = fixture.caller.token.split('.');
    const forged = Buffer.from(
      JSON.stringify({ login: fixture.sandbox.user, token: 'x', exp: 9e9 }),
    ).toString('base64url');
    const tampered = await new Caller(fixture.sandbox, [head, forged, signature].join('.')).call(
      '/@workspaces',
    );
    assert.deepEqual([tampered.status, tampered.json], [401, expected]);
  });

  it('returns 401 and a plain-text body for an expired token, even if the token was used before', async () => {
    assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
    fixture.clock.advanceSync(7 * 86_400_000 + 1000);
    const answer = await fixture.caller.call('/@workspaces');
    assert.deepEqual([answer.status, answer.text, answer.json], [401, '401: Unauthorized', undefined]);
  });

  it('returns 401 for a revoked token, and accepts a new token after the next sign-in', async () => {
    fixture.sandbox.expireTokens();
    const answer = await fixture.caller.call('/@workspaces');
    assert.deepEqual([answer.status, answer.text], [401, '401: Unauthorized']);
    const renewed = new Caller(fixture.sandbox, await signIn(fixture.sandbox));
    assert.equal((await renewed.call('/@workspaces')).status, 200);
  });

  it('keeps tokens valid when the sandbox restarts with the same data folder', async () => {
    const dataFolder = await fixture.folders.make();
    await fixture.restart({ dataFolder });
    const { token } = fixture.caller;
    await fixture.restart({ dataFolder });
    assert.equal((await new Caller(fixture.sandbox, token).call('/@workspaces')).status, 200);
  });
});

describe('The sandbox’s permission check', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function viewer(): Promise<Caller> {
    const { login, password } = await fixture.sandbox.addUser({ login: 'viewer@sandbox.test' });
    return Caller.signedIn(fixture.sandbox, login, password);
  }

  it('lets a viewer read, but rejects the viewer’s actions with a 401 that contains the viewer’s login', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'text' });
    const reader = await viewer();
    assert.equal((await reader.call(path)).status, 200);
    for (const [action, method] of [
      ['@sendToSpyder?force=true', 'GET'],
      ['@refreshServiceCredentials', 'POST'],
    ] as const) {
      const answer = await reader.call(`${path}/${action}`, { method, body: {} });
      assert.equal(answer.status, 401);
      assert.equal((answer.json as { auth: string }).auth, 'viewer@sandbox.test');
    }
    assert.equal((await reader.patch(path, { title: 'Mine' })).status, 401);
  });

  it('reports in @data that a viewer has no permission to change anything', async () => {
    await fixture.datasource({});
    const { updates } = await (
      await viewer()
    ).json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_');
    assert.deepEqual(updates[0]?.['@users-permissions'], {
      'guillotina.AddContent': false,
      'guillotina.ModifyContent': false,
      'guillotina.DeleteContent': false,
      'onna.SendToSpyder': false,
    });
  });

  it('hides a user’s private Datasources from other users’ listings and searches, and returns 401 for their paths', async () => {
    const origin = await fixture.folders.make({ 'diary.md': 'secretword' });
    const { path } = fixture.sandbox.addDatasource({
      parent: `/${fixture.sandbox.user}`,
      title: 'Diary',
      origin,
    });
    await fixture.sandbox.settled();
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'secretword'] }] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 1);
    const reader = await viewer();
    assert.equal((await reader.search('', query)).items_count, 0);
    assert.deepEqual((await reader.json<{ updates: unknown[] }>('/@data?types=_datasources_')).updates, []);
    assert.deepEqual(await reader.children(''), []);
    const answer = await reader.call(path);
    assert.equal(answer.status, 401);
    assert.equal((answer.json as { auth: string }).auth, 'viewer@sandbox.test');
  });
});
