import assert from 'node:assert/strict';
import type { LoggedEvent } from '../../../../src/sandbox/server/eventLog.ts';
import type { OverviewState } from '../../../../src/sandbox/page/overviewState.ts';
import { Fixture } from '../support/fixture.ts';
import { Caller, send } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';

describe('The sandbox’s control API', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function state(query = ''): Promise<OverviewState> {
    const answer = await fixture.caller.raw(`/_sandbox/state${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json as OverviewState;
  }

  function post(name: string, body: unknown): Promise<WireAnswer> {
    return fixture.caller.raw(`/_sandbox/${name}`, { method: 'POST', body });
  }

  async function lines(after = 0): Promise<{ items: LoggedEvent[]; last: number }> {
    return (await fixture.caller.raw(`/_sandbox/log?after=${after}`)).json as {
      items: LoggedEvent[];
      last: number;
    };
  }

  it('returns the complete state in one response, regardless of the switches', async () => {
    const { path, uid } = await fixture.datasource({ 'a.md': 'one' }, { title: 'Harbour wiki' });
    await fixture.sandbox.addUser({ login: 'viewer@sandbox.test', name: 'Vera', surname: 'Viewer' });
    fixture.sandbox.setSwitches({ unknownStatus: 'dreaming', jsonBodies: 'html' });
    fixture.sandbox.setSwitches({ latencyMs: 3 }, 'viewer@sandbox.test');
    const { account, datasources, queue, switches } = await state();
    assert.deepEqual([account.container, account.account], ['rel0', 'sandbox']);
    assert.equal(account.owner, fixture.sandbox.user);
    const viewer = account.users.find(({ login }) => login === 'viewer@sandbox.test');
    assert.deepEqual(viewer?.roles, [
      // The user owns a folder, and can by default read all Workspaces.
      { path: '/viewer@sandbox.test', role: 'guillotina.Owner' },
      { path: '/workspaces', role: 'guillotina.Reader' },
    ]);
    assert.deepEqual([datasources.total, datasources.found, datasources.statuses], [1, 1, { synced: 1 }]);
    const [item] = datasources.items;
    assert.deepEqual(
      [item?.path, item?.uid, item?.title, item?.type, item?.type_sync, item?.sync_status, item?.doc_count],
      [path, uid, 'Harbour wiki', 'ConfluenceDatasource', 'auto', 'synced', 1],
    );
    assert.deepEqual([item?.credential_state, item?.sync_message], ['valid', null]);
    const [last, next] = [item?.last_sync, item?.next_sync].map((date) => Date.parse(date ?? ''));
    assert.ok(last !== undefined && next !== undefined && next - last >= 20 * 60_000);
    assert.deepEqual(queue, {
      running: [],
      waiting: [],
      waiting_count: 0,
      resources_count: 0,
      resources: [],
    });
    assert.equal(switches.common.unknownStatus, 'dreaming');
    assert.deepEqual(switches.own, { 'viewer@sandbox.test': { latencyMs: 3 } });
  });

  it('returns the Datasources that are syncing and those in the queue', async () => {
    const { sandbox, folders } = fixture;
    const workspace = sandbox.addWorkspace('Harbour');
    const add = async (title: string): Promise<string> => {
      const origin = await folders.make({ 'a.md': 'one', 'b.md': 'two' });
      return sandbox.addDatasource({
        ...{ parent: workspace.path, title, type: 'slack', origin, paceMs: 60_000 },
      }).path;
    };
    const [first, second] = [await add('First'), await add('Second')];
    const { queue } = await state();
    assert.deepEqual(queue.running, [{ path: first, title: 'First' }]);
    assert.deepEqual([queue.waiting, queue.waiting_count], [[{ path: second, title: 'Second' }], 1]);
  });

  it('returns 204 for a state request until the state changes', async () => {
    const { path } = await fixture.datasource({});
    let { cursor } = await state();
    const isSame = async (): Promise<boolean> => {
      const answer = await fixture.caller.raw(`/_sandbox/state?cursor=${cursor}`);
      if (answer.status === 200) ({ cursor } = answer.json as OverviewState);
      return answer.status === 204;
    };
    assert.equal(await isSame(), true);
    const changes: (() => unknown)[] = [
      () => fixture.sandbox.setStatus(path, 'error'),
      () => fixture.sandbox.expireCredentials(path),
      () => fixture.sandbox.setSwitches({ latencyMs: 0 }),
      () => fixture.sandbox.addUser({ login: 'new@sandbox.test' }),
      () => fixture.caller.patch(path, { title: 'Another' }),
      () => fixture.clock.advanceSync(31_000),
    ];
    for (const change of changes) {
      await change();
      assert.equal(await isSame(), false, String(change));
      assert.equal(await isSame(), true);
    }
  });

  it('finds Datasources by title, type, path or status', async () => {
    const { path } = await fixture.datasource({}, { title: 'Tide tables', id: 'tides' });
    await fixture.datasource({}, { title: 'Crew', id: 'crew', type: 'slack' });
    await fixture.sandbox.setStatus(path, 'paused');
    const found = async (text: string): Promise<readonly string[]> =>
      (await state(`?find=${encodeURIComponent(text)}`)).datasources.items.map(({ title }) => title);
    assert.deepEqual(await found('TIDE'), ['Tide tables']);
    assert.deepEqual(await found('slack'), ['Crew']);
    assert.deepEqual(await found('paused'), ['Tide tables']);
    assert.deepEqual(await found('/crew'), ['Crew']);
    assert.deepEqual(await found('%'), []);
    const { total, found: number } = (await state('?find=crew')).datasources;
    assert.deepEqual([total, number], [2, 1]);
  });

  it('starts a sync, expires and refreshes credentials, and returns 412 for an impossible action', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' });
    assert.equal((await post('expireCredentials', { path })).status, 204);
    assert.equal((await post('sync', { path })).status, 204);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'error');
    assert.equal((await post('refreshCredentials', { path })).status, 204);
    await fixture.sandbox.settled();
    assert.equal(await fixture.caller.status(path), 'synced');
    await fixture.sandbox.setStatus(path, 'created');
    const refused = await post('sync', { path });
    assert.equal(refused.status, 412);
    assert.match(refused.text, /not configured/);
    for (const name of ['sync', 'refreshCredentials', 'expireCredentials'])
      assert.equal((await post(name, { path: '/nothing' })).status, 412, name);
  });

  it('returns the events and requests after a given log line, without secrets', async () => {
    await fixture.datasource({ 'a.md': 'one' });
    const { items, last } = await lines();
    assert.ok(items.some(({ kind, text }) => kind === 'event' && text.startsWith('Wiki: synced, 1 added')));
    assert.ok(items.some(({ kind, text }) => kind === 'request' && /get_auth_token 200/.test(text)));
    assert.equal(items.at(-1)?.number, last);
    assert.deepEqual((await lines(last)).items, []);
    await fixture.caller.call('/@nothing?token=hush');
    const news = await lines(last);
    assert.deepEqual(
      news.items.map(({ text }) => text.replace(/\d+ ms/, 'n ms')),
      ['GET /api/rel0/sandbox/@nothing 404, n ms'],
    );
    // The sandbox has restarted if a client sends a line number above the last one. The client then receives
    // all lines.
    assert.equal((await lines(last + 1000)).items.length, items.length + 1);
    assert.equal((await fixture.caller.raw('/_sandbox/log?after=x')).status, 412);
    const all = JSON.stringify(await lines());
    for (const secret of ['hush', fixture.caller.token, fixture.sandbox.password])
      assert.ok(!all.includes(secret));
  });

  it('issues a token to the sandbox’s own user, even if a switch blocks sign-in', async () => {
    const { sandbox } = fixture;
    const { login, password } = await sandbox.addUser({ login: 'other@sandbox.test' });
    sandbox.setSwitches({ authCodeNull: true, tokenLifetimeSeconds: 0, burst: { status: 503, count: 9 } });
    const ask = (body: unknown): Promise<WireAnswer> =>
      send(sandbox.baseUrl, '/_sandbox/token', { method: 'POST', body });
    const answer = await ask({ user: sandbox.user, password: sandbox.password });
    assert.equal(answer.status, 200);
    const caller = new Caller(sandbox, answer.text);
    assert.equal((await caller.raw('/_sandbox/state')).status, 200);
    assert.equal((await ask({ user: sandbox.user, password: 'wrong' })).status, 401);
    assert.equal((await ask({ user: login, password })).status, 401);
    assert.equal((await ask({ user: 1 })).status, 412);
    assert.equal((await send(sandbox.baseUrl, '/_sandbox/token')).status, 405);
  });

  it('accepts only requests from the sandbox’s own user, and rejects browser requests from other origins', async () => {
    const { sandbox, caller } = fixture;
    const { login, password } = await sandbox.addUser({ login: 'other@sandbox.test' });
    const other = await Caller.signedIn(sandbox, login, password);
    for (const path of ['state', 'log', 'switches', 'requests', 'switchDescriptions']) {
      assert.equal((await other.raw(`/_sandbox/${path}`)).status, 401, path);
      assert.equal((await send(sandbox.baseUrl, `/_sandbox/${path}`)).status, 401, path);
    }
    const { host } = new URL(sandbox.baseUrl);
    const verdict = async (headers: Record<string, string>): Promise<number> =>
      (await caller.raw('/_sandbox/switches', { method: 'POST', body: {}, headers })).status;
    assert.equal(await verdict({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await verdict({ 'sec-fetch-site': 'none' }), 200);
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example.test' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      assert.equal(await verdict(headers), 403, JSON.stringify(headers));
      const token = { user: sandbox.user, password: sandbox.password };
      const refused = await caller.raw('/_sandbox/token', { method: 'POST', body: token, headers });
      assert.equal(refused.status, 403);
    }
  });

  it('sends no CORS headers on any route', async () => {
    const preflight = { origin: 'http://evil.example.test', 'access-control-request-method': 'POST' };
    for (const path of ['/', '/_sandbox/switches', '/api/rel0/sandbox/@data', '/auth/oauth/get_auth_token']) {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const { headers } = await fixture.caller.raw(path, { method, headers: preflight, body: {} });
        const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
        assert.deepEqual(cors, [], `${method} ${path}`);
        assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
        assert.equal(headers['x-content-type-options'], 'nosniff');
      }
    }
  });
});
