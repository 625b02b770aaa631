import assert from 'node:assert/strict';
import type { TreeView } from 'vscode';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { ResourceLists } from '../../../../src/model/resources/resourceLists.ts';
import { PersonalZone } from '../../../../src/model/settings/personalZone.ts';
import type { RowCall } from '../../../../src/ui/contributions.ts';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { noFindings } from '../../../doubles/noFindings.ts';
import { noCredentials } from '../../../doubles/noCredentials.ts';
import { noMarks } from '../../../doubles/noMarks.ts';
import '../../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');
const { ExceptionFilter } = await import('../../../../src/ui/commands/exceptionFilter.ts');
const { TreeProvider } = await import('../../../../src/ui/tree/treeProvider.ts');
const { TreeViewController } = await import('../../../../src/ui/tree/treeViewController.ts');

const { id } = connection;
const path = '/workspaces/harbour/wiki';
const fromPalette: RowCall = { row: undefined, rows: [], isOnRow: false };
const { signal } = new AbortController();

describe('The filter for Resources with exceptions', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: InstanceType<typeof TreeProvider>;
  let controller: InstanceType<typeof TreeViewController>;
  let filter: InstanceType<typeof ExceptionFilter>;
  let zone: PersonalZone;
  /** The rows that were revealed, and whether they were expanded. */
  let revealed: [string, unknown][];
  let offered: string[];

  beforeEach(async () => {
    [revealed, offered] = [[], []];
    server = await ScriptedServer.start((request, response) =>
      request.path.includes('@frontsearch')
        ? json(response, { member: [{ '@id': `${path}/b.pdf`, processing_exception: 'Has Error' }] })
        : json(response, { items: ['a.txt', 'b.pdf'].map((name) => `${path}/${name}`), cursor: null }),
    );
    const clock = new FakeClock();
    store = new DatasourceStore();
    const client = server.client();
    const getClient = (): Promise<typeof client> => Promise.resolve(client);
    const ready = (): Promise<void> => Promise.resolve();
    lists = new ResourceLists({ store, clock, client: getClient, pageSize: () => 100 });
    const common = {
      store,
      lists,
      clock,
      ready,
      findings: noFindings,
      marks: noMarks,
      credentials: noCredentials,
    };
    tree = new TreeProvider({ ...common, grouping: 'workspace' });
    zone = new PersonalZone({
      chosen: () => 'UTC',
      isLocal: true,
      remembered: () => undefined,
      remember: () => undefined,
    });
    const view: Pick<TreeView<TreeNode>, 'reveal' | 'message' | 'badge' | 'description'> = {
      reveal: (row, options) => {
        revealed.push([row.kind === 'resource' ? row.child.path : row.kind, options?.expand]);
        return Promise.resolve();
      },
    };
    controller = new TreeViewController(view as TreeView<TreeNode>, tree, lists, getClient, zone);
    const picker = new DatasourcePicker(store, clock, ready, () => []);
    filter = new ExceptionFilter(lists, controller, picker);
    store.open(connection);
    store.applyListing(id, listing([node('wiki'), node('chat')]), true, 0);
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: (items) => {
        offered = (items as { label: string; datasource?: object }[])
          .filter(({ datasource }) => datasource)
          .map(({ label }) => label);
        return items.at(-1);
      },
      choose: () => undefined,
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
  });
  afterEach(async () => {
    desktop.attendant = undefined;
    for (const part of [controller, zone, tree, lists, store]) part.dispose();
    await server.close();
  });

  const isOn = (name = 'wiki'): boolean => lists.isExceptionsOnly(id, `uid-${name}`);
  async function rowsBelow(row: TreeNode): Promise<TreeNode[]> {
    return tree.getChildren(row);
  }
  async function datasourceRow(name: string): Promise<TreeNode> {
    const [account] = await tree.getChildren();
    const [group] = await tree.getChildren(account);
    const row = (await tree.getChildren(group)).find(
      (one) => 'datasourceId' in one && one.datasourceId === `uid-${name}`,
    );
    assert.ok(row);
    return row;
  }
  const on = (row: TreeNode): RowCall => ({ row, rows: [row], isOnRow: true });

  it('can be switched on and off from the row of a Datasource, which then expands', async () => {
    const row = await datasourceRow('wiki');
    await filter.showOnlyExceptions(on(row));
    assert.deepEqual([isOn(), isOn('chat')], [true, false]);
    await filter.showAllResources(on(row));
    assert.equal(isOn(), false);
    assert.deepEqual(revealed, new Array(2).fill(['datasource', true]));
  });

  it('can be switched off from the row that shows that the filter is on', async () => {
    const row = await datasourceRow('wiki');
    await filter.showOnlyExceptions(on(row));
    const [notice] = await rowsBelow(row);
    assert.ok(notice?.kind === 'notice');
    await filter.showAllResources(on(notice));
    assert.equal(isOn(), false);
    assert.deepEqual(offered, [], 'no Datasource had to be picked');
  });

  it('is offered in the Command Palette only for Datasources whose filter the command would change', async () => {
    await filter.showAllResources(fromPalette);
    assert.match(desktop.notifications.at(-1)?.message ?? '', /^Show All Resources: no Datasource allows/);
    await filter.showOnlyExceptions(on(await datasourceRow('wiki')));
    await filter.showOnlyExceptions(fromPalette);
    assert.deepEqual(offered, ['chat']);
    await filter.showAllResources(fromPalette);
    assert.deepEqual(offered, ['chat', 'wiki']);
    assert.deepEqual([isOn('chat'), isOn()], [true, false]);
  });

  it('stays on when a Resource with an exception is revealed, and is switched off for any other Resource', async () => {
    const row = await datasourceRow('wiki');
    await filter.showOnlyExceptions(on(row));
    await rowsBelow(row);
    assert.equal(await controller.revealResource(id, `${path}/b.pdf`, signal, () => undefined), true);
    assert.equal(isOn(), true);
    assert.equal(await controller.revealResource(id, `${path}/a.txt`, signal, () => undefined), true);
    assert.equal(isOn(), false);
    assert.deepEqual(
      revealed.map(([what]) => what).filter((what) => what !== 'datasource'),
      [`${path}/b.pdf`, `${path}/a.txt`],
    );
  });
});
