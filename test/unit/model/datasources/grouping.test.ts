import assert from 'node:assert/strict';
import { availableActions } from '../../../../src/model/datasources/availableActions.ts';
import { datasourceFrom, nextSyncOf } from '../../../../src/model/datasources/datasource.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { DatasourceFilter } from '../../../../src/model/datasources/datasourceFilter.ts';
import { groupsOf, matchingGroups } from '../../../../src/model/datasources/grouping.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { ConnectionSnapshot } from '../../../../src/model/datasources/connectionSnapshot.ts';
import { syncStatuses } from '../../../../src/model/datasources/syncStatus.ts';
import { connection, listing, node } from './wireNodes.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const root = 'https://onna.example.test/api/rel0/lumenfjord';
const make = (fields: Record<string, unknown>): Datasource =>
  datasourceFrom(node('wiki', fields), undefined, now);

function snapshotOf(nodes: Parameters<typeof listing>[0]): ConnectionSnapshot {
  const store = new DatasourceStore();
  store.open(connection);
  store.applyListing(connection.id, listing(nodes), true, now);
  const snapshot = store.get(connection.id);
  assert.ok(snapshot);
  return snapshot;
}

describe('The grouping of Datasources', () => {
  const snapshot = snapshotOf([
    node('wiki 10'),
    node('wiki 9', { sync_status: 'error_x' }),
    node('mine', { '@id': `${root}/ines@lumenfjord.test/mine`, '@type': 'SlackEDatasource' }),
    node('theirs', { '@id': `${root}/tom@lumenfjord.test/theirs`, sync_status: 'quarantined' }),
    node('harbour', { '@type': 'Workspace', '@id': `${root}/workspaces/harbour`, title: 'Harbour' }),
    node('empty', { '@type': 'Workspace', '@id': `${root}/workspaces/empty`, title: 'Empty' }),
  ]);

  it('groups by Workspace, puts the user’s own group first, keeps empty Workspaces, and sorts titles numerically', () => {
    const groups = groupsOf(snapshot, 'workspace');
    assert.deepEqual(
      groups.map(({ kind, title, datasources }) => [
        kind,
        title,
        datasources.map((datasource) => datasource.title),
      ]),
      [
        ['mySources', 'ines@lumenfjord.test', ['mine']],
        ['workspace', 'Empty', []],
        ['workspace', 'Harbour', ['wiki 9', 'wiki 10']],
        ['user', 'tom@lumenfjord.test', ['theirs']],
      ],
    );
  });

  it('groups by status, starts with the statuses that need action, and shows unknown statuses by their own names', () => {
    assert.deepEqual(
      groupsOf(snapshot, 'status').map(({ title }) => title),
      ['error', 'synced', 'quarantined'],
    );
  });

  it('puts favorites into a group of their own, on top of each grouping, and into no other group', () => {
    const withFavorite = snapshotOf([
      node('wiki', { sync_status: 'paused' }),
      node('chat', { 'onna.canonical.behaviors.following.IFollowing': { favorite: true, favorites: [] } }),
      node('mine', { '@id': `${root}/ines@lumenfjord.test/mine` }),
    ]);
    for (const grouping of ['workspace', 'type', 'status'] as const) {
      const [first, ...others] = groupsOf(withFavorite, grouping);
      assert.equal(first?.kind, 'favorites', grouping);
      assert.deepEqual(
        first.datasources.map(({ title }) => title),
        ['chat'],
      );
      const rest = others.flatMap(({ datasources }) => datasources.map(({ title }) => title));
      assert.deepEqual(rest.sort(), ['mine', 'wiki']);
    }
  });

  it('groups by type, and removes the technical suffix from each type', () => {
    assert.deepEqual(
      groupsOf(snapshot, 'type').map(({ title }) => title),
      ['Confluence', 'Slack'],
    );
  });

  it('hides empty Workspaces and non-matching Datasources if a filter is set', () => {
    const filter = new DatasourceFilter();
    const no = { hasExceptions: () => false, needsAttention: () => false };
    const groups = matchingGroups(groupsOf(snapshot, 'workspace'), (datasources) =>
      filter.select('WIKI error', datasources, no),
    );
    assert.deepEqual(
      groups.flatMap(({ datasources }) => datasources.map(({ title }) => title)),
      ['wiki 9'],
    );
    assert.equal(groups.length, 1);
  });
});

describe('availableActions', () => {
  it('returns the actions that the status of a Datasource allows', () => {
    const actions = Object.fromEntries(
      syncStatuses.map((sync_status) => [sync_status, [...availableActions(make({ sync_status }))].join()]),
    );
    assert.deepEqual(actions, {
      pending: 'reprocess,credentials,pause',
      created: '',
      syncing: 'reprocess,credentials,pause',
      synced: 'sync,reprocess,credentials',
      error: 'sync,reprocess,credentials',
      failed: 'sync,reprocess,credentials',
      paused: 'reprocess,credentials,resume',
      resuming: 'reprocess,credentials,pause',
      invited: '',
    });
  });

  it('omits actions that the user may not perform, and treats a missing permission entry as granted', () => {
    const view = { 'guillotina.ModifyContent': false, 'guillotina.AddContent': false };
    assert.equal(availableActions(make({ '@users-permissions': view })).size, 0);
    assert.ok(availableActions(make({ '@users-permissions': {} })).has('sync'));
    assert.ok(!availableActions(make({ '@users-permissions': { 'onna.SendToSpyder': false } })).has('sync'));
  });

  it('does not offer to refresh the credentials of a folder Datasource, because it has no credentials', () => {
    assert.ok(!availableActions(make({ '@type': 'StaticDatasource', type_sync: 'one' })).has('credentials'));
  });
});

describe('nextSyncOf', () => {
  const last = '2026-03-01T11:50:00+00:00';

  it('expects the next sync of a mirrored Datasource 20 to 30 minutes after the last sync', () => {
    const next = nextSyncOf(make({ last_sync: last }), now);
    assert.deepEqual(next, { earliest: now + 10 * 60_000, latest: now + 20 * 60_000, overdue: false });
  });

  it('reports a sync as overdue a few minutes after the latest expected start', () => {
    assert.equal(nextSyncOf(make({ last_sync: '2026-03-01T11:24:00+00:00' }), now)?.overdue, true);
  });

  it('returns the time of the next sync that the service sends, instead of an estimate', () => {
    const next_sync = '2026-03-01T12:07:00+00:00';
    assert.equal(nextSyncOf(make({ last_sync: last, next_sync }), now)?.earliest, Date.parse(next_sync));
  });

  it('returns undefined for a Datasource that syncs only once, is syncing now or is paused', () => {
    for (const fields of [{ type_sync: 'one' }, { sync_status: 'syncing' }, { sync_status: 'paused' }]) {
      assert.equal(nextSyncOf(make({ last_sync: last, ...fields }), now), undefined);
    }
  });
});
