import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { ReadLog } from '../../../../src/model/datasources/readLog.ts';
import { StatusWatch } from '../../../../src/model/datasources/statusTransitions.ts';
import type { StatusTransitions } from '../../../../src/model/datasources/statusTransitions.ts';
import type { WireNode } from '../../../../src/onna/wire/node.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;
const now = Date.parse('2026-03-01T12:00:00Z');

describe('StatusWatch', () => {
  let store: DatasourceStore;
  let watch: StatusWatch;
  let events: StatusTransitions[];
  beforeEach(() => {
    store = new DatasourceStore();
    watch = new StatusWatch(store);
    events = [];
    watch.onDidChange((event) => events.push(event));
    store.open(connection);
  });
  afterEach(() => watch.dispose());

  const list = (...nodes: WireNode[]): void => store.applyListing(id, listing(nodes), false, now);
  const seen = (): string[] =>
    events.flatMap(({ transitions }) =>
      transitions.map(
        ({ before, datasource }) => `${datasource.title}: ${before.status} → ${datasource.status}`,
      ),
    );

  it('reports no transition for the first known status of a Datasource', () => {
    list(node('wiki'));
    list(node('drive', { sync_status: 'failed' }));
    assert.deepEqual(seen(), []);
  });

  it('reports no transition for a status that the store already contained', () => {
    list(node('wiki', { sync_status: 'syncing' }));
    const later = new StatusWatch(store);
    later.onDidChange((event) => events.push(event));
    list(node('wiki', { sync_status: 'syncing', title: 'New title' }));
    assert.deepEqual(seen(), []);
    list(node('wiki', { sync_status: 'failed', title: 'New title' }));
    assert.deepEqual(seen(), ['New title: syncing → failed', 'New title: syncing → failed']);
    later.dispose();
  });

  it('reports no transition for the first known status if earlier listings omitted the status', () => {
    list(node('wiki', { sync_status: undefined }));
    store.applyNodes(id, [node('wiki', { sync_status: 'failed' })], now);
    assert.deepEqual(seen(), []);
    list(node('wiki', { sync_status: 'syncing' }));
    assert.deepEqual(seen(), ['wiki: failed → syncing']);
  });

  it('reports 1,000 transitions from one store change in a single event', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `d${index}`);
    list(...names.map((name) => node(name)));
    list(...names.map((name) => node(name, { sync_status: 'failed' })));
    assert.deepEqual([events.length, events[0]?.transitions.length], [1, 1_000]);
  });

  it('reports a new result even if the status stays the same', () => {
    list(node('wiki', { last_sync: '2026-03-01T10:00:00Z' }));
    list(node('wiki', { last_sync: '2026-03-01T11:00:00Z' }));
    assert.deepEqual(seen(), ['wiki: synced → synced']);
  });

  it('does not report an expected status that is rolled back', () => {
    list(node('wiki'));
    store.expect(id, 'uid-wiki', 'pending')();
    assert.deepEqual(seen(), []);
  });

  it('reports an expected status once the service confirms it, even if nothing else changed', () => {
    list(node('wiki', { sync_status: 'syncing' }));
    store.expect(id, 'uid-wiki', 'paused');
    assert.deepEqual(seen(), []);
    const before = store.find(id, 'uid-wiki');
    list(node('wiki', { sync_status: 'paused' }));
    assert.equal(store.find(id, 'uid-wiki'), before, 'nothing else changed');
    list(node('wiki', { sync_status: 'paused' }));
    assert.deepEqual(seen(), ['wiki: syncing → paused']);
  });

  it('reports a transition between two reported statuses, without the expected status between them', () => {
    list(node('wiki'));
    store.expect(id, 'uid-wiki', 'pending');
    list(node('wiki', { sync_status: 'syncing' }));
    assert.deepEqual(seen(), ['wiki: synced → syncing']);
  });

  it('reports no transition for a Datasource that was added again or an account that was opened again', () => {
    list(node('wiki'));
    store.applyListing(id, listing([], ['uid-wiki']), false, now);
    list(node('wiki', { sync_status: 'failed' }));
    store.close(id);
    store.open(connection);
    list(node('wiki', { sync_status: 'syncing' }));
    assert.deepEqual(seen(), []);
  });

  describe('after the state of the last session was restored', () => {
    const firsts = (): string[] =>
      events.flatMap(({ transitions }) =>
        transitions.map(({ datasource, isFirst }) => `${datasource.title} ${datasource.status} ${isFirst}`),
      );

    function restore(reads: Iterable<readonly [string, undefined]>): void {
      list(node('wiki'), node('drive'));
      const { datasources } = store.get(id) ?? {};
      store.close(id);
      store.open(connection, { datasources: datasources ?? new Map(), readLog: new ReadLog(reads) });
    }

    it('marks only the transitions in the first list as first, if the list contains statuses', () => {
      restore([]);
      list(node('wiki', { sync_status: 'failed' }));
      list(node('drive', { sync_status: 'failed' }));
      assert.deepEqual(firsts(), ['wiki failed true', 'drive failed false']);
    });

    it('marks only the transitions at the first read of a Datasource as first, if the list omits statuses', () => {
      restore([
        ['uid-wiki', undefined],
        ['uid-drive', undefined],
      ]);
      const read = (name: string, status: string, at: number): void => {
        store.get(id)?.readLog.note(`uid-${name}`, 'read', at);
        store.applyNodes(id, [node(name, { sync_status: status })], at);
      };
      list();
      read('wiki', 'failed', now + 1_000);
      read('drive', 'synced', now + 1_000);
      read('wiki', 'syncing', now + 2_000);
      read('drive', 'failed', now + 2_000);
      assert.deepEqual(firsts(), ['wiki failed true', 'wiki syncing false', 'drive failed false']);
    });
  });
});
