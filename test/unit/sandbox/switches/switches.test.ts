import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller, send } from '../support/wire.ts';

describe('The sandbox with switches', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function flip(change: unknown): Promise<void> {
    const answer = await fixture.caller.raw('/_sandbox/switches', { method: 'POST', body: change });
    assert.equal(answer.status, 200, answer.text);
  }

  async function flipFor(login: string, change: unknown): Promise<void> {
    const path = `/_sandbox/switches?login=${encodeURIComponent(login)}`;
    const answer = await fixture.caller.raw(path, { method: 'POST', body: change });
    assert.equal(answer.status, 200, answer.text);
  }

  it('lets only the sandbox’s own user read and set switches over HTTP', async () => {
    await flip({ latencyMs: 5, unknownStatus: 'dreaming' });
    const { latencyMs, unknownStatus, childrenMode } = (await fixture.caller.raw('/_sandbox/switches'))
      .json as Record<string, unknown>;
    assert.deepEqual([latencyMs, unknownStatus, childrenMode], [5, 'dreaming', 'any']);
    assert.equal((await send(fixture.sandbox.baseUrl, '/_sandbox/switches')).status, 401);
    const { login, password } = await fixture.sandbox.addUser({ login: 'other@sandbox.test' });
    const other = await Caller.signedIn(fixture.sandbox, login, password);
    assert.equal((await other.raw('/_sandbox/switches', { method: 'POST', body: {} })).status, 401);
  });

  it('rejects an entire change if one switch is unknown or one value is invalid', async () => {
    for (const change of [
      { nonsense: 1 },
      { latencyMs: 'slow' },
      { latencyMs: 3, childrenMode: 'never' },
      { burst: { status: 418, count: 1 } },
      [],
    ]) {
      const answer = await fixture.caller.raw('/_sandbox/switches', { method: 'POST', body: change });
      assert.equal(answer.status, 412, JSON.stringify(change));
    }
    assert.equal(fixture.sandbox.switches.latencyMs, 0);
  });

  it('returns the chosen status, body and Retry-After header for a burst of requests, and then recovers', async () => {
    const expected: [number, unknown][] = [
      [424, { reason: 'userApiTimeout', message: 'The user API did not answer in time' }],
      [429, undefined],
      [503, undefined],
      [409, { summary: 'DB Conflict detected' }],
    ];
    for (const [status, body] of expected) {
      await flip({ burst: { status, count: 2, retryAfterSeconds: 7 } });
      const answers = [];
      for (let sent = 0; sent < 3; sent++) answers.push(await fixture.caller.call('/@workspaces'));
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [status, status, 200],
      );
      assert.deepEqual(answers[0]?.json, body);
      assert.equal(answers[0]?.headers['retry-after'], status === 409 ? undefined : '7');
    }
  });

  it('fails only the requests whose path matches the burst', async () => {
    await flip({ burst: { status: 500, count: 1, path: '@data' } });
    assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
    const failed = await fixture.caller.call('/@data');
    assert.equal(failed.status, 500);
    assert.equal(typeof (failed.json as { eid: string }).eid, 'string');
    assert.equal((await fixture.caller.call('/@data')).status, 200);
  });

  it('delays each response by latencyMs', async () => {
    await flip({ latencyMs: 60 });
    const before = performance.now();
    await fixture.caller.call('/@workspaces');
    assert.ok(performance.now() - before >= 55);
  });

  it('returns a null authorization code if authCodeNull is set', async () => {
    await flip({ authCodeNull: true });
    const answer = await send(
      fixture.sandbox.baseUrl,
      '/api/rel0/sandbox/@oauthgetcode?client_id=canonical&scope=sandbox',
    );
    assert.deepEqual(answer.json, { auth_code: null });
  });

  it('shortens the lifetime of new tokens if tokenLifetimeSeconds is set', async () => {
    await flip({ tokenLifetimeSeconds: 30 });
    const shortLived = await Caller.signedIn(fixture.sandbox);
    fixture.clock.advanceSync(31_000);
    assert.equal((await shortLived.call('/@workspaces')).text, '401: Unauthorized');
    assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
  });

  it('returns @data updates as an object without statuses if updatesAsObject and dataWithoutSyncStatus are set', async () => {
    const { path, uid } = await fixture.datasource({});
    await flip({ updatesAsObject: true, dataWithoutSyncStatus: true });
    const { updates } = await fixture.caller.json<{ updates: Record<string, Record<string, unknown>> }>(
      '/@data?types=_datasources_',
    );
    assert.deepEqual(Object.keys(updates), [uid]);
    assert.ok(!('sync_status' in (updates[uid] ?? {})));
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('uses the origin in foreignIdHost in every @id', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    await flip({ foreignIdHost: 'https://inside.example.test' });
    const root = `https://inside.example.test/api/rel0/sandbox`;
    assert.equal((await fixture.caller.node(path))['@id'], root + path);
    const { member } = await fixture.caller.search(path, {});
    assert.ok(member.every((hit) => String(hit['@id']).startsWith(root)));
  });

  it('returns the status in unknownStatus for every Datasource', async () => {
    const { path } = await fixture.datasource({});
    await flip({ unknownStatus: 'error_x' });
    assert.equal(await fixture.caller.status(path), 'error_x');
    await flip({ unknownStatus: null });
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('accepts a status PATCH without changing the status if patchIgnoresStatus is set', async () => {
    const { path } = await fixture.datasource({});
    await flip({ patchIgnoresStatus: true });
    assert.equal((await fixture.caller.patch(path, { sync_status: 'paused' })).status, 204);
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('returns an empty body for an action if emptyActionBodies is set', async () => {
    const { path } = await fixture.datasource({});
    await flip({ emptyActionBodies: true });
    const answer = await fixture.caller.call(`${path}/@sendToSpyder?force=true`);
    assert.deepEqual(
      [answer.status, answer.text, answer.headers['content-type']],
      [200, '', 'application/json'],
    );
  });

  it('returns an HTML page or truncated JSON with status 200, as jsonBodies specifies', async () => {
    await flip({ jsonBodies: 'html' });
    const html = await fixture.caller.call('/@data');
    assert.deepEqual([html.status, html.headers['content-type'], html.json], [200, 'text/html', undefined]);
    await flip({ jsonBodies: 'truncated' });
    const cut = await fixture.caller.call('/@data');
    assert.deepEqual(
      [cut.status, cut.headers['content-type'], cut.json],
      [200, 'application/json', undefined],
    );
    assert.ok(cut.text.startsWith('{"updates"'));
  });

  it('sets any status, and expires credentials and tokens on request', async () => {
    const { path } = await fixture.datasource({});
    const control = (name: string, body: unknown): Promise<{ status: number }> =>
      fixture.caller.raw(`/_sandbox/${name}`, { method: 'POST', body });
    assert.equal(
      (await control('status', { path, sync_status: 'error*', sync_message: 'Asterisk' })).status,
      204,
    );
    const node = await fixture.caller.node(path);
    assert.deepEqual([node['sync_status'], node['sync_message']], ['error*', 'Asterisk']);
    assert.equal((await control('expireCredentials', { path })).status, 204);
    assert.equal((await fixture.caller.node(path))['credential_state'], 'expired');
    assert.equal((await control('status', { path: '/nothing', sync_status: 'synced' })).status, 412);
    const other = await fixture.datasource({}, { id: 'other' });
    const both = [path, other.path];
    assert.equal((await control('status', { path: both, sync_status: 'paused' })).status, 204);
    const statuses = await Promise.all(
      both.map(async (one) => (await fixture.caller.node(one))['sync_status']),
    );
    assert.deepEqual(statuses, ['paused', 'paused']);
    assert.equal((await control('status', { path: ['/nothing', path], sync_status: 'synced' })).status, 412);
    assert.equal((await fixture.caller.node(path))['sync_status'], 'synced');
    assert.equal((await control('expireTokens', {})).status, 204);
    assert.equal((await fixture.caller.call('/@workspaces')).status, 401);
  });

  it('logs requests without secrets, so that tests can count the requests', async () => {
    fixture.sandbox.clearRequests();
    const caller = await Caller.signedIn(fixture.sandbox);
    await caller.call('/@data?types=_datasources_&since=2026-01-01&secret=hush');
    await caller.call('/@nothing');
    const logged = fixture.sandbox.requests();
    assert.deepEqual(
      logged.map(({ method, path, status }) => [method, path, status]),
      [
        ['GET', '/api/rel0/sandbox/@oauthgetcode', 200],
        ['POST', '/auth/oauth/get_auth_token', 200],
        ['GET', '/api/rel0/sandbox/@data', 200],
        ['GET', '/api/rel0/sandbox/@nothing', 404],
      ],
    );
    assert.deepEqual(logged[2]?.query, { types: '_datasources_', since: '2026-01-01' });
    const text = JSON.stringify((await caller.raw('/_sandbox/requests')).json);
    for (const secret of ['hush', caller.token, fixture.sandbox.password]) assert.ok(!text.includes(secret));
    assert.equal((await caller.raw('/_sandbox/requests', { method: 'DELETE' })).status, 204);
    assert.deepEqual(fixture.sandbox.requests(), []);
  });

  describe('set for one user', () => {
    const viewer = 'viewer@sandbox.test';
    let theirs: Caller;
    beforeEach(async () => {
      const { login, password } = await fixture.sandbox.addUser({ login: viewer });
      theirs = await Caller.signedIn(fixture.sandbox, login, password);
    });

    it('applies a user’s switches only to requests with a token of the same user', async () => {
      const { path, uid } = await fixture.datasource({ 'a.md': 'one', 'b.md': 'two' });
      await flipFor(viewer, {
        unknownStatus: 'dreaming',
        updatesAsObject: true,
        foreignIdHost: 'https://inside.example.test',
        endOfScroll: 'absent',
        childrenMode: 'query',
        emptyActionBodies: true,
      });
      assert.equal(await theirs.status(path), 'dreaming');
      assert.equal(await fixture.caller.status(path), 'synced');
      const feed = await theirs.json<{ updates: Record<string, unknown> }>('/@data?types=_datasources_');
      assert.deepEqual(Object.keys(feed.updates), [uid]);
      assert.match(String((await theirs.node(path))['@id']), /^https:\/\/inside\.example\.test\/api\//);
      assert.match(String((await fixture.caller.node(path))['@id']), /^http:\/\/127\.0\.0\.1:/);
      assert.equal((await theirs.post(`${path}/@getAllChildren`, {})).status, 404);
      assert.equal((await fixture.caller.post(`${path}/@getAllChildren`, {})).status, 200);
      assert.ok(!('cursor' in (await theirs.json<object>(`${path}/@getAllChildren`))));
    });

    it('prefers a user’s switches to the global switches, and can reset one or all of them', async () => {
      const { path } = await fixture.datasource({});
      await flip({ unknownStatus: 'common', latencyMs: 1 });
      await flipFor(viewer, { unknownStatus: 'own', patchIgnoresStatus: true });
      assert.equal(await theirs.status(path), 'own');
      assert.equal(await fixture.caller.status(path), 'common');
      const own = `/_sandbox/switches?login=${encodeURIComponent(viewer)}`;
      const { unknownStatus, latencyMs } = (await fixture.caller.raw(own)).json as Record<string, unknown>;
      assert.deepEqual([unknownStatus, latencyMs], ['own', 1]);
      await fixture.caller.raw(`${own}&name=unknownStatus`, { method: 'DELETE' });
      assert.equal(await theirs.status(path), 'common');
      assert.equal(fixture.sandbox.switchesOf(viewer).patchIgnoresStatus, true);
      await fixture.caller.raw(own, { method: 'DELETE' });
      assert.equal(fixture.sandbox.switchesOf(viewer).patchIgnoresStatus, false);
      const reset = await fixture.caller.raw('/_sandbox/switches', { method: 'DELETE' });
      assert.equal((reset.json as { unknownStatus: unknown }).unknownStatus, null);
    });

    it('counts a user’s burst of errors separately from the global burst', async () => {
      await flip({ burst: { status: 503, count: 1 } });
      await flipFor(viewer, { burst: { status: 429, count: 2 } });
      const statuses = async (caller: Caller, count: number): Promise<number[]> => {
        const all = [];
        for (let sent = 0; sent < count; sent++) all.push((await caller.call('/@workspaces')).status);
        return all;
      };
      assert.deepEqual(await statuses(theirs, 2), [429, 429]);
      assert.deepEqual(await statuses(fixture.caller, 2), [503, 200]);
      assert.deepEqual(await statuses(theirs, 1), [200]);
    });

    it('shortens the lifetime of one user’s tokens without affecting other users', async () => {
      await flipFor(viewer, { tokenLifetimeSeconds: 30 });
      const { password } = await fixture.sandbox.addUser({ login: viewer });
      const shortLived = await Caller.signedIn(fixture.sandbox, viewer, password);
      const ownerToo = await Caller.signedIn(fixture.sandbox);
      fixture.clock.advanceSync(31_000);
      assert.equal((await shortLived.call('/@workspaces')).status, 401);
      assert.equal((await ownerToo.call('/@workspaces')).status, 200);
    });

    it('returns 412 for an unknown login or an unknown switch', async () => {
      const unknown = await fixture.caller.raw('/_sandbox/switches?login=nobody', {
        method: 'POST',
        body: {},
      });
      assert.equal(unknown.status, 412);
      for (const name of ['nonsense', 'constructor']) {
        const path = `/_sandbox/switches?name=${name}`;
        assert.equal((await fixture.caller.raw(path, { method: 'DELETE' })).status, 412);
      }
    });
  });

  it('describes a control for each switch, and accepts every value that the control offers', async () => {
    const { descriptions, defaults } = (await fixture.caller.raw('/_sandbox/switchDescriptions')).json as {
      descriptions: Record<
        string,
        {
          label: string;
          explanation: string;
          control: { kind: string; values?: string[]; statuses?: number[] };
        }
      >;
      defaults: unknown;
    };
    assert.deepEqual(defaults, fixture.sandbox.switches);
    assert.deepEqual(Object.keys(descriptions).sort(), Object.keys(fixture.sandbox.switches).sort());
    for (const [name, { label, explanation, control }] of Object.entries(descriptions)) {
      assert.ok(label !== '' && explanation !== '');
      for (const value of control.values ?? []) await flip({ [name]: value });
      for (const status of control.statuses ?? []) await flip({ burst: { status, count: 1 } });
    }
  });
});
