import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ResourceLists } from '../../src/model/resources/resourceLists.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { DatasourcePaths } from '../../src/ui/tree/datasourcePaths.ts';
import { StatusDecorations } from '../../src/ui/tree/decorations.ts';
import type { TreeNode } from '../../src/ui/tree/nodes.ts';
import { TreeProvider } from '../../src/ui/tree/treeProvider.ts';
import { TreeRefresh } from '../../src/ui/tree/treeRefresh.ts';
import { VisibleRows } from '../../src/ui/tree/visibleRows.ts';
import { FakeClock, settle } from '../doubles/fakeClock.ts';
import { connection, listing, node } from '../unit/model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../unit/onna/scriptedServer.ts';
import { noFindings } from '../doubles/noFindings.ts';
import { noCredentials } from '../doubles/noCredentials.ts';
import { noMarks } from '../doubles/noMarks.ts';

const { id } = connection;
const pageSize = 500;
const pages = 20;
/** A time longer than any delay before the extension fires events for rows, in ms. */
const soonMs = 1_000;

describe('A tree with many rows', () => {
  let clock: FakeClock;
  let server: ScriptedServer;
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: TreeProvider;
  let decorations: StatusDecorations;
  let visibleRows: VisibleRows;
  let refresh: TreeRefresh;
  let uris: number[];
  let calls: number;

  beforeEach(async () => {
    clock = new FakeClock();
    store = new DatasourceStore();
    server = await ScriptedServer.start((request, response) => {
      const offset = Number(request.query.get('scroll') ?? 0);
      const items = Array.from({ length: pageSize }, (_, index) => `/ws/wiki/p${offset + index}.txt`);
      json(response, { items, cursor: String(offset + pageSize) });
    });
    const client = server.client();
    lists = new ResourceLists({
      store,
      client: () => Promise.resolve(client),
      clock,
      pageSize: () => pageSize,
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
    uris = [];
    calls = 0;
    decorations.onDidChangeFileDecorations((named) => uris.push(named?.length ?? 0));
  });
  afterEach(async () => {
    for (const part of [refresh, visibleRows, decorations, tree, lists, store]) part.dispose();
    await server.close();
  });

  /** Requests a tree item as VS Code does, and also its children if the row is expanded. */
  const requestRow = async (row: TreeNode, opened?: string): Promise<void> => {
    calls++;
    const { collapsibleState } = tree.getTreeItem(row);
    if (row.id !== opened && collapsibleState !== vscode.TreeItemCollapsibleState.Expanded) return;
    for (const child of await tree.getChildren(row)) await requestRow(child, opened);
  };

  it('makes VS Code request at most two rows for each Resource on a new page, even after 20 pages', async () => {
    store.open(connection);
    store.applyListing(id, listing([node('wiki')]), false, clock.now());
    const find = async (parent?: TreeNode): Promise<TreeNode | undefined> => {
      for (const row of await tree.getChildren(parent)) {
        const found = row.kind === 'datasource' ? row : await find(row);
        if (found) return found;
      }
      return undefined;
    };
    const wiki = await find();
    const datasource = [...(store.get(id)?.datasources.values() ?? [])][0];
    assert.ok(wiki && datasource);
    await requestRow(wiki, wiki.id);
    const list = lists.of(id, datasource);
    let events: TreeNode[] = [];
    tree.onDidChangeTreeData((rows) => {
      assert.ok(rows, 'each event contains rows');
      events.push(...[rows].flat());
    });
    const requested: number[] = [];
    for (let page = 2; page <= pages; page++) {
      await list.loadMore();
      await clock.advance(soonMs);
      await settle();
      calls = 0;
      const rows = new Set(events);
      events = [];
      assert.ok(rows.size > 0, `page ${page} causes an event`);
      for (const row of rows) await requestRow(row, wiki.id);
      requested.push(calls);
    }
    assert.equal(list.children.length, pages * pageSize);
    assert.equal(server.seen.length, pages);
    assert.ok(
      requested.every((count) => count > 0 && count <= 2 * pageSize),
      requested.join(', '),
    );
  });

  for (const changed of [1, 199, 200, 201, 250, 251, 1_000]) {
    it(`fires events with at most 250 URIs each when ${changed} statuses change`, async () => {
      store.open(connection);
      const nodes = (fields: Record<string, unknown>) =>
        Array.from({ length: changed }, (_, index) => node(`wiki ${index}`, fields));
      store.applyListing(id, listing(nodes({})), false, clock.now());
      await clock.advance(soonMs);
      uris.length = 0;
      store.applyListing(id, listing(nodes({ sync_status: 'error' })), false, clock.now());
      await clock.advance(soonMs);
      assert.ok(uris.length > 0);
      assert.ok(Math.max(...uris) <= 250, uris.join(', '));
    });
  }
});
