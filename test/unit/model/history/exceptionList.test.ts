import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { ExceptionList, exportPageSize } from '../../../../src/model/history/exceptionList.ts';
import type {
  ExceptionPage,
  ExceptionsEnd,
  ResourceException,
} from '../../../../src/model/history/exceptionList.ts';
import type { ExceptionPlace } from '../../../../src/model/history/exceptionPlaces.ts';
import type { ExceptionChoice } from '../../../../src/shared/detailsProtocol.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { putFiles } from '../../sandbox/support/temporaryFolders.ts';
import { asNobody } from '../../sandbox/support/unprivileged.ts';
import { SandboxAccount } from './sandboxAccount.ts';

const newest: ExceptionChoice = { text: '', sort: 'newest' };
const { signal } = new AbortController();

function titles(rows: readonly ResourceException[]): (string | undefined)[] {
  return rows.map(({ hit }) => hit.title);
}

/** The offsets of the pages of an export, up to `to`. */
function offsets(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / exportPageSize }, (_, page) => from + page * exportPageSize);
}

describe('ExceptionList with the sandbox', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let list: ExceptionList;
  beforeEach(async () => {
    await fixture.start();
    account = await SandboxAccount.signedIn(fixture.sandbox);
    list = new ExceptionList(() => Promise.resolve(account.client));
  });
  afterEach(async () => {
    await account.close();
    await fixture.stop();
  });

  const pageOf = (
    at: string,
    choice: Partial<ExceptionChoice> = {},
    place?: ExceptionPlace,
    size?: number,
  ): Promise<ExceptionPage> => list.page('c1', at, { ...newest, ...choice }, place, signal, size);

  async function sync(at: string): Promise<void> {
    fixture.clock.advanceSync(60_000);
    await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }

  /** Syncs a good file, a broken PDF, a text that is too long and an unreadable file, one after the other. */
  async function mixedFolder(): Promise<string> {
    const { path: wiki, origin } = await fixture.datasource({ 'good.md': 'The tide is in.' });
    await putFiles(origin, { 'broken.pdf': '%PDF-1.7 this is none' });
    await sync(wiki);
    await putFiles(origin, { 'endless.txt': 'tide '.repeat(2_500_000) });
    await sync(wiki);
    await putFiles(origin, { 'locked.md': 'secret' });
    await chmod(path.join(origin, 'locked.md'), 0);
    await asNobody([fixture.sandbox.dataFolder, origin], () => sync(wiki));
    return wiki;
  }

  it('lists a broken, an unreadable and a truncated file, and marks the truncation as a note', async () => {
    const wiki = await mixedFolder();
    const { rows, kinds, total, next } = await pageOf(wiki);
    assert.deepEqual(
      rows.map(({ hit, kind, isNote }) => [hit.title, kind, isNote]),
      [
        ['locked.md', 'Download Error', false],
        ['endless.txt', 'Large Text Truncated', true],
        ['broken.pdf', 'Has Error', false],
      ],
    );
    assert.deepEqual(kinds.map(({ kind, isNote, count }) => `${kind} ${String(isNote)} ${count}`).sort(), [
      'Download Error false 1',
      'Has Error false 1',
      'Large Text Truncated true 1',
    ]);
    assert.deepEqual([total, next], [3, undefined]);
    assert.ok(rows.every(({ at }) => at !== undefined && at <= fixture.clock.now()));
  });

  it('filters exceptions by kind and by words in the title, and sorts them', async () => {
    const wiki = await mixedFolder();
    assert.deepEqual(titles((await pageOf(wiki, { kind: 'Download Error' })).rows), ['locked.md']);
    assert.deepEqual(titles((await pageOf(wiki, { kind: 'Has Error' })).rows), ['broken.pdf']);
    assert.deepEqual(titles((await pageOf(wiki, { kind: 'Excluded' })).rows), []);
    assert.deepEqual(titles((await pageOf(wiki, { text: ' broken ' })).rows), ['broken.pdf']);
    assert.deepEqual(titles((await pageOf(wiki, { text: 'broken', kind: 'Download Error' })).rows), []);
    assert.deepEqual(titles((await pageOf(wiki, { text: 'good' })).rows), []);
    const oldest = titles((await pageOf(wiki, { sort: 'oldest' })).rows);
    assert.deepEqual(oldest, titles((await pageOf(wiki)).rows).reverse());
    const byFile = ['broken.pdf', 'endless.txt', 'locked.md'];
    assert.deepEqual(titles((await pageOf(wiki, { sort: 'file' })).rows), byFile);
    assert.deepEqual(titles((await pageOf(wiki, { sort: 'fileDescending' })).rows), byFile.toReversed());
  });

  it('returns pages without gaps and without duplicates', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `b${String(index).padStart(2, '0')}.pdf`);
    const { path: wiki } = await fixture.datasource(
      Object.fromEntries(names.map((name) => [name, `%PDF broken ${name}`])),
    );
    for (const sort of ['file', 'newest', 'oldest', 'fileDescending'] as const) {
      const found: (string | undefined)[] = [];
      let place: ExceptionPlace | undefined;
      let pages = 0;
      do {
        const page: ExceptionPage = await pageOf(wiki, { sort }, place, 10);
        found.push(...titles(page.rows));
        assert.deepEqual(page.kinds.length, place === undefined ? 1 : 0);
        place = page.next;
        pages++;
      } while (place);
      assert.equal(pages, 3);
      assert.deepEqual(found.toSorted(), names, sort);
      if (sort === 'file') assert.deepEqual(found, names);
    }
  });

  it('returns an empty page for a Datasource without exceptions', async () => {
    const { path: wiki } = await fixture.datasource({ 'good.md': 'The tide is in.' });
    assert.deepEqual(await pageOf(wiki), {
      ...{ rows: [], total: 0, kinds: [], next: undefined, isCutOff: false },
    });
  });

  it('returns all 12,500 exceptions, although a search can skip only 10,000 hits', async function () {
    this.timeout(60_000);
    const { path: slips } = await generateResources(fixture.sandbox, 12_500);
    // The generated Resources have no exceptions, so this client adds one to each hit.
    const asked: string[] = [];
    const client = Object.create(account.client) as OnnaClient;
    client.search = async (at, request, abort) => {
      asked.push(request.search_after ? 'after' : String(request.from));
      const advanced = { and: [{ in: [{ var: 'type_name' }, ['Resource']] as const }] };
      const results = await account.client.search(at, { ...request, advanced, facets: [] }, abort);
      const exceptions = { processing: 'Has Error', origin: undefined, at: undefined };
      return { ...results, hits: results.hits.map((hit) => ({ ...hit, exceptions })) };
    };
    const all = new ExceptionList(() => Promise.resolve(client));
    const ids = new Set<string>();
    let rows = 0;
    for await (const part of all.all('c1', slips, { ...newest, sort: 'file' }, signal)) {
      rows += part.length;
      for (const { hit } of part) ids.add(hit.id);
    }
    assert.deepEqual([rows, ids.size], [12_500, 12_500]);
    assert.deepEqual(asked, ['0', ...new Array<string>(12_500 / exportPageSize).fill('after')]);
  });
});

describe('ExceptionList', () => {
  let server: ScriptedServer;
  let list: ExceptionList;
  /** The number of Resources with an exception. */
  let total: number;
  /** Returns the sort values of the hit with this index. */
  let sortOf: (index: number) => unknown;
  /** The value that the list reported at the end of the last {@link allIds}. */
  let end: ExceptionsEnd | undefined;
  beforeEach(async () => {
    end = undefined;
    total = 3_000;
    sortOf = () => undefined;
    server = await ScriptedServer.start((request, response) => {
      const query = JSON.parse(request.body) as { from: number; size: number; search_after?: number[] };
      const from = query.search_after ? (query.search_after[0] ?? 0) + 1 : query.from;
      const length = Math.max(0, Math.min(query.size, total - from));
      json(response, { member: Array.from({ length }, (_, index) => hit(from + index)), items_count: total });
    });
    const client = server.client();
    list = new ExceptionList(() => Promise.resolve(client));
  });
  afterEach(() => server.close());

  function hit(index: number): Record<string, unknown> {
    return { '@id': `/ws/wiki/${index}.pdf`, processing_exception: 'Has Error', sort: sortOf(index) };
  }
  async function allIds(): Promise<string[]> {
    const ids: string[] = [];
    for await (const rows of list.all('c1', '/ws/wiki', newest, signal, (ended) => (end = ended))) {
      ids.push(...rows.map((row) => row.hit.id));
      assert.ok(server.seen.length < 50, 'the export must end');
    }
    assert.equal(new Set(ids).size, ids.length, 'each exception must occur once');
    return ids;
  }
  const bodies = (): Record<string, unknown>[] =>
    server.seen.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  it('requests only the fields that the table shows, and requests counts only with the first page', async () => {
    const first = await list.page('c1', '/ws/wiki', newest, undefined, signal);
    await list.page('c1', '/ws/wiki', newest, first.next, signal);
    const [one, two] = bodies();
    assert.deepEqual([one?.['from'], one?.['size'], two?.['from']], [0, 200, 200]);
    assert.deepEqual(one?.['facets'], [
      { facetType: 'processing_exception' },
      { facetType: 'origin_exception' },
    ]);
    assert.equal(two?.['facets'], undefined);
    assert.ok(!JSON.stringify(one['includes']).includes('extracted_text'));
  });

  it('stops after 10,000 exceptions if the service sends no sort values', async () => {
    total = 20_000;
    assert.equal((await allIds()).length, 10_000);
    assert.equal(server.seen.length, 10_000 / exportPageSize);
  });

  it('continues after 10,000 exceptions if the service sends sort values', async () => {
    total = 12_000;
    sortOf = (index) => [index, 'tie breaker'];
    assert.equal((await allIds()).length, 12_000);
  });

  it('uses offsets for the first 10,000 exceptions if several exceptions may have the same sort value', async () => {
    total = 12_000;
    sortOf = (index) => [index];
    assert.equal((await allIds()).length, 12_000);
    assert.deepEqual(
      bodies().map(({ search_after: after, from }) => after ?? from),
      [...offsets(0, 10_000), ...offsets(10_000, 12_500).map((offset) => [offset - 1])],
    );
  });

  it('stops if the service repeats a page, with and without sort values', async () => {
    for (const sort of [undefined, [7, 'x']]) {
      server.seen.length = 0;
      server.answer = (_, response) =>
        json(response, {
          member: Array.from({ length: exportPageSize }, (_entry, index) => ({ ...hit(index), sort })),
        });
      assert.equal((await allIds()).length, exportPageSize);
      assert.equal(server.seen.length, 2);
    }
  });

  it('continues with offsets if the service ignores the sort values and returns the first page again', async () => {
    total = 12_000;
    sortOf = (index) => [index, 'tie breaker'];
    const { answer } = server;
    server.answer = (request, response, index) => {
      const query = JSON.parse(request.body) as Record<string, unknown>;
      delete query['search_after'];
      answer(
        { ...request, body: JSON.stringify({ ...query, from: Number(query['from']) }) },
        response,
        index,
      );
    };
    assert.equal((await allIds()).length, 10_000);
    // Two of the requests use sort values.
    assert.equal(server.seen.length, 10_000 / exportPageSize + 2);
    server.seen.length = 0;
    sortOf = (index) => [index];
    assert.equal((await allIds()).length, 10_000);
    assert.equal(server.seen.length, 10_000 / exportPageSize + 2);
  });

  for (const [title, odd] of [
    ['is empty', []],
    ['repeats the previous page', exportPageSize],
    ['repeats the first page', 0],
  ] as const)
    for (const sort of [undefined, (index: number) => [index, 'tie breaker']])
      it(`continues if a page ${title}, ${sort ? 'with' : 'without'} sort values`, async () => {
        sortOf = sort ?? (() => undefined);
        total = 5 * exportPageSize;
        const { answer } = server;
        server.answer = (request, response, index) => {
          if (index !== 2) {
            answer(request, response, index);
            return;
          }
          const first = typeof odd === 'number' ? odd : 0;
          const member = Array.from({ length: typeof odd === 'number' ? exportPageSize : 0 }, (_, row) =>
            hit(first + row),
          );
          json(response, { member, items_count: total });
        };
        assert.equal((await allIds()).length, 5 * exportPageSize);
        assert.ok(server.seen.length <= 7, String(server.seen.length));
      });

  it('skips an offset at which the service always sends an empty page', async () => {
    const { answer } = server;
    server.answer = (request, response, index) => {
      const { from } = JSON.parse(request.body) as { from: number };
      if (from === exportPageSize) json(response, { member: [], items_count: total });
      else answer(request, response, index);
    };
    assert.equal((await allIds()).length, 3_000 - exportPageSize);
  });

  it('returns all exceptions even if each page contains every exception twice', async () => {
    server.answer = (request, response) => {
      const { from } = JSON.parse(request.body) as { from: number };
      const member = Array.from({ length: Math.min(exportPageSize / 2, total - from) }, (_, row) =>
        hit(from + row),
      );
      json(response, { member: [...member, ...member], items_count: total });
    };
    assert.equal((await allIds()).length, 3_000);
  });

  it('stops after a few requests if the reported total is too large and all further pages are empty', async () => {
    const { answer } = server;
    server.answer = (request, response, index) => {
      const { from } = JSON.parse(request.body) as { from: number };
      if (from >= 3_000) json(response, { member: [], items_count: 9_000 });
      else answer(request, response, index);
    };
    total = 9_000;
    assert.equal((await allIds()).length, 3_000);
    assert.equal(server.seen.length, 3_000 / exportPageSize + 4);
  });

  it('returns each exception once even if new exceptions move older ones to the next page', async () => {
    server.answer = ({ body }, response, index) => {
      const { from } = JSON.parse(body) as { from: number };
      const first = from - 3 * index;
      const length = Math.max(0, Math.min(exportPageSize, total - first));
      json(response, { member: Array.from({ length }, (_, row) => hit(first + row)), items_count: total });
    };
    assert.equal((await allIds()).length, 3_000);
  });

  it('reports at the end of an export that all rows were read', async () => {
    for (const [count, sort] of [
      [2_999, undefined],
      [3_000, undefined],
      [12_000, (index: number) => [index, 'tie breaker']],
    ] as const) {
      total = count;
      sortOf = sort ?? (() => undefined);
      assert.equal((await allIds()).length, count);
      assert.deepEqual(end, { total: count, isIncomplete: false });
      server.seen.length = 0;
    }
  });

  it('reports at the end of an export that rows are missing if the service always sends the first page', async () => {
    for (const counted of [5_000, undefined]) {
      server.answer = (_, response) => {
        const member = Array.from({ length: exportPageSize }, (_row, index) => hit(index));
        json(response, { member, ...(counted !== undefined && { items_count: counted }) });
      };
      assert.equal((await allIds()).length, exportPageSize);
      assert.deepEqual(end, { total: counted, isIncomplete: true });
      server.seen.length = 0;
    }
  });

  it('reports an export of only 10,000 rows as incomplete, and does not trust a total of exactly 10,000', async () => {
    total = 20_000;
    await allIds();
    assert.deepEqual(end, { total: 20_000, isIncomplete: true });
    server.seen.length = 0;
    total = 10_000;
    await allIds();
    assert.deepEqual(end, { total: undefined, isIncomplete: true });
  });

  it('omits Resources without exceptions if the service ignores the search condition', async () => {
    server.answer = (_, response) => json(response, { member: [{ '@id': '/a' }, hit(1)], items_count: 2 });
    const { rows } = await list.page('c1', '/ws/wiki', newest, undefined, signal);
    assert.deepEqual(
      rows.map((row) => row.hit.id),
      ['/ws/wiki/1.pdf'],
    );
  });

  it('counts an exception once if a Resource has the same text in two fields', async () => {
    const buckets = (counts: Record<string, number>): object => ({
      buckets: Object.entries(counts).map(([key, count]) => ({ key, doc_count: count })),
    });
    server.answer = (_, response) =>
      json(response, {
        member: [],
        aggregations: {
          processing_exception: buckets({ 'Has Error': 2, 'Download Error': 5, Excluded: 7, '': 9 }),
          'origin_exception.keyword': buckets({ 'Download Error': 6 }),
        },
      });
    const { kinds } = await list.page('c1', '/ws/wiki', newest, undefined, signal);
    assert.deepEqual(kinds, [
      { kind: 'Excluded', isNote: true, count: 7 },
      { kind: 'Download Error', isNote: false, count: 6 },
      { kind: 'Has Error', isNote: false, count: 2 },
    ]);
  });

  it('fails with the error of the service', async () => {
    server.answer = (_, response) => json(response, { reason: 'preconditionFailed' }, 412);
    const failure = await failureOf(list.page('c1', '/ws/wiki', newest, undefined, signal));
    assert.equal(failure.kind, 'invalid');
  });
});
