import assert from 'node:assert/strict';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { DrivenClock, settle } from '../../../doubles/drivenClock.ts';
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

describe('the poller', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let clock: DrivenClock;
  let poller: Poller;
  let items: object[];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    store = new DatasourceStore();
    store.open(connection);
    clock = new DrivenClock();
    items = [];
    server.answer = (_, response) => json(response, { updates: items, deleted: [], cursor: null });
    const client = server.client({ clock });
    poller = new Poller({ connectionId: id, store, clock, client: () => Promise.resolve(client) });
  });
  afterEach(async () => {
    poller.dispose();
    await server.close();
  });

  /** Lets time pass until the server has been asked `count` times. @returns ms that passed. */
  async function untilRequests(count: number, stepMs = 1_000, maxMs = 3_600_000): Promise<number> {
    const start = clock.now();
    while (server.seen.length < count && clock.now() - start < maxMs) {
      await clock.advance(stepMs);
      while (store.get(id)?.loading) await settle();
    }
    return clock.now() - start;
  }

  async function look(): Promise<void> {
    await poller.refresh(false);
  }

  it('asks once however many Datasources there are, and then only for what changed', async () => {
    items = Array.from({ length: 500 }, (_, index) =>
      datasource(
        `d${String(index)}`,
        'synced',
        `2026-03-01T11:00:00.${String(index).padStart(6, '0')}+00:00`,
      ),
    );
    await look();
    assert.equal(server.seen.length, 1);
    assert.equal(server.seen[0]?.query.get('since'), null);
    await look();
    assert.equal(server.seen.length, 2);
    assert.equal(server.seen[1]?.query.get('since'), '2026-03-01T11:00:00.000499+00:00');
  });

  for (const [name, status, attention, least, most] of [
    ['5 s while something is active and the window has the focus', 'syncing', 'focused', 4_000, 6_000],
    ['30 s while something is active and only the view is seen', 'syncing', 'unfocused', 26_000, 34_000],
    ['a minute while nothing is active', 'synced', 'focused', 54_000, 66_000],
    ['5 minutes while nobody watches', 'synced', 'hidden', 270_000, 330_000],
  ] as const) {
    it(`looks every ${name}`, async () => {
      items = [datasource('wiki', status, '2026-03-01T11:00:00+00:00')];
      poller.setAttention(attention);
      await look();
      const passed = await untilRequests(2);
      assert.ok(passed >= least && passed <= most, `${String(passed)} ms`);
    });
  }

  it('lets what is known from disk be shown before it asks, however long that takes', async () => {
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

  it('asks soon after the start also where what is known from disk is not looked at', async () => {
    store.close(id);
    store.open(connection, { asOf: clock.now() - 3_600_000 });
    poller.start();
    await clock.advance(2_999);
    assert.equal(server.seen.length, 0);
    await clock.advance(1);
    await untilRequests(1, 1);
    assert.equal(server.seen.length, 1);
  });

  it('looks at once when the focus comes back after a while, and not when it was away for a moment', async () => {
    items = [datasource('wiki', 'synced', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await look();
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

  it('looks often for a while after an action, whatever the status says', async () => {
    items = [datasource('wiki', 'synced', '2026-03-01T11:00:00+00:00')];
    await look();
    poller.acted();
    await untilRequests(4);
    assert.ok(clock.now() <= Date.parse('2026-03-01T12:00:00Z') + 20_000);
  });

  it('waits longer after each failure, keeps what is known, and recovers by itself', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await look();
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

  it('does as Retry-After says', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    poller.setAttention('focused');
    await look();
    server.answer = (_, response) => json(response, {}, 429, { 'retry-after': '90' });
    await untilRequests(2);
    const waited = await untilRequests(3);
    assert.ok(waited >= 89_000, `${String(waited)} ms`);
  });

  it('given it is signed out, then looks again but seldom: the service may have lost its memory for a while', async () => {
    server.answer = (_, response) => response.writeHead(401).end('401: Unauthorized');
    await look();
    assert.equal(server.seen.length, 1);
    assert.ok(clock.nextIn !== undefined && clock.nextIn >= 9 * 60_000, String(clock.nextIn));
    items = [datasource('a', 'synced', '2026-03-01T11:00:00+00:00')];
    server.answer = (_, response) => json(response, { updates: items, deleted: [], cursor: null });
    await untilRequests(2, 60_000);
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(store.get(id)?.datasources.size, 1);
  });

  it('given a cursor without end, then keeps what was there, says so, and asks again later', async () => {
    items = [datasource('a', 'synced', '2026-03-01T11:00:00+00:00')];
    await look();
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

  it('given one Datasource that could not be read, then lists everything again after ten minutes', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    items = [datasource('a', 'synced', stamp), { ...datasource('b', 'synced', stamp), '@id': undefined }];
    server.answer = (request, response) =>
      json(response, { updates: request.query.has('since') ? [] : items, deleted: [], cursor: null });
    await look();
    assert.equal(store.find(id, 'b'), undefined);
    items = [datasource('a', 'synced', stamp), datasource('b', 'synced', stamp)];
    poller.setAttention('focused');
    const start = clock.now();
    while (!store.find(id, 'b') && clock.now() - start < 3_600_000)
      await untilRequests(server.seen.length + 1);
    assert.ok(clock.now() - start < 12 * 60_000, String(clock.now() - start));
  });

  it('counts what could not be read until a list of everything reads it, also after a restart, and logs why once', async () => {
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
    await look();
    assert.equal(store.get(id)?.unreadable, 2);
    assert.deepEqual(warnings, ['Could not read some items in the list of Datasources: 2 × it has no "@type"']);
    await look();
    await poller.refresh(true);
    assert.equal(store.get(id)?.unreadable, 2);
    assert.equal(warnings.length, 1);
    const known = store.get(id);
    assert.ok(known);
    store.close(id);
    store.open(connection, { ...known, restored: true });
    start();
    await look();
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

  it('given a deleted uid that it does not know, then lists everything after ten minutes, once', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    items = [datasource('a', 'synced', stamp), datasource('b', 'synced', stamp)];
    server.answer = (request, response) =>
      json(response, {
        updates: request.query.has('since') ? [] : items,
        deleted: request.query.has('since') ? ['user-folder'] : [],
        cursor: null,
      });
    poller.setAttention('focused');
    await look();
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

  it('given one Datasource that the service fails at, then calls the others up to date all the same', async () => {
    const stamp = '2026-03-01T11:00:00+00:00';
    server.answer = (request, response) => {
      const name = request.path.split('/').at(-1) ?? '';
      if (name === '@data') {
        const updates = ['a', 'b'].map((key) => datasource(key, undefined, stamp));
        json(response, { updates, deleted: [], cursor: null });
      } else if (name === 'a') json(response, { reason: 'unknownError' }, 500);
      else json(response, datasource(name, 'synced', stamp));
    };
    await look();
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(store.find(id, 'b')?.status, 'synced');
  });

  it('reads one by one, only what can change, where the listing leaves the status out', async () => {
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
    await look();
    assert.deepEqual(
      [...(store.get(id)?.datasources.values() ?? [])].map(({ status }) => status),
      ['syncing', 'paused', 'synced'],
    );
    server.seen.length = 0;
    await clock.advance(60_000);
    server.seen.length = 0;
    await look();
    assert.deepEqual(server.seen.map(({ path }) => path.split('/').at(-1)).sort(), ['@data', 'a', 'c']);
  });

  it('never has two looks under way: a second wish is one look after the first', async () => {
    let open = 0;
    let most = 0;
    server.answer = (_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        json(response, { updates: [], deleted: [], cursor: null });
      });
    };
    await Promise.all([look(), look(), poller.refresh(true), look()]);
    assert.equal(most, 1);
    assert.equal(server.seen.length, 2);
  });

  it('tells of an error that is none of the service’s, and goes on', async () => {
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

  it('leaves nothing behind: no timer, and no answer is taken in', async () => {
    items = [datasource('wiki', 'syncing', '2026-03-01T11:00:00+00:00')];
    const looking = look();
    poller.dispose();
    await looking;
    assert.equal(store.get(id)?.datasources.size, 0);
    assert.equal(clock.pending, 0);
  });
});
