import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { Emitter } from '../../../../src/base/event.ts';
import { ExceptionMarks, type MarksChange } from '../../../../src/model/resources/exceptionMarks.ts';
import type { FindingsChange } from '../../../../src/model/history/findings.ts';
import { ResourceLists } from '../../../../src/model/resources/resourceLists.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { until } from '../../../support/until.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const { id } = connection;
const path = '/workspaces/harbour/wiki';

describe('The Resource lists of a Datasource', () => {
  let server: ScriptedServer;
  let store: DatasourceStore;
  let clock: FakeClock;
  let lists: ResourceLists;
  let marks: ExceptionMarks;
  let found: Emitter<FindingsChange>;
  let broken: string[];
  let searchStatus: number;
  let changes: string[];
  let marked: MarksChange[];
  let errors: unknown[];

  beforeEach(async () => {
    [broken, searchStatus, changes, marked, errors] = [['b.pdf'], 200, [], [], []];
    server = await ScriptedServer.start((request, response) => {
      if (!request.path.includes('@frontsearch')) {
        json(response, { items: ['a.txt', 'b.pdf', 'c.pdf'].map((name) => `${path}/${name}`), cursor: null });
        return;
      }
      const { from, size } = JSON.parse(request.body) as { from: number; size: number };
      const member = broken
        .slice(from, from + size)
        .map((name) => ({ '@id': `${path}/${name}`, title: name, processing_exception: 'Has Error' }));
      json(response, { member, items_count: broken.length }, searchStatus, { 'retry-after': '60' });
    });
    clock = new FakeClock(undefined, { instantMs: 5_000 });
    store = new DatasourceStore();
    store.open(connection);
    const client = server.client({ clock });
    const options = { store, clock, client: () => Promise.resolve(client), pageSize: () => 100 };
    lists = new ResourceLists({ ...options, onError: (error) => errors.push(error) });
    found = new Emitter();
    marks = new ExceptionMarks({
      lists,
      findings: { onDidChange: found.event },
      onError: (error) => errors.push(error),
    });
    lists.onDidChange(({ datasourceId, change }) => changes.push(`${datasourceId} ${change}`));
    marks.onDidChange((change) => marked.push(change));
  });
  afterEach(async () => {
    assert.deepEqual(errors, []);
    for (const part of [marks, lists, store]) part.dispose();
    await server.close();
  });

  function see(name = 'wiki', fields: Record<string, unknown> = {}): Datasource {
    store.applyListing(id, listing([node(name, fields)]), false, clock.now());
    const datasource = store.find(id, `uid-${name}`);
    assert.ok(datasource);
    return datasource;
  }
  const names = (datasource: Datasource): string[] =>
    lists.of(id, datasource).children.map((child) => child.path.slice(path.length + 1));
  const searches = (): number => server.seen.filter((seen) => seen.path.includes('@frontsearch')).length;
  const reason = (name: string): string | undefined => marks.get(id, 'uid-wiki', `${path}/${name}`)?.reason;
  const tellCount = (): void => found.fire({ connectionId: id, datasourceIds: ['uid-wiki'] });

  it('show all Resources or only those with exceptions, and keep both lists loaded', async () => {
    const wiki = see();
    await lists.of(id, wiki).open();
    lists.setExceptionsOnly(id, wiki.id, true);
    assert.equal(lists.opened(id, wiki.id), undefined, 'not requested yet');
    await lists.of(id, wiki).open();
    assert.deepEqual(names(wiki), ['b.pdf']);
    assert.equal(lists.opened(id, wiki.id)?.total, 1);
    lists.setExceptionsOnly(id, wiki.id, false);
    assert.deepEqual(names(wiki), ['a.txt', 'b.pdf', 'c.pdf']);
    assert.equal(server.seen.length, 2);
    assert.deepEqual(changes, ['uid-wiki whole', 'uid-wiki whole']);
  });

  it('report changes only of the list that is shown', async () => {
    const wiki = see();
    await lists.of(id, wiki).loadMore();
    await lists.findExceptions(id, wiki.id);
    assert.deepEqual(changes, ['uid-wiki whole']);
    lists.setExceptionsOnly(id, wiki.id, true);
    changes.length = 0;
    await lists.of(id, wiki).refresh();
    assert.deepEqual(changes, ['uid-wiki whole']);
  });

  it('stay filtered when the Datasource changes or moves, until it is removed', async () => {
    const wiki = see();
    lists.setExceptionsOnly(id, wiki.id, true);
    await lists.of(id, wiki).open();
    see('wiki', { sync_status: 'syncing' });
    assert.equal(lists.isExceptionsOnly(id, wiki.id), true);
    see('wiki', { '@id': `${connection.baseUrl}/api/rel0/lumenfjord/workspaces/quay/wiki` });
    assert.equal(lists.isExceptionsOnly(id, wiki.id), true);
    assert.equal(lists.opened(id, wiki.id), undefined, 'its rows had other paths');
    store.applyListing(id, listing([], ['uid-wiki']), false, clock.now());
    assert.equal(lists.isExceptionsOnly(id, wiki.id), false);
  });

  it('are no longer filtered or marked after a sign-out', async () => {
    const wiki = see();
    lists.setExceptionsOnly(id, wiki.id, true);
    lists.setExceptionsOnly(id, 'uid-of-one-that-is-not-open', true);
    await lists.of(id, wiki).open();
    assert.equal(reason('b.pdf'), 'Has Error');
    store.close(id);
    assert.equal(lists.isExceptionsOnly(id, wiki.id), false);
    assert.equal(lists.isExceptionsOnly(id, 'uid-of-one-that-is-not-open'), false);
    assert.equal(reason('b.pdf'), undefined);
  });

  it('repeat a failed background request for exceptions when the user filters by exceptions', async () => {
    const wiki = see();
    searchStatus = 412;
    await lists.findExceptions(id, wiki.id);
    assert.ok(lists.openedExceptions(id, wiki.id)?.failure);
    searchStatus = 200;
    lists.setExceptionsOnly(id, wiki.id, true);
    assert.equal(lists.of(id, wiki).failure, undefined);
    await lists.of(id, wiki).open();
    assert.deepEqual(names(wiki), ['b.pdf']);
  });

  it('send one request per Datasource to mark its Resources, as soon as the Resources are shown', async () => {
    const wiki = see();
    for (let times = 0; times < 3; times++) marks.shown(id, wiki.id);
    await until('the marks are known', () => marked.length > 0);
    marks.shown(id, wiki.id);
    assert.equal(reason('b.pdf'), 'Has Error');
    assert.equal(reason('a.txt'), undefined);
    assert.deepEqual(marked, [{ connectionId: id, datasourceId: wiki.id, paths: [`${path}/b.pdf`] }]);
    assert.equal(searches(), 1);
  });

  it('mark the first 1,000 Resources with exceptions, and more once the user has loaded them', async () => {
    broken = Array.from({ length: 1_200 }, (_, index) => `${index}.pdf`);
    const wiki = see();
    await lists.findExceptions(id, wiki.id);
    assert.deepEqual([searches(), reason('999.pdf'), reason('1000.pdf')], [2, 'Has Error', undefined]);
    lists.setExceptionsOnly(id, wiki.id, true);
    await lists.of(id, wiki).loadMore();
    assert.deepEqual([searches(), reason('1199.pdf')], [3, 'Has Error']);
  });

  it('update the marks when the number of exceptions changes, and report which marks have changed', async () => {
    const wiki = see();
    await lists.findExceptions(id, wiki.id);
    marked.length = 0;
    broken = ['c.pdf'];
    tellCount();
    await until('the marks changed', () => marked.length > 0);
    assert.deepEqual(marked[0]?.paths, [`${path}/b.pdf`, `${path}/c.pdf`]);
    assert.deepEqual([reason('b.pdf'), reason('c.pdf')], [undefined, 'Has Error']);
  });

  it('become stale if the number of exceptions changes after the user has loaded several pages of them', async () => {
    broken = Array.from({ length: 800 }, (_, index) => `${index}.pdf`);
    const wiki = see();
    lists.setExceptionsOnly(id, wiki.id, true);
    await lists.of(id, wiki).loadAll(new AbortController().signal, () => undefined);
    tellCount();
    assert.equal(lists.of(id, wiki).stale, true);
    assert.equal(searches(), 2);
  });

  it('request exceptions for marks only after a pause that the service requested has ended', async () => {
    const wiki = see();
    searchStatus = 429;
    await lists.findExceptions(id, wiki.id);
    lists.setExceptionsOnly(id, wiki.id, true);
    lists.setExceptionsOnly(id, wiki.id, false);
    const sent = searches();
    searchStatus = 200;
    await lists.findExceptions(id, wiki.id);
    assert.equal(searches(), sent);
    clock.advance(60_000).catch((error: unknown) => errors.push(error));
    await until('the pause is over', async () => {
      await lists.findExceptions(id, wiki.id);
      return reason('b.pdf') !== undefined;
    });
  });
});
