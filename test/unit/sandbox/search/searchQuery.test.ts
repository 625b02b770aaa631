import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import type { SearchAnswer } from '../support/wire.ts';

type Query = Readonly<Record<string, unknown>>;
type Hit = SearchAnswer['member'][number];

function contains(text: string, field = 'extracted_text'): unknown {
  return { text_contains: [{ var: field }, text] };
}
const onlyResources = { in: [{ var: 'type_name' }, ['Resource']] };

function titles({ member }: SearchAnswer): unknown[] {
  return member.map((hit) => hit['title']);
}

describe('A query of @frontsearch', () => {
  const fixture = new Fixture();
  const files = {
    'alpha.md': 'ebb and flood and ebb',
    'beta.txt': 'only the flood',
    'gamma.md': 'ebb once; flooding later',
    'delta.csv': 'height\n2.4',
    'epsilon.txt': 'ebb at noon',
  };
  let wiki = { path: '', uid: '' };
  before(async () => {
    await fixture.start();
    wiki = await fixture.datasource(files);
  });
  after(() => fixture.stop());

  function search(query: Query): Promise<SearchAnswer & { cursor?: string | null; suggest?: string[] }> {
    return fixture.caller.search('', query);
  }
  async function refusal(query: unknown): Promise<unknown> {
    const { status, json } = await fixture.caller.post('/@frontsearch', query);
    return [status, (json as { parameter?: unknown }).parameter];
  }

  it('returns only hits that have a selected value of every filter', async () => {
    const both = [{ filterType: 'extension', filtersSelected: ['md', 'csv'] }];
    assert.deepEqual(titles(await search({ filters: both })).sort(), ['alpha.md', 'delta.csv', 'gamma.md']);
    const nothingSelected = [{ filterType: 'extension' }];
    assert.equal((await search({ filters: nothingSelected })).items_count, 5 + 2);
    const two = [...both, { filterType: 'title', filtersSelected: ['alpha.md'] }];
    assert.deepEqual(titles(await search({ filters: two })), ['alpha.md']);
  });

  it('accepts a range of numbers or dates as a selected facet value', async () => {
    const span = (facetType: string, choice: unknown): Query => ({
      advanced: { and: [onlyResources] },
      facets: [{ facetType, facetSelected: [choice] }],
    });
    const small = await search(span('content_length', { min: 11, max: 14, name: 'small' }));
    assert.deepEqual(titles(small).sort(), ['epsilon.txt'].sort());
    const none = await search(span('date_modified', { from: '1990-01-01', to: '1990-02-01' }));
    assert.equal(none.items_count, 0);
    const since = await search(span('date_modified', { from: '1990-01-01' }));
    assert.equal(since.items_count, 5);
    assert.deepEqual(await refusal(span('date_modified', { from: 'someday' })), [412, 'facets']);
  });

  it('searches for each term in the field given by its `term_type`', async () => {
    const { member } = await search({
      terms: [
        { term: 'ebb', term_type: 'extracted_text' },
        { term: 'alpha', term_type: 'title' },
      ],
      highlight: true,
    });
    assert.deepEqual(
      member.map((hit) => [hit['title'], hit['@highlight']]),
      [
        [
          'alpha.md',
          { title: ['<em>alpha</em>.md'], extracted_text: ['<em>ebb</em> and flood and <em>ebb</em>'] },
        ],
      ],
    );
    assert.deepEqual(await refusal({ terms: [{ term: 'x' }] }), [412, 'terms.0.term_type']);
    assert.deepEqual(await refusal({ terms: [{ term: 'x', term_type: 'a"b' }] }), [412, 'terms']);
  });

  it('highlights all matching words of a field in one snippet', async () => {
    const { member } = await search({
      advanced: { and: [contains('ebb'), { or: [contains('flood*'), contains('noon')] }] },
      highlight: true,
      sort: { field: 'title', direction: 'asc' },
    });
    assert.deepEqual(
      member.map((hit) => (hit['@highlight'] as Record<string, unknown>)['extracted_text']),
      [
        ['<em>ebb</em> and <em>flood</em> and <em>ebb</em>'],
        ['<em>ebb</em> at <em>noon</em>'],
        ['<em>ebb</em> once; <em>flooding</em> later'],
      ],
    );
  });

  async function pageByPlace(query: Query): Promise<Hit[]> {
    const all: Hit[] = [];
    for (let after: unknown; ;) {
      const { member } = await search({ ...query, size: 2, ...(after ? { search_after: after } : {}) });
      all.push(...member);
      if (member.length < 2) return all;
      after = member.at(-1)?.['sort'];
      assert.ok(Array.isArray(after));
    }
  }

  for (const [field, direction] of [
    ['title', 'desc'],
    ['date_modified', 'asc'],
    ['extension', 'asc'],
    ['extension', 'desc'],
    ['content_length', 'desc'],
  ] as const) {
    it(`returns all hits page by page with search_after when sorted by ${field} ${direction}`, async () => {
      const sort = { field, direction };
      const whole = titles(await search({ sort, size: 100 }));
      assert.equal(whole.length, 7);
      assert.deepEqual(
        (await pageByPlace({ sort })).map((hit) => hit['title']),
        whole,
      );
    });
  }

  it('returns all hits page by page with a cursor, even when sorted by relevance', async () => {
    const query = { advanced: { and: [{ or: [contains('ebb'), contains('flood')] }] } };
    const whole = titles(await search(query));
    const paged: unknown[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await search({ ...query, size: 3, ...(cursor ? { cursor } : { paginate: true }) });
      assert.equal(page.items_count, 4);
      paged.push(...titles(page));
      ({ cursor } = page);
    } while (cursor);
    assert.equal(cursor, null);
    assert.deepEqual([paged.length, paged], [4, whole]);
  });

  it('returns 412 for a cursor of another query, an invalid search_after, and a search_after together with `from`', async () => {
    const { cursor } = await search({ paginate: true, size: 1 });
    assert.deepEqual(await refusal({ cursor, advanced: { and: [contains('ebb')] } }), [412, 'cursor']);
    assert.deepEqual(await refusal({ cursor: 'what' }), [412, 'cursor']);
    assert.deepEqual(await refusal({ search_after: ['x'] }), [412, 'search_after']);
    assert.deepEqual(await refusal({ search_after: [1, 2], from: 5 }), [412, 'from']);
  });

  it('suggests completions of the last word', async () => {
    const { suggest } = await search({ advanced: { and: [contains('ebb flo')] }, suggest: true });
    assert.deepEqual(suggest, ['flood', 'flooding']);
    assert.equal((await search({})).suggest, undefined);
  });

  it('counts only the facets in aggs_includes', async () => {
    const facets = [{ facetType: 'extension' }, { facetType: 'type_name' }];
    const { aggregations } = await search({ facets, aggs_includes: ['type_name'], size: 0 });
    assert.deepEqual(Object.keys(aggregations ?? {}), ['type_name']);
  });

  it('returns the same facet counts whether facets are requested together or separately', async () => {
    const advanced = { and: [{ or: [contains('ebb'), contains('flood')] }, onlyResources] };
    const names = ['extension', 'type_name', 'parent_datasource.title', 'content_type', 'origin_folder_path'];
    const together = await search({ advanced, facets: names.map((facetType) => ({ facetType })), size: 0 });
    assert.deepEqual(together.aggregations?.['extension']?.buckets, [
      { key: 'md', doc_count: 2 },
      { key: 'txt', doc_count: 2 },
    ]);
    assert.deepEqual(together.aggregations['parent_datasource.title']?.buckets, [
      { key: 'Wiki', doc_count: 4 },
    ]);
    for (const facetType of names) {
      const alone = await search({ advanced, facets: [{ facetType }], size: 0 });
      assert.deepEqual(alone.aggregations?.[facetType], together.aggregations[facetType]);
    }
  });

  it('returns no hits for a group of participants, because no Resource has participants', async () => {
    assert.equal((await search({ participants: { groups: [{ name: 'Pilots' }] } })).items_count, 0);
    assert.equal((await search({ participants: {} })).items_count, 7);
  });

  it('matches a numeric field even if the query contains the number as a string', async () => {
    const length = { in: [{ var: 'content_length' }, ['11']] };
    assert.deepEqual(titles(await search({ advanced: { and: [length] } })), ['epsilon.txt']);
  });

  it('accepts 10,000 values in a single condition', async () => {
    const values = [...Array.from({ length: 9_999 }, (_, number) => `no ${number}`), 'beta.txt'];
    const byTitle = { in: [{ var: 'title' }, values] };
    assert.deepEqual(titles(await search({ advanced: { and: [byTitle] } })), ['beta.txt']);
    const byDatasource = { in: [{ var: 'parent_datasource.uuid' }, [...values, wiki.uid]] };
    assert.equal((await search({ advanced: { and: [byDatasource] } })).items_count, 5);
  });

  it('accepts text terms that are nested 38 levels deep', async () => {
    const nest = (depth: number): unknown =>
      depth === 0 ? contains('noon') : { [depth % 2 ? 'or' : 'and']: [contains('ebb'), nest(depth - 1)] };
    assert.deepEqual(titles(await search({ advanced: { and: [nest(38)] } })).sort(), [
      'alpha.md',
      'epsilon.txt',
      'gamma.md',
    ]);
  });

  it('returns 412 if the query would take minutes, but accepts a slightly smaller query', async () => {
    const words = (count: number, separator = ' '): string =>
      Array.from({ length: count }, (_, number) => `ebb${number}`).join(separator);
    const advanced = (term: unknown): Query => ({ advanced: { and: [term] } });
    const lengths = (count: number): unknown => ({
      or: Array.from({ length: count }, (_, number) => ({
        '>': [{ var: 'content_length' }, String(number)],
      })),
    });
    for (const taken of [
      contains(words(2000)),
      contains(words(100, '-')),
      contains(words(200), 'path'),
      lengths(200),
    ])
      await search(advanced(taken));
    for (const refused of [
      contains(words(2001)),
      contains(words(101, '-')),
      contains(words(201), 'path'),
      lengths(201),
    ])
      assert.deepEqual(await refusal(advanced(refused)), [412, 'advanced']);
  }).timeout(20_000);

  it('can search a single Resource', async () => {
    const [child = ''] = (await fixture.caller.children(wiki.path)).filter((item) =>
      item.endsWith('beta.txt'),
    );
    assert.deepEqual(titles(await fixture.caller.search(child, {})), ['beta.txt']);
  });
});

describe('A search after a change', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  const query = {
    facets: [{ facetType: 'parent_datasource.title' }],
    advanced: { and: [{ or: [contains('ebb'), contains('ebb', 'title')] }] },
  };

  it('returns the new title and path of a Datasource in hits and facet counts, and omits a deleted Resource', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'ebb', 'b.md': 'ebb' });
    const first = await fixture.caller.search('', query);
    assert.deepEqual(first.aggregations?.['parent_datasource.title']?.buckets, [
      { key: 'Wiki', doc_count: 2 },
    ]);
    await fixture.caller.patch(path, { title: 'Ebb book' });
    const renamed = await fixture.caller.search('', query);
    assert.equal(renamed.items_count, 3);
    assert.deepEqual(renamed.aggregations?.['parent_datasource.title']?.buckets, [
      { key: 'Ebb book', doc_count: 2 },
    ]);
    await fixture.caller.post(`${path}/@move`, { new_id: 'book' });
    const moved = await fixture.caller.search('/workspaces/harbour/book', query);
    assert.equal(moved.items_count, 3);
    assert.ok(moved.member.every((hit) => String(hit['path']).startsWith('/workspaces/harbour/book')));
    assert.equal((await fixture.caller.post(`${path}/@frontsearch`, query)).status, 404);
    const [child = ''] = await fixture.caller.children('/workspaces/harbour/book');
    await fixture.caller.call(child, { method: 'DELETE' });
    assert.equal((await fixture.caller.search('', query)).items_count, 2);
  });
});
