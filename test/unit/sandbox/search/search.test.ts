import assert from 'node:assert/strict';
import { rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { putFiles } from '../support/temporaryFolders.ts';
import type { SearchAnswer } from '../support/wire.ts';

describe('@frontsearch', () => {
  const fixture = new Fixture();
  const files = {
    'tides.md': 'The ebb tide sets across the entrance at slack water.',
    'pilots.html':
      '<html><style>p{}</style><h1>Pilots</h1><p>The pilot boards <b>two miles</b> west; the tide matters.</p></html>',
    'berths/old quay.txt': 'The ebb was late. The old quay has low fenders.',
    'numbers.csv': 'date,height\n2026-01-01,2.4\n',
    'empty.txt': '',
  };
  let wiki = { path: '', uid: '', origin: '' };
  beforeEach(async () => {
    await fixture.start();
    wiki = await fixture.datasource({});
    await putFiles(wiki.origin, files);
    const times = {
      'tides.md': '2026-01-10',
      'pilots.html': '2026-02-10',
      'berths/old quay.txt': '2025-06-01',
      'numbers.csv': '2024-01-01',
      'empty.txt': '2023-01-01',
    };
    for (const [name, day] of Object.entries(times))
      await utimes(path.join(wiki.origin, name), new Date(day), new Date(day));
    await fixture.caller.call(`${wiki.path}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  });
  afterEach(() => fixture.stop());

  const onlyResources = { in: [{ var: 'type_name' }, ['Resource']] };
  function contains(text: string, field = 'extracted_text'): unknown {
    return { text_contains: [{ var: field }, text] };
  }
  function titles({ member }: SearchAnswer): unknown[] {
    return member.map((hit) => hit['title']).sort();
  }
  async function found(...terms: unknown[]): Promise<unknown[]> {
    return titles(await fixture.caller.search('', { advanced: { and: terms }, size: 50 }));
  }

  it('finds documents that contain all words of the query anywhere in the text', async () => {
    assert.deepEqual(await found(contains('tide')), ['pilots.html', 'tides.md']);
    assert.deepEqual(await found(contains('water EBB')), ['tides.md']);
    assert.deepEqual(await found(contains('ebb quay')), ['old quay.txt']);
    assert.deepEqual(await found(contains('nowhere')), []);
  });

  it('matches a quoted value as a phrase', async () => {
    assert.deepEqual(await found(contains('"ebb tide"')), ['tides.md']);
    assert.deepEqual(await found(contains('"tide ebb"')), []);
  });

  it('searches titles only if the query contains the title field, and ignores HTML markup', async () => {
    assert.deepEqual(await found(contains('tides')), []);
    assert.deepEqual(await found(contains('tides', 'title')), ['tides.md']);
    assert.deepEqual(await found(contains('"boards two miles west"')), ['pilots.html']);
    assert.deepEqual(await found(contains('style')), []);
  });

  it('supports nested `and`, `or` and `and_not`', async () => {
    assert.deepEqual(await found({ or: [contains('fenders'), contains('miles')] }), [
      'old quay.txt',
      'pilots.html',
    ]);
    assert.deepEqual(await found(contains('ebb'), { and_not: [contains('quay')] }), ['tides.md']);
    assert.deepEqual(await found(onlyResources, { and_not: [{ or: [contains('tide'), contains('ebb')] }] }), [
      'empty.txt',
      'numbers.csv',
    ]);
    assert.deepEqual(
      await found({ and_not: [{ and: [contains('ebb'), { and_not: [contains('tide')] }] }] }, onlyResources),
      ['empty.txt', 'numbers.csv', 'pilots.html', 'tides.md'],
    );
  });

  it('filters with `in`, `exists`, `>` and `<`, and accepts dates as Unix seconds or as YYYY-MM-DD', async () => {
    assert.deepEqual(await found({ in: [{ var: 'extension' }, ['md', 'csv']] }), ['numbers.csv', 'tides.md']);
    assert.deepEqual(await found({ in: [{ var: 'parent_datasource.uuid' }, [wiki.uid]] }, contains('ebb')), [
      'old quay.txt',
      'tides.md',
    ]);
    assert.deepEqual(await found({ '>': [{ var: 'date_modified' }, '2026-01-01'] }, onlyResources), [
      'pilots.html',
      'tides.md',
    ]);
    const february = Date.parse('2026-02-01') / 1000;
    assert.deepEqual(await found({ '>': [{ var: 'date_modified' }, february] }, onlyResources), [
      'pilots.html',
    ]);
    assert.deepEqual(
      await found(
        { '<': [{ var: 'date_modified' }, february] },
        { '>': [{ var: 'date_modified' }, '2025-01-01'] },
      ),
      ['old quay.txt', 'tides.md'],
    );
    assert.deepEqual(await found({ exists: [{ var: 'extracted_text' }] }), [
      'numbers.csv',
      'old quay.txt',
      'pilots.html',
      'tides.md',
    ]);
    assert.deepEqual(await found({ '>': [{ var: 'content_length' }, 80] }), ['pilots.html']);
    assert.deepEqual(await found({ in: [{ var: 'origin_folder_path' }, ['/berths']] }), ['old quay.txt']);
    assert.deepEqual(await found(contains('harbour/wiki', 'path'), contains('old quay', 'path')), [
      'old quay.txt',
    ]);
  });

  it('searches only inside the object in the request path', async () => {
    await fixture.datasource({ 'other.md': 'another ebb' }, { id: 'other', title: 'Other' });
    const query = { advanced: { and: [contains('ebb')] } };
    assert.equal((await fixture.caller.search('', query)).items_count, 3);
    assert.equal((await fixture.caller.search('/workspaces/harbour', query)).items_count, 3);
    assert.deepEqual(titles(await fixture.caller.search(wiki.path, query)), ['old quay.txt', 'tides.md']);
  });

  it('finds Workspaces and Datasources by type and title', async () => {
    assert.deepEqual(await found({ in: [{ var: 'type_name' }, ['Workspace']] }), ['Harbour']);
    assert.deepEqual(
      await found({ in: [{ var: 'type_name' }, ['ConfluenceDatasource']] }, contains('wiki', 'title')),
      ['Wiki'],
    );
  });

  it('returns a default set of fields for each hit', async () => {
    const { member, items_count: count } = await fixture.caller.search('', {
      advanced: { and: [contains('"ebb tide"')] },
    });
    assert.equal(count, 1);
    const [hit = {}] = member;
    const { '@uid': uid, '@id': id, ...rest } = hit;
    assert.match(String(uid), /^[0-9a-f]{32}$/);
    const [child = ''] = (await fixture.caller.children(wiki.path)).filter((item) =>
      item.endsWith('tides.md'),
    );
    assert.equal(id, `${fixture.sandbox.baseUrl}/api/rel0/sandbox${child}`);
    assert.deepEqual(rest, {
      ...{ '@name': 'tides.md', '@type': 'Resource', title: 'tides.md', type_name: 'Resource', path: child },
      ...{
        date_modified: '2026-01-10T00:00:00.000000+00:00',
        extension: 'md',
        content_type: 'text/markdown',
      },
      parent_datasource: { uuid: wiki.uid, title: 'Wiki' },
    });
  });

  it('returns only the fields in `includes`, or all fields except those in `excludes`', async () => {
    const advanced = { and: [contains('"ebb tide"')] };
    const [narrow = {}] = (
      await fixture.caller.search('', { advanced, includes: ['title', 'content_length'] })
    ).member;
    assert.deepEqual(Object.keys(narrow).sort(), ['@id', '@name', '@uid', 'content_length', 'title']);
    const [without = {}] = (await fixture.caller.search('', { advanced, excludes: ['path'] })).member;
    assert.ok('title' in without && !('path' in without));
  });

  it('highlights the matches in each hit', async () => {
    const { member } = await fixture.caller.search('', {
      advanced: { and: [{ or: [contains('ebb'), contains('quay', 'title')] }] },
      highlight: true,
    });
    const byTitle = Object.fromEntries(member.map((hit) => [String(hit['title']), hit['@highlight']]));
    assert.deepEqual(byTitle, {
      'old quay.txt': {
        extracted_text: ['The <em>ebb</em> was late. The old quay has low fenders.'],
        title: ['old <em>quay</em>.txt'],
      },
      'tides.md': { extracted_text: ['The <em>ebb</em> tide sets across the entrance at slack water.'] },
    });
  });

  it('sorts by title, date or relevance', async () => {
    const order = async (sort?: unknown): Promise<unknown[]> =>
      (
        await fixture.caller.search('', { advanced: { and: [onlyResources] }, ...(sort ? { sort } : {}) })
      ).member.map((hit) => hit['title']);
    assert.deepEqual(await order({ field: 'title.keyword', direction: 'asc' }), [
      'empty.txt',
      'numbers.csv',
      'old quay.txt',
      'pilots.html',
      'tides.md',
    ]);
    assert.deepEqual(await order({ field: 'date_modified', direction: 'desc' }), [
      'pilots.html',
      'tides.md',
      'old quay.txt',
      'numbers.csv',
      'empty.txt',
    ]);
    const relevant = await fixture.caller.search('', {
      advanced: { and: [{ or: [contains('quay'), contains('quay', 'title'), contains('pilot')] }] },
    });
    assert.equal(relevant.member[0]?.['title'], 'old quay.txt');
  });

  it('returns the total number of hits on every page', async () => {
    const sort = { field: 'title.keyword', direction: 'asc' };
    const first = await fixture.caller.search('', { advanced: { and: [onlyResources] }, size: 2, sort });
    const second = await fixture.caller.search('', {
      advanced: { and: [onlyResources] },
      size: 2,
      from: 2,
      sort,
    });
    assert.deepEqual([first.items_count, first.member.length, second.items_count], [5, 2, 5]);
    assert.deepEqual(
      second.member.map((hit) => hit['title']),
      ['old quay.txt', 'pilots.html'],
    );
  });

  it('counts hits per facet value, and filters by selected facet values', async () => {
    const { aggregations } = await fixture.caller.search('', {
      advanced: { and: [onlyResources] },
      facets: [{ facetType: 'extension' }, { facetType: 'parent_datasource.uuid' }],
      size: 0,
    });
    assert.deepEqual(aggregations, {
      extension: {
        buckets: [
          { key: 'txt', doc_count: 2 },
          { key: 'csv', doc_count: 1 },
          { key: 'html', doc_count: 1 },
          { key: 'md', doc_count: 1 },
        ],
      },
      'parent_datasource.uuid': { buckets: [{ key: wiki.uid, doc_count: 5 }] },
    });
    const chosen = await fixture.caller.search('', {
      facets: [{ facetType: 'extension', facetsSelected: ['txt'] }],
    });
    assert.deepEqual(titles(chosen), ['empty.txt', 'old quay.txt']);
  });

  it('returns 412 for a page beyond the first 10,000 hits', async () => {
    assert.equal((await fixture.caller.search('', { from: 9990, size: 10 })).member.length, 0);
    const answer = await fixture.caller.post('/@frontsearch', { from: 9991, size: 10 });
    assert.deepEqual(
      [answer.status, (answer.json as { reason: string }).reason],
      [412, 'preconditionFailed'],
    );
  });

  it('returns 412 and a reason for an invalid query', async () => {
    const bad: unknown[] = [
      { or: [] },
      { and: {} },
      { and: [{ near: [{ var: 'title' }, 'x'] }] },
      { and: [{ in: ['title', ['x']] }] },
      { and: [{ in: [{ var: 'ti"tle' }, ['x']] }] },
      { and: [{ '>': [{ var: 'date_modified' }, 'one day'] }] },
      { and: [{ text_contains: [{ var: 'title' }, 5] }] },
      { and: [{ in: [{ var: 'title' }, ['x']], exists: [{ var: 'title' }] }] },
      'everything',
    ];
    for (const advanced of bad) {
      const answer = await fixture.caller.post('/@frontsearch', { advanced });
      const { reason, message } = answer.json as Record<string, unknown>;
      assert.deepEqual(
        [JSON.stringify(advanced), answer.status, reason],
        [JSON.stringify(advanced), 412, 'json schema validation error'],
      );
      assert.ok(String(message).length > 5);
    }
    assert.equal((await fixture.caller.post('/@frontsearch', { sort: { field: 'title' } })).status, 412);
    assert.equal(
      (await fixture.caller.post('/@frontsearch', { sort: { field: "x'); --", direction: 'asc' } })).status,
      412,
    );
  });

  it('accepts search text that contains operators or unclosed quotation marks', async () => {
    for (const words of [
      '"',
      '""',
      '*',
      'AND',
      'ebb AND',
      'NOT (',
      '{title} : ebb',
      '^ebb',
      'ebb*tide',
      "o'clock",
      '😀',
      '"unclosed',
      'a:b',
    ]) {
      const answer = await fixture.caller.post('/@frontsearch', { advanced: { and: [contains(words)] } });
      assert.deepEqual([words, answer.status], [words, 200]);
    }
    assert.deepEqual(await found(contains('fend*')), ['old quay.txt']);
  });

  it('accepts a query that is nested 30 levels deep, and rejects one that is nested 5,000 levels deep', async () => {
    const nest = (depth: number): unknown => (depth === 0 ? contains('ebb') : { or: [nest(depth - 1)] });
    assert.deepEqual(await found(nest(30)), ['old quay.txt', 'tides.md']);
    const deep = `{"advanced": {"and": ${'[{"or": '.repeat(5000)}[]${'}]'.repeat(5000)}}}`;
    const answer = await fixture.caller.call('/@frontsearch', { method: 'POST', body: deep });
    assert.equal(answer.status, 412);
  });

  it('accepts a query with 1,500 terms, and rejects a query with 5,000 terms', async () => {
    const many = (count: number): unknown => ({ or: Array.from({ length: count }, () => contains('ebb')) });
    assert.deepEqual(await found(many(1500)), ['old quay.txt', 'tides.md']);
    assert.equal(
      (await fixture.caller.post('/@frontsearch', { advanced: { and: [many(5000)] } })).status,
      412,
    );
  }).timeout(20_000);
});

describe('The processing of collected files', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function childNamed(datasource: string, name: string): Promise<string> {
    const child = (await fixture.caller.children(datasource)).find((item) => item.endsWith(`/${name}`));
    assert.ok(child !== undefined);
    return child;
  }
  async function metadata(child: string): Promise<Record<string, unknown>> {
    return (await fixture.caller.node(child))['onna.canonical.behaviors.metadata.IMetadata'] as Record<
      string,
      unknown
    >;
  }

  it('extracts the text of a file for download', async () => {
    const { path: wiki } = await fixture.datasource({
      'page.html': '<h1>Tides &amp; more</h1><p>First.</p><script>alert(1)</script>',
      'data.json': '{"note": "slack water"}',
    });
    const page = await fixture.caller.call(`${await childNamed(wiki, 'page.html')}/@download/extracted_text`);
    assert.match(String(page.headers['content-type']), /^text\/plain/);
    assert.match(page.text, /Tides & more\s+First\./);
    assert.doesNotMatch(page.text, /alert/);
    const data = await fixture.caller.call(`${await childNamed(wiki, 'data.json')}/@download/extracted_text`);
    assert.equal(data.text, '{"note": "slack water"}');
  });

  it('records a note instead of a text for an image, and counts the image as processed', async () => {
    const { path: wiki } = await fixture.datasource({ 'map.png': new Uint8Array([137, 80, 78, 71, 0, 0]) });
    const child = await childNamed(wiki, 'map.png');
    assert.equal((await metadata(child))['processing_exception'], 'No Text Content');
    assert.deepEqual(await fixture.caller.json(`${wiki}/@size`), { bytes_processed: 6, doc_count: 1 });
    assert.equal((await fixture.caller.call(`${child}/@download/extracted_text`)).status, 404);
    assert.equal(
      (await fixture.caller.search('', { advanced: { and: [{ text_contains: [{ var: 'title' }, 'map'] }] } }))
        .items_count,
      1,
    );
  });

  it('records an exception for a text file with binary content, and excludes the file from the processed bytes', async () => {
    const { path: wiki } = await fixture.datasource({
      'good.txt': '12345',
      'bad.txt': new Uint8Array([1, 0, 2]),
    });
    const child = await childNamed(wiki, 'bad.txt');
    const recorded = await metadata(child);
    assert.equal(recorded['processing_exception'], 'Has Error');
    assert.equal(recorded['processing_date'], '2026-03-01T12:00:00.000000+00:00');
    assert.deepEqual(await fixture.caller.json(`${wiki}/@size`), { bytes_processed: 5, doc_count: 2 });
  });

  it('reprocesses one Resource, all failed Resources or a whole Datasource on request', async () => {
    const { path: wiki } = await fixture.datasource({
      'good.txt': '12345',
      'bad.txt': new Uint8Array([1, 0, 2]),
    });
    const dates = async (): Promise<unknown[]> =>
      Promise.all(
        ['good.txt', 'bad.txt'].map(
          async (name) => (await metadata(await childNamed(wiki, name)))['processing_date'],
        ),
      );
    const noon = '2026-03-01T12:00:00.000000+00:00';
    fixture.clock.advanceSync(60_000);
    assert.equal(
      (await fixture.caller.call(`${await childNamed(wiki, 'good.txt')}/@sendToCompute`)).status,
      200,
    );
    await fixture.sandbox.settled();
    assert.deepEqual(await dates(), ['2026-03-01T12:01:00.000000+00:00', noon]);
    fixture.clock.advanceSync(60_000);
    assert.deepEqual((await fixture.caller.post(`${wiki}/@sendUnprocessedToCompute`, {})).json, {
      queued: 1,
    });
    await fixture.sandbox.settled();
    assert.deepEqual(await dates(), ['2026-03-01T12:01:00.000000+00:00', '2026-03-01T12:02:00.000000+00:00']);
    fixture.clock.advanceSync(60_000);
    assert.deepEqual((await fixture.caller.call(`${wiki}/@sendToComputeMissing`)).json, { queued: 1 });
    await fixture.caller.call(`${wiki}/@sendToCompute`);
    await fixture.sandbox.settled();
    assert.deepEqual(await dates(), ['2026-03-01T12:03:00.000000+00:00', '2026-03-01T12:03:00.000000+00:00']);
  });

  it('updates the size of a Datasource when files are changed or deleted', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'a.txt': '12345', 'b.txt': '123' });
    await rm(path.join(origin, 'b.txt'));
    await writeFile(path.join(origin, 'a.txt'), '1234567');
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.deepEqual(await fixture.caller.json(`${wiki}/@size`), { bytes_processed: 7, doc_count: 1 });
    assert.deepEqual(await fixture.caller.json('/workspaces/@size'), { bytes_processed: 7, doc_count: 1 });
  });
});
