import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';
import type { SearchAnswer } from '../support/wire.ts';

describe('The sandbox’s search API', () => {
  const fixture = new Fixture();
  let visitor: Caller;
  before(async () => {
    await fixture.start();
    await fixture.datasource({
      'tides.md': 'Ébb and flood',
      'quay.txt': 'floodgate',
      'ebb.csv': 'height',
    });
    await fixture.datasource({ 'hidden.md': 'floodlight' }, { id: 'secret', title: 'Secret flood' });
    await fixture.sandbox.addUser({ login: 'visitor', password: 'pass', at: '/workspaces/harbour/wiki' });
    visitor = await Caller.signedIn(fixture.sandbox, 'visitor', 'pass');
  });
  after(() => fixture.stop());

  function get(query: string, caller = fixture.caller, at = ''): Promise<SearchAnswer> {
    return caller.json<SearchAnswer>(`${at}/@search?${query}`);
  }
  async function titles(query: string): Promise<unknown[]> {
    return (await get(query)).member.map((hit) => hit['title']);
  }

  describe('@search', () => {
    it('searches for a term in titles and texts', async () => {
      assert.deepEqual((await titles('term=ebb&_sort_asc=title')).sort(), ['ebb.csv', 'tides.md']);
      assert.deepEqual(await titles('term=nowhere'), []);
    });

    it('compares a field with the operator in the suffix of the parameter name', async () => {
      const sorted = '_sort_asc=title';
      assert.deepEqual(await titles(`extension__eq=csv`), ['ebb.csv']);
      assert.deepEqual(await titles(`extension=csv`), ['ebb.csv']);
      assert.deepEqual(await titles(`extension__in=csv,txt&${sorted}`), ['ebb.csv', 'quay.txt']);
      assert.deepEqual(await titles(`type_name=Resource&extension__not=md&${sorted}`), [
        'ebb.csv',
        'quay.txt',
      ]);
      assert.deepEqual(await titles(`content_length__gt=9&${sorted}`), ['hidden.md', 'tides.md']);
      assert.deepEqual(await titles(`content_length__gte=9&${sorted}`), [
        'hidden.md',
        'quay.txt',
        'tides.md',
      ]);
      assert.deepEqual(await titles(`content_length__lt=9`), ['ebb.csv']);
      assert.deepEqual(await titles(`content_length__lte=9&${sorted}`), ['ebb.csv', 'quay.txt']);
    });

    it('returns the requested page of sorted hits with the requested fields', async () => {
      const { member, items_count: count } = await get(
        'type_name=Resource&_sort_des=title&_from=1&_size=2&_metadata=title,content_length&_metadata_not=title',
      );
      assert.equal(count, 4);
      assert.deepEqual(
        member.map(({ '@name': name, content_length: length, title }) => [name, length, title]),
        [
          ['quay.txt', 9, undefined],
          ['hidden.md', 10, undefined],
        ],
      );
    });

    it('searches only inside the object in the request path, and only where the user has access', async () => {
      assert.equal(
        (await get('term=floodlight', fixture.caller, '/workspaces/harbour/secret')).items_count,
        1,
      );
      assert.equal((await get('type_name=Resource', visitor)).items_count, 3);
    });

    it('does not find the object in the request path itself', async () => {
      const [wiki, secret] = ['/workspaces/harbour/wiki', '/workspaces/harbour/secret'];
      assert.equal((await get('', fixture.caller, wiki)).items_count, 3);
      assert.equal((await get('term=secret', fixture.caller, secret)).items_count, 0);
      assert.equal((await get('term=secret', fixture.caller, '/workspaces/harbour')).items_count, 1);
      const [resource = ''] = await fixture.caller.children(wiki);
      assert.equal((await get('', fixture.caller, resource)).items_count, 0);
    });

    it('returns a 412 that names the invalid parameter', async () => {
      for (const query of ['_from=10000', 'date_modified__gt=someday', '_sort_asc=%22']) {
        const { status, json } = await fixture.caller.call(`/@search?${query}`);
        const { parameter } = json as { parameter?: unknown };
        assert.deepEqual([status, parameter], [412, query.slice(0, query.indexOf('='))]);
      }
    });

    it('ignores a size or a start that is not a number, an unknown operator and an unknown field', async () => {
      const countOf = async (query: string): Promise<unknown> => {
        const { member, items_count } = await fixture.caller.json<{ member: unknown[]; items_count: number }>(
          `/@search?${query}`,
        );
        return [member.length, items_count];
      };
      const all = await countOf('');
      for (const query of [
        ...['_size=many', '_size=-1', '_from=x', 'title__near=x', 'title__wildcard=x*'],
        ...['none=1', 'none__eq=1', 'depth=1', 'creation_date__gte=x'],
      ])
        assert.deepEqual(await countOf(query), all);
    });

    it('returns whole objects for _fullobject, and counts for _aggregations', async () => {
      const query = '_fullobject=true&_aggregations=type_name&_size=2';
      const { member, aggregations } = await fixture.caller.json<{
        member: Record<string, unknown>[];
        aggregations: Record<string, { buckets: { doc_count: number }[] }>;
      }>(`/@search?${query}`);
      assert.ok(
        member.length === 2 && member.every((item) => 'parent' in item && '@static_behaviors' in item),
      );
      const buckets = aggregations['type_name']?.buckets ?? [];
      assert.ok(buckets.reduce((sum, { doc_count: count }) => sum + count, 0) > 0);
    });
  });

  it('returns from @suggestions words of titles and texts that complete the last word of the query', async () => {
    const suggestions = async (query: string, caller = fixture.caller): Promise<unknown> =>
      (await caller.json<{ suggestions: unknown }>(`/@suggestions?${query}`)).suggestions;
    assert.deepEqual(await suggestions('term=the+Flo'), ['flood', 'floodgate', 'floodlight']);
    assert.deepEqual(await suggestions('term=flo&type=title'), ['flood']);
    assert.deepEqual(await suggestions(`term=${encodeURIComponent('ÉB')}`), ['ebb']);
    assert.deepEqual(await suggestions(''), []);
  });

  it('suggests no words that occur only in objects hidden from the user', async () => {
    const { suggestions } = await visitor.json<{ suggestions: unknown }>('/@suggestions?term=flo');
    assert.deepEqual(suggestions, ['flood', 'floodgate']);
    const search = await visitor.json<{ suggest: unknown }>('/@frontsearch', {
      method: 'POST',
      body: { suggest: true, advanced: { and: [{ text_contains: [{ var: 'title' }, 'floodl'] }] } },
    });
    assert.deepEqual(search.suggest, []);
  });

  it('lists the values of each filter in @filters, with the count of each value', async () => {
    interface Filters {
      readonly filters: readonly { filterType: string; buckets: { key: string; doc_count: number }[] }[];
    }
    const { filters } = await visitor.json<Filters>('/@filters');
    assert.deepEqual(
      filters.filter(({ filterType }) => filterType !== 'parent_datasource.uuid'),
      [
        {
          filterType: 'type_name',
          buckets: [
            { key: 'Resource', doc_count: 3 },
            { key: 'ConfluenceDatasource', doc_count: 1 },
          ],
        },
        {
          filterType: 'extension',
          buckets: ['csv', 'md', 'txt'].map((key) => ({ key, doc_count: 1 })),
        },
        { filterType: 'parent_datasource.title', buckets: [{ key: 'Wiki', doc_count: 3 }] },
      ],
    );
  });

  it('lists in @searchableFields only fields that every Resource has, apart from the exceptions', async () => {
    interface Fields {
      readonly fields: readonly { readonly name: string; readonly type: string }[];
    }
    const { fields } = await fixture.caller.json<Fields>('/@searchableFields');
    assert.deepEqual(await fixture.caller.json('/@enabledSearchableFields'), { fields });
    const advanced = { and: [{ in: [{ var: 'extension' }, ['md']] }] };
    for (const { name } of fields) {
      // A Resource without errors has no exception fields.
      if (name.endsWith('_exception')) continue;
      const query = { advanced: { and: [...advanced.and, { exists: [{ var: name }] }] } };
      assert.deepEqual([name, (await fixture.caller.search('', query)).items_count], [name, 2]);
    }
  });
});
