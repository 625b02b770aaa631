import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/event.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { FindingsChange } from '../../../../src/model/history/findings.ts';
import { ExceptionMarks } from '../../../../src/model/resources/exceptionMarks.ts';
import { ResourceLists } from '../../../../src/model/resources/resourceLists.ts';
import type { TreeNode } from '../../../../src/ui/tree/nodes.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { noCredentials } from '../../../doubles/noCredentials.ts';
import { noFindings } from '../../../doubles/noFindings.ts';
import '../../../doubles/useFakeVscode.ts';
import { until } from '../../../support/until.ts';
import { connection, listing, node } from '../../model/datasources/wireNodes.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

const { ExceptionDecorations } = await import('../../../../src/ui/tree/exceptionDecorations.ts');
const { DatasourcePaths } = await import('../../../../src/ui/tree/datasourcePaths.ts');
const { TreeProvider } = await import('../../../../src/ui/tree/treeProvider.ts');
const { TreeRefresh } = await import('../../../../src/ui/tree/treeRefresh.ts');
const { VisibleRows } = await import('../../../../src/ui/tree/visibleRows.ts');
const { resourceTooltip } = await import('../../../../src/ui/text/resourceText.ts');
const { rowUri } = await import('../../../../src/ui/documents/uris.ts');

const { id } = connection;
const path = '/workspaces/harbour/wiki';
const zone = { timeZone: 'UTC', isReaders: true };

interface Row {
  readonly label: string;
  readonly description: string;
  readonly spoken: string | undefined;
  readonly command: string | undefined;
}

describe('The rows below a Datasource', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let lists: ResourceLists;
  let tree: InstanceType<typeof TreeProvider>;
  let decorations: InstanceType<typeof ExceptionDecorations>;
  let parts: { dispose(): void }[];
  let exceptions: Record<string, unknown>[];
  let files: string[];
  /** The kinds of the changed rows, for each event of the tree. */
  let events: string[];
  /** The number of changed URIs, for each event of the decorations. */
  let decorated: (number | undefined)[];
  let datasourceRow: TreeNode;

  beforeEach(async () => {
    files = ['a.txt', 'b.pdf', '0123456789abcdef0123456789abcdef/berths/c.pdf', 'd.pdf'];
    exceptions = [
      { '@id': `${path}/b.pdf`, title: 'b.pdf', processing_exception: 'Has Error' },
      { '@id': `${path}/${files[2]}`, title: 'c.pdf', origin_exception: 'Download Error' },
      { '@id': `${path}/d.pdf`, title: 'd.pdf', processing_exception: 'Encrypted Document' },
    ];
    [events, decorated] = [[], []];
    server = await ScriptedServer.start((request, response) => {
      if (!request.path.includes('@frontsearch')) {
        json(response, { items: files.map((name) => `${path}/${name}`), cursor: null });
        return;
      }
      const { from, size } = JSON.parse(request.body) as { from: number; size: number };
      json(response, { member: exceptions.slice(from, from + size), items_count: exceptions.length });
    });
    const clock = new FakeClock();
    store = new DatasourceStore();
    const client = server.client();
    const common = { store, clock };
    lists = new ResourceLists({ ...common, client: () => Promise.resolve(client), pageSize: () => 100 });
    const marks = new ExceptionMarks({
      lists,
      findings: { onDidChange: new Emitter<FindingsChange>().event },
      onError: (error) => assert.ifError(error),
    });
    tree = new TreeProvider({
      ...common,
      lists,
      grouping: 'workspace',
      ready: () => Promise.resolve(),
      findings: noFindings,
      marks,
      credentials: noCredentials,
    });
    const paths = new DatasourcePaths(store);
    decorations = new ExceptionDecorations(marks, paths);
    const visibleRows = new VisibleRows(paths);
    const refresh = new TreeRefresh({ tree, lists, visibleRows, clock, onTick: () => undefined });
    parts = [refresh, visibleRows, decorations, tree, marks, lists, store];
    store.open(connection);
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
    let rows: TreeNode[] = [];
    do rows = await tree.getChildren(rows[0]);
    while (rows[0]?.kind !== 'datasource');
    [datasourceRow] = rows;
    tree.onDidChangeTreeData((changed) =>
      events.push(
        [changed]
          .flat()
          .map((row) => row?.kind)
          .join(),
      ),
    );
    decorations.onDidChangeFileDecorations((uris) => decorated.push(uris?.length));
  });
  afterEach(async () => {
    for (const part of parts) part.dispose();
    await server.close();
  });

  function look(row: TreeNode): Row {
    const { label, description, accessibilityInformation, command } = tree.getTreeItem(row);
    return {
      label: typeof label === 'string' ? label : '',
      description: String(description ?? ''),
      spoken: accessibilityInformation?.label,
      command: command?.command,
    };
  }
  const children = async (): Promise<Row[]> => (await tree.getChildren(datasourceRow)).map(look);
  const labels = async (): Promise<string[]> =>
    (await children()).map(({ label, description }) => `${label} | ${description}`);
  const badge = (name: string): string | undefined =>
    decorations.provideFileDecoration(rowUri(id, `${path}/${name}`))?.badge;

  it('show why a Resource could not be read, with a badge, a text and a screen reader label', async () => {
    await children();
    assert.equal(badge('b.pdf'), undefined, 'not known yet');
    await until('the marks are known', () => decorated.length > 0);
    const [fine, broken, missing, note] = await children();
    assert.deepEqual([fine?.description, fine?.spoken], ['', undefined]);
    assert.equal(broken?.description, 'Has Error');
    assert.equal(broken.spoken, 'b.pdf, Could not be processed: Has Error');
    assert.equal(missing?.description, 'Download Error · berths');
    assert.equal(missing.spoken, 'c.pdf, Could not be collected: Download Error, berths');
    assert.equal(note?.spoken, 'd.pdf, Note: Encrypted Document');
    assert.deepEqual(
      files.map((name) => badge(name)),
      [undefined, '!', '!', 'N'],
    );
    const decoration = decorations.provideFileDecoration(rowUri(id, `${path}/b.pdf`));
    assert.equal(decoration?.tooltip, 'Could not be processed: Has Error');
  });

  it('are redrawn individually, and only if their marks have changed', async () => {
    await children();
    await until('the marks are known', () => events.length > 0);
    assert.deepEqual([events, decorated], [['resource,resource,resource'], [3]]);
    exceptions = exceptions.slice(1);
    await lists.findExceptions(id, 'uid-wiki');
    assert.deepEqual([events.slice(1), decorated.slice(1)], [['resource'], [1]]);
    await lists.findExceptions(id, 'uid-wiki');
    assert.deepEqual([events.length, decorated.length], [2, 2]);
  });

  it('are all redrawn if hundreds of marks change', async () => {
    files = Array.from({ length: 300 }, (_, index) => `${index}.pdf`);
    exceptions = files.map((name) => ({ '@id': `${path}/${name}`, processing_exception: 'Has Error' }));
    await children();
    await until('the marks are known', () => events.length > 0);
    assert.deepEqual([events, decorated], [['datasource'], [undefined]]);
  });

  it('are only the Resources with exceptions, and a row that removes the filter, if the filter is on', async () => {
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    assert.deepEqual(events, ['datasource']);
    const [filter, ...rows] = await children();
    assert.deepEqual(
      [filter?.label, filter?.description, filter?.command],
      ['Only exceptions and notes', '3', 'onna.showAllResources'],
    );
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['b.pdf', 'c.pdf', 'd.pdf'],
    );
    const item = tree.getTreeItem(datasourceRow);
    assert.match(String(item.description), / · only exceptions shown$/);
    assert.match(item.contextValue ?? '', /^datasource\b.*\bexceptionsOnly\b/);
    lists.setExceptionsOnly(id, 'uid-wiki', false);
    assert.equal((await children()).length, 4);
    assert.doesNotMatch(tree.getTreeItem(datasourceRow).contextValue ?? '', /exceptionsOnly/);
  });

  it('include a note if no Resource has exceptions', async () => {
    exceptions = [];
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    assert.deepEqual(await labels(), ['Only exceptions and notes | 0', 'No Resources with exceptions | ']);
  });

  it('show how many of the exceptions are loaded, and include a row that loads more', async () => {
    exceptions = Array.from({ length: 1_200 }, (_, index) => ({
      '@id': `${path}/${String(index)}.pdf`,
      processing_exception: 'Has Error',
    }));
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    const rows = await labels();
    assert.equal(rows.length, 502);
    assert.equal(rows[0], 'Only exceptions and notes | 500 of about 1,200');
    assert.equal(rows.at(-1), 'Load More | 500 of about 1,200 loaded');
    await lists.opened(id, 'uid-wiki')?.loadMore();
    await lists.opened(id, 'uid-wiki')?.loadMore();
    assert.deepEqual(await labels(), [
      'Only exceptions and notes | 1,200',
      '1–500 | ',
      '501–1,000 | ',
      '1,001–1,200 | ',
    ]);
  });

  it('include no note about missing exceptions if the service ignores the search condition', async () => {
    exceptions = Array.from({ length: 600 }, (_, index) => ({ '@id': `${path}/${String(index)}.txt` }));
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    assert.deepEqual(await labels(), ['Only exceptions and notes | 0', 'Load More | 0 loaded']);
  });

  it('show that the exceptions could not be loaded, and allow a retry', async () => {
    const { answer } = server;
    server.answer = (_, response) => json(response, { reason: 'x', auth: 'ines' }, 401);
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    const [filter, failed] = await children();
    assert.equal(filter?.command, 'onna.showAllResources');
    assert.deepEqual(
      [failed?.label, failed?.command],
      ['Could not load. Select to try again.', 'onna.loadMore'],
    );
    server.answer = answer;
    await lists.opened(id, 'uid-wiki')?.loadMore();
    assert.equal((await children()).length, 4);
  });

  it('show the reason for an exception as plain text, even if it is hostile', async () => {
    exceptions = [
      { '@id': `${path}/b.pdf`, processing_exception: `[x](command:evil) $(bug) \u202e${'y'.repeat(500)}` },
    ];
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    const [, row] = await tree.getChildren(datasourceRow);
    assert.ok(row?.kind === 'resource');
    const { description, spoken } = look(row);
    for (const text of [
      description,
      spoken ?? '',
      decorations.provideFileDecoration(rowUri(id, `${path}/b.pdf`))?.tooltip ?? '',
    ]) {
      assert.ok(text.length > 0 && text.length < 200, text);
      assert.doesNotMatch(text, /\]\(|\$\(|\u202e/);
    }
    const tooltip = resourceTooltip(row.child, undefined, zone, tree.mark(row)).value;
    assert.match(tooltip, /Processing exception/);
    assert.doesNotMatch(tooltip, /\]\(|\$\(|\u202e/);
  });

  it('have badges even if they are deep in the folders of their Datasource', async () => {
    lists.setExceptionsOnly(id, 'uid-wiki', true);
    await children();
    await settle();
    assert.equal(badge('0123456789abcdef0123456789abcdef/berths/c.pdf'), '!');
    assert.equal(badge('0123456789abcdef0123456789abcdef/berths'), undefined);
    assert.equal(decorations.provideFileDecoration(rowUri(id, '/elsewhere/b.pdf')), undefined);
  });
});
