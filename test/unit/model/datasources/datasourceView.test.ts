import assert from 'node:assert/strict';
import { DatasourceView, maxMatches } from '../../../../src/model/datasources/datasourceView.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { ConnectionSnapshot } from '../../../../src/model/datasources/connectionSnapshot.ts';
import type { WireNode } from '../../../../src/onna/wire/node.ts';
import { connection, listing, node } from './wireNodes.ts';

const root = 'https://onna.example.test/api/rel0/lumenfjord';

function inWorkspace(workspace: string, count: number): WireNode[] {
  return Array.from({ length: count }, (_, index) =>
    node(`${workspace} ${index}`, { '@id': `${root}/workspaces/${workspace}/wiki-${index}` }),
  );
}

function snapshotOf(nodes: readonly WireNode[]): ConnectionSnapshot {
  const store = new DatasourceStore();
  store.open(connection);
  store.applyListing(connection.id, listing(nodes), true, 0);
  const snapshot = store.get(connection.id);
  assert.ok(snapshot);
  return snapshot;
}

const [first, second, third] = ['/workspaces/anchor', '/workspaces/buoy', '/workspaces/crane'] as const;

describe('DatasourceView', () => {
  const snapshot = snapshotOf([
    ...inWorkspace('anchor', maxMatches - 10),
    ...inWorkspace('buoy', 30),
    ...inWorkspace('crane', 5),
  ]);
  const counts = (view: DatasourceView): number[] =>
    [first, second, third].map((key) => view.shown(snapshot, key).length);

  it('shows all Datasources if no filter is set', () => {
    const view = new DatasourceView('workspace');
    assert.deepEqual(counts(view), [maxMatches - 10, 30, 5]);
    assert.equal(view.isHeldBack(snapshot, third), false);
  });

  it('shows only the first matches of a filter, and collapses groups that contain only later matches', () => {
    const view = new DatasourceView('workspace');
    view.filter = 'wiki';
    assert.deepEqual(
      [...view.groups(snapshot).values()].map(({ datasources }) => datasources.length),
      [],
      'no title contains the word',
    );
    view.filter = 'confluence';
    assert.deepEqual(
      [...view.groups(snapshot).values()].map(({ datasources }) => datasources.length),
      [maxMatches - 10, 30, 5],
    );
    assert.equal(view.shown(snapshot, first).length, maxMatches - 10);
    assert.equal(view.shown(snapshot, second).length, 10);
    assert.deepEqual(
      [first, second, third].map((key) => view.isHeldBack(snapshot, key)),
      [false, false, true],
    );
    assert.equal(view.shown(snapshot, third).length, 5, 'an expanded group shows all its matches');
  });

  it('shows all matches of a group on request, until the filter changes', () => {
    const view = new DatasourceView('workspace');
    view.filter = 'confluence';
    view.showAll(snapshot, second);
    assert.equal(view.shown(snapshot, second).length, 30);
    view.filter = 'confluenc';
    assert.equal(view.shown(snapshot, second).length, 10);
  });

  it('shows all matches if their number is below the limit', () => {
    const view = new DatasourceView('workspace');
    view.filter = 'buoy';
    assert.equal(view.shown(snapshot, second).length, 30);
    view.grouping = 'type';
    assert.deepEqual([...view.groups(snapshot).keys()], ['ConfluenceDatasource']);
    assert.equal(view.shown(snapshot, 'ConfluenceDatasource').length, 30);
  });

  it('finds the Datasources with exceptions by the word “exceptions” or its first letters', () => {
    let withExceptions = new Set(['buoy 3', 'crane 1']);
    const view = new DatasourceView('workspace', (_, { title }) => withExceptions.has(title));
    const found = (filter: string): string[] => {
      view.filter = filter;
      return [...view.groups(snapshot).values()].flatMap(({ datasources }) =>
        datasources.map(({ title }) => title),
      );
    };
    for (const typed of ['excep', 'Exceptions', 'exceptions synced'])
      assert.deepEqual(found(typed), ['buoy 3', 'crane 1'], typed);
    assert.deepEqual(found('exceptions crane'), ['crane 1']);
    assert.deepEqual(found('xceptions'), []);
    assert.deepEqual(found('exceptions of'), []);
    withExceptions = new Set(['anchor 0']);
    view.filter = 'exceptions';
    view.forgetMatches();
    assert.deepEqual(found('exceptions'), ['anchor 0']);
  });
});
