import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { maxSavedReads } from '../../../../src/model/datasources/readBudget.ts';
import { readsPerMinute } from '../../../../src/model/datasources/singleReads.ts';
import { SnapshotFiles } from '../../../../src/model/datasources/snapshotFiles.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import type { Seen } from '../../onna/scriptedServer.ts';
import { connection } from './wireNodes.ts';

const { id } = connection;
const stamp = '2026-03-01T11:00:00.000001+00:00';

/** A service that omits the status from its list of Datasources. */
class ServiceWithoutStatus {
  readonly statuses = new Map<string, string>();
  readonly stamps = new Map<string, string>();
  readonly refused = new Set<string>();

  constructor(count: number, status = 'synced') {
    for (let index = 0; index < count; index++) this.statuses.set(`d${index}`, status);
  }

  change(name: string, status: string, timestamp: string): void {
    this.statuses.set(name, status);
    this.stamps.set(name, timestamp);
  }

  readonly answer = (request: Seen, response: ServerResponse): void => {
    const name = request.path.split('/').at(-1) ?? '';
    if (name !== '@data') {
      if (this.refused.has(name)) json(response, { auth: 'ines@lumenfjord.test' }, 401);
      else json(response, this.#item(name, this.statuses.get(name)));
      return;
    }
    const since = request.query.get('since') ?? '';
    const all = [...this.statuses.keys()];
    const later = all.filter((key) => this.#stampOf(key) > since);
    // The list also includes an item whose time equals `since`, so each poll returns this item again.
    const again = all.find((key) => this.#stampOf(key) === since);
    const updates = [...later, ...(again === undefined ? [] : [again])].map((key) => this.#item(key));
    json(response, { updates, deleted: [], cursor: null });
  };

  #stampOf(name: string): string {
    return this.stamps.get(name) ?? stamp;
  }

  #item(name: string, status?: string): object {
    return {
      ...{ '@id': `/workspaces/harbour/${name}`, '@type': 'SlackDatasource', '@uid': name, title: name },
      ...{ '@timestamp': this.#stampOf(name), type_sync: 'auto' },
      ...(status === undefined ? {} : { sync_status: status }),
    };
  }
}

describe('The poller, if the list omits the status,', () => {
  let server: ScriptedServer;
  let clock: FakeClock;
  let store: DatasourceStore;
  let poller: Poller;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    clock = new FakeClock();
    open();
  });
  afterEach(async () => {
    poller.dispose();
    await server.close();
  });

  function open(restored?: Parameters<DatasourceStore['open']>[1]): void {
    store = new DatasourceStore();
    store.open(connection, restored);
    const client = server.client({ clock });
    poller = new Poller({ connectionId: id, store, clock, client: () => Promise.resolve(client) });
    poller.setAttention('focused');
  }

  const reads = (): string[] =>
    server.seen.map(({ path: at }) => at.split('/').at(-1) ?? '').filter((name) => name !== '@data');

  /** Advances the clock in steps, and waits for all responses after each step. */
  async function pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await clock.advance(stepMs);
      await idle();
    }
  }

  /** Waits until the server receives no more requests and has answered all of them. */
  async function idle(): Promise<void> {
    for (let seen = -1; seen !== server.seen.length + server.log.length;) {
      seen = server.seen.length + server.log.length;
      await settle();
      if (server.seen.length > server.log.length) seen = -1;
    }
  }

  it('stays within its request budget with 10,000 unchanged Datasources', async function () {
    this.timeout(60_000);
    const service = new ServiceWithoutStatus(10_000);
    for (let index = 0; index < 24; index++) service.statuses.set(`d${index}`, 'syncing');
    server.answer = service.answer;
    await poller.refresh(false);
    await idle();
    await pass(2 * 60_000);
    // The poller now knows that some Datasources are syncing, so it requests the list every 5 s.
    server.seen.length = 0;
    await pass(5 * 60_000);
    assert.ok(reads().length <= 5 * readsPerMinute.focused + 10, `${reads().length} reads`);
    assert.ok(reads().length >= 4 * readsPerMinute.focused, `${reads().length} reads`);
    assert.ok(server.seen.length <= 5 * (readsPerMinute.focused + 13), `${server.seen.length} requests`);
  });

  it('reads at most 200 Datasources one by one when the list first contains 10,000 Datasources', async () => {
    server.answer = new ServiceWithoutStatus(10_000).answer;
    await poller.refresh(false);
    assert.ok(reads().length > 0);
    assert.ok(reads().length <= maxSavedReads, String(reads().length));
  });

  it('reads all changed Datasources and the visible ones in one poll, before the others', async function () {
    this.timeout(60_000);
    const service = new ServiceWithoutStatus(10_000);
    server.answer = service.answer;
    await poller.refresh(false);
    await pass(3 * 60_000, 10_000);
    for (let index = 0; index < 30; index++)
      service.change(`d${9_000 + index}`, 'failed', '2026-03-01T12:02:00.000001+00:00');
    poller.shown('d5000');
    server.seen.length = 0;
    await poller.refresh(false);
    assert.equal(server.seen.filter(({ path: at }) => at.endsWith('@data')).length, 1);
    assert.equal(store.find(id, 'd9000')?.status, 'failed');
    assert.equal(store.find(id, 'd9029')?.status, 'failed');
    const order = reads();
    assert.ok(order.indexOf('d5000') <= 34, order.slice(0, 40).join());
    // The list contains the changed Datasources again with the same timestamp, so they no longer count as changed.
    server.seen.length = 0;
    await poller.refresh(false);
    assert.deepEqual(
      reads().filter((name) => name.startsWith('d90')),
      [],
    );
  });

  it('reads Datasources of unknown status as soon as their rows are shown, without requesting the list', async () => {
    server.answer = new ServiceWithoutStatus(1_000).answer;
    await poller.refresh(false);
    const rows = Array.from({ length: 40 }, (_, index) => `d${900 + index}`);
    assert.ok(rows.every((name) => store.find(id, name)?.status === 'unknown'));
    server.seen.length = 0;
    for (const name of rows) poller.shown(name);
    await pass(300, 100);
    assert.deepEqual(reads().sort(), rows);
    assert.equal(server.seen.length, rows.length);
    assert.ok(rows.every((name) => store.find(id, name)?.status === 'synced'));
  });

  it('reads a Datasource at every poll for a while after the user has run an action on it', async () => {
    const service = new ServiceWithoutStatus(300, 'paused');
    server.answer = service.answer;
    await poller.refresh(false);
    await pass(10 * 60_000, 10_000);
    server.seen.length = 0;
    poller.acted('d7');
    service.statuses.set('d7', 'syncing');
    await pass(6_000);
    assert.deepEqual([...new Set(reads())], ['d7']);
    assert.equal(store.find(id, 'd7')?.status, 'syncing');
  });

  it('does not read a refused Datasource again until it changes or the user refreshes the list', async function () {
    this.timeout(60_000);
    const service = new ServiceWithoutStatus(3);
    service.refused.add('d1');
    server.answer = service.answer;
    await poller.refresh(false);
    assert.equal(store.get(id)?.failure, undefined);
    server.seen.length = 0;
    await pass(2 * 3_600_000, 60_000);
    assert.ok(reads().includes('d0'));
    assert.ok(!reads().includes('d1'));
    service.change('d1', 'synced', '2026-03-01T14:00:00.000001+00:00');
    service.refused.clear();
    await pass(90_000);
    assert.equal(store.find(id, 'd1')?.status, 'synced');
    service.refused.add('d2');
    await pass(120_000);
    service.refused.clear();
    server.seen.length = 0;
    await pass(120_000);
    assert.ok(!reads().includes('d2'));
    await poller.refresh(true);
    assert.ok(reads().includes('d2'));
  });

  it('remembers after a restart which Datasources were read and which were refused', async () => {
    const service = new ServiceWithoutStatus(60);
    service.refused.add('d1');
    server.answer = service.answer;
    await poller.refresh(false);
    await pass(60_000);
    assert.equal(new Set(reads()).size, 60);
    const folder = await mkdtemp(path.join(tmpdir(), 'onna-reads-'));
    const files = new SnapshotFiles(folder, store, clock, (error) => assert.fail(String(error)));
    try {
      await files.flush();
      poller.dispose();
      const restored = await files.read(connection);
      server.seen.length = 0;
      open(restored);
      poller.start();
      await pass(4_000);
      assert.equal(server.seen.filter(({ path: at }) => at.endsWith('@data')).length, 1);
      assert.ok(reads().length <= 1, reads().join());
      await pass(2 * 60_000);
      assert.ok(reads().includes('d2'), 'd2 must be read again once its status is old');
      assert.ok(!reads().includes('d1'));
    } finally {
      files.dispose();
      await rm(folder, { recursive: true });
    }
  });
});
