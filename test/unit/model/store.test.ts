import assert from 'node:assert/strict';
import { OnnaError } from '../../../src/onna/errors.ts';
import { DatasourceStore } from '../../../src/model/store.ts';
import type { StoreChange } from '../../../src/model/store.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;
const now = Date.parse('2026-03-01T12:00:00Z');

describe('the store of Datasources', () => {
  let store: DatasourceStore;
  let changes: StoreChange[];
  beforeEach(() => {
    store = new DatasourceStore();
    store.open(connection);
    changes = [];
    store.onDidChange((change) => changes.push(change));
  });

  const titles = (): string[] => [...(store.get(id)?.datasources.values() ?? [])].map(({ title }) => title);

  it('tells which Datasources came, changed and went', () => {
    store.applyListing(id, listing([node('wiki'), node('slack')]), true, now);
    store.applyListing(
      id,
      listing([node('slack', { sync_status: 'failed' }), node('drive')], ['uid-wiki']),
      false,
      now,
    );
    const [, second] = changes;
    assert.deepEqual(second?.added, ['uid-drive']);
    assert.deepEqual(second.changed, ['uid-slack']);
    assert.deepEqual(second.removed, ['uid-wiki']);
    assert.deepEqual(titles(), ['drive', 'slack']);
  });

  it('says nothing, and keeps the same objects, when a look finds nothing new', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const before = store.get(id)?.datasources;
    changes.length = 0;
    store.startLoading(id);
    store.applyListing(id, listing([]), false, now + 1);
    store.applyListing(id, listing([node('wiki')]), true, now + 2);
    assert.deepEqual(changes, []);
    assert.equal(store.get(id)?.datasources, before);
    assert.equal(store.get(id)?.asOf, now + 2);
  });

  it('takes what a complete listing does not name for gone', () => {
    store.applyListing(id, listing([node('wiki'), node('slack')]), true, now);
    store.applyListing(id, listing([node('slack')]), true, now);
    assert.deepEqual(titles(), ['slack']);
  });

  it('knows a deletion by uid and by path', () => {
    store.applyListing(id, listing([node('a'), node('b'), node('c')]), true, now);
    store.applyListing(id, listing([], ['uid-a', '/workspaces/harbour/b']), false, now);
    assert.deepEqual(titles(), ['c']);
  });

  it('keeps what it knew when a look fails, and says why', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const failure = new OnnaError({ kind: 'signedOut' });
    store.fail(id, failure);
    assert.deepEqual(titles(), ['wiki']);
    assert.equal(store.get(id)?.failure, failure);
    store.applyListing(id, listing([]), false, now);
    assert.equal(store.get(id)?.failure, undefined);
    assert.equal(changes.at(-1)?.state, true);
  });

  it('shows an expected status at once and the old one again when the service refuses', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'pending');
    assert.equal(store.find(id, 'uid-wiki')?.status, 'pending');
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'synced');
  });

  it('given a fact that came meanwhile, then a refusal does not undo it', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'pending');
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed' })]), false, now);
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'failed');
  });

  it('given two actions at once that are both refused, then what the service told last is shown', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBackFirst = store.expect(id, 'uid-wiki', 'pending');
    const rollBackSecond = store.expect(id, 'uid-wiki', 'paused');
    rollBackFirst();
    rollBackSecond();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'synced');
  });

  it('given that the service told just what was expected, then a lost answer does not undo it', () => {
    store.applyListing(id, listing([node('wiki')]), true, now);
    const rollBack = store.expect(id, 'uid-wiki', 'paused');
    store.applyListing(id, listing([node('wiki', { sync_status: 'paused' })]), false, now);
    rollBack();
    assert.equal(store.find(id, 'uid-wiki')?.status, 'paused');
  });

  it('remembers the last result while the next run is under way', () => {
    const failedAt = '2026-03-01T09:00:00.000000+00:00';
    store.applyListing(
      id,
      listing([node('wiki', { sync_status: 'failed', '@timestamp': failedAt })]),
      true,
      now,
    );
    store.applyListing(id, listing([node('wiki', { sync_status: 'pending' })]), false, now);
    store.applyListing(id, listing([node('wiki', { sync_status: 'syncing' })]), false, now);
    assert.deepEqual(store.find(id, 'uid-wiki')?.lastResult, { outcome: 'failed', at: Date.parse(failedAt) });
    store.applyListing(
      id,
      listing([node('wiki', { sync_status: 'synced', last_sync: '2026-03-01T11:59:00Z' })]),
      false,
      now,
    );
    assert.deepEqual(store.find(id, 'uid-wiki')?.lastResult, { outcome: 'synced', at: now - 60_000 });
  });

  it('does not take a new title for a new result', () => {
    const at = '2026-03-01T09:00:00.000000+00:00';
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed', '@timestamp': at })]), true, now);
    store.applyListing(id, listing([node('wiki', { sync_status: 'failed', title: 'Wiki 2' })]), false, now);
    assert.equal(store.find(id, 'uid-wiki')?.lastResult?.at, Date.parse(at));
    assert.equal(changes.at(-1)?.regrouped, true);
  });

  it('keeps a status that the listing leaves out', () => {
    store.applyListing(id, listing([node('wiki', { sync_status: 'syncing' })]), true, now);
    store.applyListing(id, listing([node('wiki', { sync_status: undefined, title: 'x' })]), false, now);
    assert.equal(store.find(id, 'uid-wiki')?.status, 'syncing');
  });

  it('takes in nothing for a connection that was closed', () => {
    store.close(id);
    store.applyListing(id, listing([node('wiki')]), true, now);
    store.fail(id, new OnnaError({ kind: 'signedOut' }));
    assert.equal(store.get(id), undefined);
  });
});
