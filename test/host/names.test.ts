import assert from 'node:assert/strict';
import { ResourceLists } from '../../src/model/resources/resourceLists.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { TreeNode } from '../../src/ui/tree/nodes.ts';
import { TreeProvider } from '../../src/ui/tree/treeProvider.ts';
import { documentUri, parseUri } from '../../src/ui/documents/uris.ts';
import { connection, listing, node } from '../unit/model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../unit/onna/scriptedServer.ts';
import { noFindings } from '../doubles/noFindings.ts';
import { noCredentials } from '../doubles/noCredentials.ts';
import { noMarks } from '../doubles/noMarks.ts';

const { id } = connection;

describe('The tree below a Datasource', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: TreeProvider;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    store = new DatasourceStore();
    const client = server.client();
    const common = { store, clock: systemClock };
    lists = new ResourceLists({ ...common, client: () => Promise.resolve(client), pageSize: () => 100 });
    tree = new TreeProvider({
      ...common,
      lists,
      grouping: 'workspace',
      ready: () => Promise.resolve(),
      findings: noFindings,
      marks: noMarks,
      credentials: noCredentials,
    });
  });
  afterEach(async () => {
    for (const part of [tree, lists, store]) part.dispose();
    await server.close();
  });

  const rows = async (resourceCount?: number): Promise<TreeNode[]> => {
    store.open(connection);
    const wiki = node('wiki', resourceCount === undefined ? {} : { doc_count: resourceCount });
    store.applyListing(id, listing([wiki]), false, 0);
    let below = await tree.getChildren();
    while (below[0] && below[0].kind !== 'datasource') below = await tree.getChildren(below[0]);
    return tree.getChildren(below[0]);
  };

  it('shows titles instead of unreadable paths, and shows the folder unless the folder name is a generated id', async () => {
    const parent = '/workspaces/harbour/wiki';
    const titles: Record<string, string> = {
      'e3b0c442/txt': '契約書.txt',
      'e3b0c442/Uber-die-Gro-e.txt': 'Über die Größe.txt',
      '2024/plain.txt': 'plain.txt',
      'cafe/e3b0c44298fc1c149afbf4c8996fb924/b.txt': 'b.txt',
    };
    server.answer = (request, response) => {
      const items = Object.entries(titles).map(([path, title]) =>
        request.path.endsWith('Data') ? { '@id': `${parent}/${path}`, title } : `${parent}/${path}`,
      );
      json(response, { items, cursor: null });
    };
    const items = (await rows()).map((row) => tree.getTreeItem(row));
    assert.deepEqual(
      items.map(({ label, description }) => [label, description]),
      [
        ['契約書.txt', undefined],
        ['Über die Größe.txt', undefined],
        ['plain.txt', '2024'],
        ['b.txt', 'cafe'],
      ],
    );
  });

  it('shows a notice after the Resources if the service reports more Resources than it lists', async () => {
    server.answer = (request, response) => {
      const isFirst = request.query.get('scroll') === null;
      const items = isFirst ? ['/workspaces/harbour/wiki/a.txt'] : [];
      if (request.path.endsWith('@size')) json(response, { doc_count: 200 });
      else json(response, { items, cursor: isFirst ? 'x' : null });
    };
    const first = await rows(200);
    assert.deepEqual(
      first.map(({ kind }) => kind),
      ['resource', 'loadMore'],
    );
    const [datasource] = [...(store.get(id)?.datasources.values() ?? [])];
    assert.ok(datasource);
    await lists.of(id, datasource).loadMore();
    const parent = first[0]?.parent;
    const notice = (await tree.getChildren(parent)).at(-1);
    assert.ok(notice?.kind === 'notice');
    const item = tree.getTreeItem(notice);
    assert.equal(item.label, 'The list may be incomplete. Select to read it again.');
    assert.equal(item.description, '1 of 200 listed');
    assert.equal(item.command?.command, 'onna.refresh');
  });

  it('opens a document whose tab shows the title of the Resource and whose URI contains its path', () => {
    const uri = documentUri(id, '/ws/wiki/txt', 'text', '契約/書.txt');
    assert.ok(uri.path.endsWith('/契約\u2215書.txt'), uri.path);
    assert.deepEqual(parseUri(uri), { connectionId: id, path: '/ws/wiki/txt', kind: 'text' });
  });
});
