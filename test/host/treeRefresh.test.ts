import assert from 'node:assert/strict';
import { maxMatches } from '../../src/model/datasources/datasourceView.ts';
import { ResourceLists } from '../../src/model/resources/resourceLists.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { DatasourcePaths } from '../../src/ui/tree/datasourcePaths.ts';
import { StatusDecorations } from '../../src/ui/tree/decorations.ts';
import type { TreeNode } from '../../src/ui/tree/nodes.ts';
import { TreeProvider } from '../../src/ui/tree/treeProvider.ts';
import { TreeRefresh } from '../../src/ui/tree/treeRefresh.ts';
import { VisibleRows } from '../../src/ui/tree/visibleRows.ts';
import { rowUri } from '../../src/ui/documents/uris.ts';
import type { WireNode } from '../../src/onna/wire/node.ts';
import { FakeClock, settle } from '../doubles/fakeClock.ts';
import { connection, listing, node } from '../unit/model/datasources/wireNodes.ts';
import { noFindings } from '../doubles/noFindings.ts';
import { noCredentials } from '../doubles/noCredentials.ts';
import { noMarks } from '../doubles/noMarks.ts';

const { id } = connection;

/**
 * A time longer than any delay before the extension fires events for rows, but too short to change an age, in
 * ms.
 */
const soonMs = 1_000;

describe('Refreshing the tree', () => {
  let clock: FakeClock;
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: TreeProvider;
  let decorations: StatusDecorations;
  let visibleRows: VisibleRows;
  let refresh: TreeRefresh;
  /** The events of the tree. Each entry contains the ids of the rows in the event, or is `everything`. */
  let events: (readonly string[] | 'everything')[];
  /** The events of the decorations. Each entry is the number of URIs in the event, or `everything`. */
  let decorated: (number | 'everything')[];
  /** The number of events that make VS Code request all visible rows. */
  let visibleRequests: number;

  beforeEach(() => {
    clock = new FakeClock();
    store = new DatasourceStore();
    lists = new ResourceLists({
      store,
      client: () => Promise.reject(new Error('These rows must not send a request.')),
      clock,
      pageSize: () => 100,
    });
    tree = new TreeProvider({
      store,
      lists,
      clock,
      grouping: 'workspace',
      ready: () => Promise.resolve(),
      findings: noFindings,
      marks: noMarks,
      credentials: noCredentials,
    });
    const paths = new DatasourcePaths(store);
    decorations = new StatusDecorations(store, paths);
    visibleRows = new VisibleRows(paths);
    refresh = new TreeRefresh({ tree, lists, visibleRows, clock, onTick: () => undefined });
    events = [];
    decorated = [];
    visibleRequests = 0;
    tree.onDidChangeTreeData((rows) =>
      events.push(rows === undefined ? 'everything' : [rows].flat().map((row) => row.id)),
    );
    decorations.onDidChangeFileDecorations((uris) => decorated.push(uris ? uris.length : 'everything'));
    visibleRows.onDidChangeFileDecorations(() => visibleRequests++);
  });
  afterEach(() => {
    for (const part of [refresh, visibleRows, decorations, tree, lists, store]) part.dispose();
  });

  const nodes = (count: number, fields: Record<string, unknown> = {}): WireNode[] =>
    Array.from({ length: count }, (_, index) => node(`wiki ${index}`, fields));
  const apply = (changed: readonly WireNode[]): void =>
    store.applyListing(id, listing(changed), false, clock.now());

  /** Requests all rows and their tree items, as VS Code does. */
  const open = async (parent?: TreeNode): Promise<TreeNode[]> => {
    const rows = await tree.getChildren(parent);
    for (const row of rows) tree.getTreeItem(row);
    const below = await Promise.all(rows.filter(({ kind }) => kind !== 'datasource').map(open));
    return [...rows, ...below.flat()];
  };
  const shown = async (count: number): Promise<TreeNode[]> => {
    store.open(connection);
    apply(nodes(count));
    const rows = await open();
    await clock.advance(soonMs);
    events.length = decorated.length = visibleRequests = 0;
    return rows;
  };
  /** Simulates that VS Code draws the rows with these indexes. `to` is exclusive. */
  const show = (from: number, to: number): void => {
    for (let index = from; index < to; index++)
      visibleRows.provideFileDecoration(rowUri(id, `/workspaces/harbour/wiki ${index}`));
  };
  const rowId = (index: number): string => `${id}/workspace//workspaces/harbour/uid-wiki ${index}`;
  const rowIds = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => rowId(from + index));

  it('fires no event while VS Code waits for the first rows, so that VS Code does not request them twice', async () => {
    store.open(connection);
    assert.deepEqual(events, ['everything'], 'the tree fires one event for the new connection');
    const [row] = await tree.getChildren();
    const first = tree.getChildren(row);
    store.startLoading(id);
    apply(nodes(3));
    assert.equal((await first).length, 1, 'the pending request returns the group');
    await clock.advance(soonMs);
    assert.deepEqual(events, ['everything']);
  });

  it('fires an event for the changed rows, but not for their parents, when three statuses change', async () => {
    await shown(300);
    apply(nodes(3, { sync_status: 'error' }));
    await clock.advance(soonMs);
    assert.deepEqual(events, [rowIds(0, 3)]);
    assert.deepEqual(decorated, [3]);
  });

  it('fires one event with only the visible rows when thousands of statuses change', async () => {
    await shown(3_000);
    apply(nodes(2_500, { sync_status: 'error' }));
    await clock.advance(soonMs);
    assert.deepEqual(events, []);
    assert.deepEqual(decorated, ['everything']);
    assert.equal(visibleRequests, 1);
    show(100, 130);
    show(2_600, 2_610);
    await clock.advance(soonMs);
    assert.deepEqual(events, [rowIds(100, 130)], 'the event does not contain the ten unchanged rows');
    for (const row of rowIds(100, 130)) {
      const sent = tree.shown(row);
      assert.ok(sent);
      tree.getTreeItem(sent);
    }
    show(100, 130);
    await clock.advance(soonMs);
    assert.equal(events.length, 1);
  });

  it('fires events for all visible rows when 900 statuses change in ten small steps', async () => {
    await shown(1_000);
    for (let from = 0; from < 900; from += 90) apply(nodes(from + 90, { sync_status: 'error' }).slice(from));
    await clock.advance(soonMs);
    assert.ok(decorated.every((count) => count === 'everything' || count <= 250));
    assert.ok(events.every((event) => event.length <= 200));
    assert.ok(visibleRequests > 0);
    show(0, 40);
    await clock.advance(soonMs);
    const sent = new Set(events.flat());
    assert.deepEqual(
      rowIds(0, 40).filter((row) => !sent.has(row)),
      [],
    );
  });

  it('fires events for the visible rows whose displayed age changes as time passes', async () => {
    await shown(500);
    refresh.setVisible(true);
    visibleRows.onDidChangeFileDecorations(() => show(0, 20));
    await clock.advance(60 * 60_000 + soonMs);
    assert.equal(visibleRequests, 60);
    assert.deepEqual(new Set(events.flat()), new Set(rowIds(0, 20)));
  });

  it('fires an event for a visible row if the tooltip that VS Code has cached is outdated', async () => {
    store.open(connection);
    const [synced, due] = [clock.now() - 61 * 60_000, clock.now() + 50 * 60_000];
    apply(nodes(2, { last_sync: new Date(synced).toISOString(), next_sync: new Date(due).toISOString() }));
    const row = (await open()).find((each) => each.id === rowId(0));
    assert.ok(row?.kind === 'datasource');
    const datasource = store.find(id, row.datasourceId);
    assert.ok(datasource);
    refresh.setVisible(true);
    visibleRows.onDidChangeFileDecorations(() => show(0, 2));
    await clock.advance(2 * 60_000);
    events.length = 0;
    assert.match(
      tree.keepTooltip(row, datasource, { timeZone: 'UTC', isReaders: true }).value,
      /in about 48 min/,
    );
    await clock.advance(60_000 + soonMs);
    assert.deepEqual(events, [[rowId(0)]]);
    tree.getTreeItem(row);
    events.length = 0;
    await clock.advance(5 * 60_000);
    assert.deepEqual(events, [], 'no event follows after VS Code has dropped the tooltip');
  });

  it('fires another event for a visible row at the next tick if VS Code has not requested the row', async () => {
    await shown(2);
    refresh.setVisible(true);
    visibleRows.onDidChangeFileDecorations(() => show(0, 1));
    await clock.advance(62 * 60_000 + soonMs);
    events.length = 0;
    await clock.advance(2 * 60_000);
    assert.deepEqual(events, [[rowId(0)], [rowId(0)]]);
  });

  it('shows at most 100 matches of a filter, followed by a row that reveals the other matches', async () => {
    await shown(1_000);
    tree.filter = 'wiki';
    assert.deepEqual(events, ['everything']);
    const rows = await open();
    assert.equal(rows.filter(({ kind }) => kind === 'datasource').length, maxMatches);
    const more = rows.find(({ kind }) => kind === 'moreMatches');
    assert.ok(more?.kind === 'moreMatches');
    assert.equal(tree.getTreeItem(more).description, `${1_000 - maxMatches} more matches`);
    tree.showMatches(more.group);
    assert.deepEqual(events.at(-1), [more.group.id]);
    assert.equal((await tree.getChildren(more.group)).length, 1_000);
    events.length = 0;
    tree.filter = 'wiki 12';
    tree.filter = 'wiki 12 auto';
    assert.deepEqual(events, ['everything'], 'the second word of the filter does not change the matches');
    tree.filter = '';
    await settle();
    assert.equal((await open()).filter(({ kind }) => kind === 'datasource').length, 1_000);
  });

  it('drops the old row of a Datasource that moves to another group, and keeps all visible rows', async () => {
    tree.grouping = 'status';
    await shown(2_000);
    const statuses = ['error', 'failed', 'paused', 'created', 'pending', 'syncing', 'synced'];
    let rows: TreeNode[] = [];
    for (const status of statuses) {
      apply(nodes(2_000, { sync_status: status }));
      rows = await open();
    }
    assert.equal(rows.filter(({ kind }) => kind === 'datasource').length, 2_000);
    assert.ok(tree.kept < 3 * 2_000, `${tree.kept} rows are kept`);
    for (const row of rows)
      assert.equal(tree.shown(row.id), row, 'VS Code recognizes a row only if it is the same object');
  });
});
