import assert from 'node:assert/strict';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { connection } from './wireNodes.ts';

const { id } = connection;
const datasource = (name: string, status: string | undefined, timestamp: string): object => ({
  '@id': `/workspaces/harbour/${name}`,
  '@type': 'SlackDatasource',
  '@uid': name,
  '@timestamp': timestamp,
  title: name,
  type_sync: 'auto',
  ...(status === undefined ? {} : { sync_status: status }),
});

describe('The poller', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let clock: FakeClock;
  let poller: Poller;
  let items: object[];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    store = new DatasourceStore();
    store.open(connection);
    clock = new FakeClock();
    items = [];
    server.answer = (_, response) => json(response, { updates: items, deleted: [], cursor: null });
    const client = server.client({ clock });
    poller = new Poller({ connectionId: id, store, clock, client: () => Promise.resolve(client) });
  });
  afterEach(async () => {
    poller.dispose();
    await server.close();
  });

  /** Advances the clock until the server has received `count` requests. @returns The time that passed, in ms. */
  async function untilRequests(count: number, stepMs = 1_000, maxMs = 3_600_000): Promise<number> {
    const start = clock.now();
    while (server.seen.length < count && clock.now() - start < maxMs) {
      await clock.advance(stepMs);
      while (store.get(id)?.loading) await settle();
    }
    return clock.now() - start;
  }

  async function poll(): Promise<void> {
    await poller.refresh(false);
  }

  it('requests the whole list once, and after that only changes', async () => {
    items = Array.from({ length: 500 }, (_, index) =>
      datasource(
        `d${String(index)}`,
        'synced',
        `2026-03-01T11:00:00.${String(index).padStart(6, '0')}+00:00`,
      ),
    );
    await poll();
    assert.equal(server.seen.length, 1);
    assert.equal(server.seen[0]?.query.get('since'), null);
    await poll();
    assert.equal(server.seen.length, 2);
    assert.equal(server.seen[1]?.query.get('since'), '2026-03-01T11:00:00.000499+00:00');
  });

  for (const [name, status, attention, minMs, maxMs] of [
    ['5 s while a Datasource is active and the window has focus', 'syncing', 'focused', 4_000, 6_000],
    [
      '30 s while a Datasource is active and the window is visible without focus',
      'syncing',
      'unfocused',
      26_000,
      34_000,
    ],
    ['60 s while no Datasource is active', 'synced', 'focused', 54_000, 66_000],
    ['5 minutes while the view is hidden', 'synced', 'hidden', 270_000, 330_000],
  ] as const) {
    it(`polls every ${name}`, async () => {
      items = [datasource('wiki', status, '2026-03-01T11:00:00+00:00')];
      poller.setAttention(attention);
      await poll();
      const passed = await untilRequests(2);
      assert.ok(passed >= minMs && passed <= maxMs, `${String(passed)} ms`);
    });
  }

  it('sends no request until the Datasources saved on disk are shown', async () => {
    store.close(id);
    store.open(connection, { asOf: clock.now() - 3_600_000 });
    poller.start();
    poller.setAttention('focused');
    await clock.advance(2_500);
    poller.shown('wiki');
    poller.shown('wiki');
    await clock.advance(199);
    assert.equal(server.seen.length, 0);
    await clock.advance(1);
    await untilRequests(1, 1);
    assert.equal(server.seen.length, 1);
  });

  it('polls 3 s after the start even if the Datasources saved on disk are never shown', async () => {
    store.close(id);
    store.open(connection, { asOf: clock.now() - 3_600_000 });
    poller.start();
    await clock.advance(2_999);
    assert.equal(server.seen.length, 0);
    await clock.advance(1);
    await untilRequests(1, 1);
    assert.equal(server.seen.length, 1);
  });

  it('polls at once when the window regains focus after two minutes, but not after ten seconds', async () => {
    items = [datasource('wiki', 'synced', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await poll();
    poller.setAttention('hidden');
    await clock.advance(10_000);
    poller.setAttention('focused');
    await clock.advance(1_000);
    assert.equal(server.seen.length, 1);
    poller.setAttention('hidden');
    await clock.advance(120_000);
    poller.setAttention('focused');
    assert.ok((await untilRequests(2)) <= 2_000);
  });

  it('polls more often for a while after an action, regardless of the status', async () => {
    items = [datasource('wiki', 'synced', '2026-03-01T11:00:00+00:00')];
    await poll();
    poller.acted();
    await untilRequests(4);
    assert.ok(clock.now() <= Date.parse('2026-03-01T12:00:00Z') + 20_000);
  });

  it('waits longer after each failure, keeps its data, and recovers without user action', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await poll();
    server.answer = (_, response) => json(response, {}, 503);
    const waits: number[] = [];
    for (let count = 2; count <= 5; count++) waits.push(await untilRequests(count));
    assert.ok(
      waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0)),
      waits.join(),
    );
    assert.equal(store.get(id)?.datasources.size, 1);
    assert.equal(store.get(id)?.failure?.failure.kind, 'serverError');
    server.answer = (_, response) => json(response, { updates: [], deleted: [], cursor: null });
    await untilRequests(6);
    assert.equal(store.get(id)?.failure, undefined);
  });

  it('polls again only when the time in Retry-After has passed', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await poll();
    server.answer = (_, response) => json(response, {}, 429, { 'retry-after': '90' });
    await untilRequests(2);
    const waited = await untilRequests(3);
    assert.ok(waited >= 89_000, `${String(waited)} ms`);
  });

  it('polls rarely while signed out, because the service may accept the session again later', async () => {
    server.answer = (_, response) => response.writeHead(401).end('401: Unauthorized');
    await poll();
    assert.equal(server.seen.length, 1);
    assert.ok(clock.nextIn !== undefined && clock.nextIn >= 9 * 60_000, String(clock.nextIn));
    items = [datasource('a', 'synced', '2026-03-01T11:00:00+00:00')];
    server.answer = (_, response) => json(response, { updates: items, deleted: [], cursor: null });
    await untilRequests(2, 60_000);
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(store.get(id)?.datasources.size, 1);
  });

  it('keeps its data, reports a failure and polls again later if the service always sends another cursor', async () => {
    items = [datasource('a', 'synced', '2026-03-01T11:00:00+00:00')];
    await poll();
    server.answer = (_, response, index) =>
      json(response, {
        updates: [datasource(`d${String(index)}`, 'synced', '2026-03-01T11:00:00+00:00')],
        deleted: [],
        cursor: String(index),
      });
    await poller.refresh(true);
    assert.ok(store.find(id, 'a'));
    assert.equal(store.get(id)?.failure?.failure.kind, 'decode');
    assert.ok(clock.pending > 0);
  });

  it('requests the whole list again after ten minutes if a Datasource could not be read', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    items = [datasource('a', 'synced', stamp), { ...datasource('b', 'synced', stamp), '@id': undefined }];
    server.answer = (request, response) =>
      json(response, { updates: request.query.has('since') ? [] : items, deleted: [], cursor: null });
    await poll();
    assert.equal(store.find(id, 'b'), undefined);
    items = [datasource('a', 'synced', stamp), datasource('b', 'synced', stamp)];
    poller.setAttention('focused');
    const start = clock.now();
    while (!store.find(id, 'b') && clock.now() - start < 3_600_000)
      await untilRequests(server.seen.length + 1);
    assert.ok(clock.now() - start < 12 * 60_000, String(clock.now() - start));
  });

  it('counts unreadable items until a full list has none, even after a restart, and logs the reason once', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    const broken = { ...datasource('b', 'synced', stamp), '@type': 7 };
    items = [datasource('a', 'synced', stamp), broken, { '@uid': 'c' }];
    const warnings: string[] = [];
    const start = (): void => {
      poller.dispose();
      const client = server.client({ clock });
      const warn = (message: string): void => void warnings.push(message);
      poller = new Poller({ connectionId: id, store, clock, warn, client: () => Promise.resolve(client) });
      poller.setAttention('focused');
    };
    server.answer = (request, response) =>
      json(response, { updates: request.query.has('since') ? [broken] : items, deleted: [], cursor: null });
    start();
    await poll();
    assert.equal(store.get(id)?.unreadable, 2);
    assert.deepEqual(warnings, [
      'Could not read some items in the list of Datasources: 2 × it has no "@type"',
    ]);
    await poll();
    await poller.refresh(true);
    assert.equal(store.get(id)?.unreadable, 2);
    assert.equal(warnings.length, 1);
    const known = store.get(id);
    assert.ok(known);
    store.close(id);
    store.open(connection, { ...known, restored: true });
    start();
    await poll();
    assert.equal(store.get(id)?.unreadable, 2);
    items = [datasource('a', 'synced', stamp), datasource('b', 'synced', stamp)];
    server.answer = (request, response) =>
      json(response, { updates: request.query.has('since') ? [] : items, deleted: [], cursor: null });
    const begin = clock.now();
    while (store.get(id)?.unreadable !== 0 && clock.now() - begin < 3_600_000)
      await untilRequests(server.seen.length + 1);
    assert.ok(clock.now() - begin < 13 * 60_000, String(clock.now() - begin));
    assert.ok(store.find(id, 'b'));
  });

  it('requests the whole list once more after ten minutes if the service reports an unknown uid as deleted', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    items = [datasource('a', 'synced', stamp), datasource('b', 'synced', stamp)];
    server.answer = (request, response) =>
      json(response, {
        updates: request.query.has('since') ? [] : items,
        deleted: request.query.has('since') ? ['user-folder'] : [],
        cursor: null,
      });
    poller.setAttention('focused');
    await poll();
    items = [datasource('a', 'synced', stamp)];
    const full = (): number => server.seen.filter(({ query }) => !query.has('since')).length;
    const begin = clock.now();
    while (store.find(id, 'b') && clock.now() - begin < 3_600_000)
      await untilRequests(server.seen.length + 1);
    assert.ok(clock.now() - begin < 13 * 60_000, String(clock.now() - begin));
    assert.equal(full(), 2);
    while (clock.now() - begin < 55 * 60_000) await untilRequests(server.seen.length + 1);
    assert.equal(full(), 2);
  });

  it('does not treat a failed read of a single Datasource as a failed poll', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    server.answer = (request, response) => {
      const name = request.path.split('/').at(-1) ?? '';
      if (name === '@data') {
        const updates = ['a', 'b'].map((key) => datasource(key, undefined, stamp));
        json(response, { updates, deleted: [], cursor: null });
      } else if (name === 'a') json(response, { reason: 'unknownError' }, 500);
      else json(response, datasource(name, 'synced', stamp));
    };
    await poll();
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(store.find(id, 'b')?.status, 'synced');
  });

  it('reads Datasources one by one if the listing omits the status, and does not read paused ones again', async () => {
    const statuses: Record<string, string> = { a: 'syncing', b: 'paused', c: 'synced' };
    const stamp = '2026-03-01T11:00:00+00:00';
    server.answer = (request, response) => {
      const name = request.path.split('/').at(-1) ?? '';
      if (name === '@data') {
        const updates = request.query.has('since')
          ? []
          : Object.keys(statuses).map((key) => datasource(key, undefined, stamp));
        json(response, { updates, deleted: [], cursor: null });
      } else json(response, datasource(name, statuses[name], stamp));
    };
    await poll();
    assert.deepEqual(
      [...(store.get(id)?.datasources.values() ?? [])].map(({ status }) => status),
      ['syncing', 'paused', 'synced'],
    );
    server.seen.length = 0;
    await clock.advance(60_000);
    server.seen.length = 0;
    await poll();
    assert.deepEqual(server.seen.map(({ path }) => path.split('/').at(-1)).sort(), ['@data', 'a', 'c']);
  });

  it('never runs two polls at once, and runs one more poll for all refreshes requested during a poll', async () => {
    let open = 0;
    let maxOpen = 0;
    server.answer = (_, response) => {
      maxOpen = Math.max(maxOpen, ++open);
      setImmediate(() => {
        open--;
        json(response, { updates: [], deleted: [], cursor: null });
      });
    };
    await Promise.all([poll(), poll(), poller.refresh(true), poll()]);
    assert.equal(maxOpen, 1);
    assert.equal(server.seen.length, 2);
  });

  it('reports an unexpected error in a listener, and continues to poll', async () => {
    const bug = new Error('a bug in a listener');
    const errors: unknown[] = [];
    poller.dispose();
    const client = server.client({ clock });
    const options = { connectionId: id, store, clock, client: () => Promise.resolve(client) };
    poller = new Poller({ ...options, onError: (error) => errors.push(error) });
    store.onDidChange(({ added }) => {
      if (added.length > 0) throw bug;
    });
    items = [datasource('wiki', 'synced', '2026-03-01T11:00:00+00:00')];
    poller.start();
    await untilRequests(1);
    assert.deepEqual(errors, [bug]);
    await untilRequests(2);
    assert.equal(store.get(id)?.failure, undefined);
    assert.deepEqual(errors, [bug]);
  });

  it('leaves no timer running and ignores late responses after it is disposed', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    const polling = poll();
    poller.dispose();
    await polling;
    assert.equal(store.get(id)?.datasources.size, 0);
    assert.equal(clock.pending, 0);
  });
});
