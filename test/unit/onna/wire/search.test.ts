import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { decodeSearchResults } from '../../../../src/onna/wire/search.ts';
import type { SearchResults } from '../../../../src/onna/wire/search.ts';

const id = 'https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour-Qx3vTz/wiki/1f0c/tides.html';

function decoded(json: unknown): SearchResults {
  const answer = decodeSearchResults(json);
  if (!answer.ok) assert.fail(answer.problem);
  return answer.results;
}

describe('decodeSearchResults', () => {
  it('reads the exceptions of hits from the top level, from behaviors and from _source', () => {
    const found = { processing: 'Has Error', origin: 'Download Error', at: Date.UTC(2021, 5, 9) };
    const texts = { processing_exception: found.processing, processing_date: '2021-06-09T00:00:00+00:00' };
    const { hits } = decoded({
      member: [
        { '@id': id, ...texts, origin_exception: found.origin },
        {
          '@id': id,
          'onna.canonical.behaviors.metadata.IMetadata': texts,
          'onna.canonical.behaviors.origin.IOrigin': { origin_exception: found.origin },
        },
        { _source: { '@id': id, processing_exception: null, origin_exception: found.origin } },
        { '@id': id, processing_exception: '', origin_exception: 7, processing_date: 'soon' },
      ],
    });
    assert.deepEqual(
      hits.map(({ exceptions }) => exceptions),
      [found, found, { processing: undefined, origin: found.origin, at: undefined }, undefined],
    );
    assert.ok(!('exceptions' in (hits[3] ?? {})));
  });

  it('returns the sort values of a hit only if the next request can send the values back', () => {
    const sorts = [[1_623_196_800, 'c4d1'], ['tides'], [], [null, 'c4d1'], 'tides', undefined];
    const { hits } = decoded({ member: sorts.map((sort) => ({ '@id': id, sort })) });
    assert.deepEqual(
      hits.map(({ sort }) => sort),
      [[1_623_196_800, 'c4d1'], ['tides'], undefined, undefined, undefined, undefined],
    );
  });

  it('reads the displayed fields of a hit', () => {
    const [hit] = decoded({
      member: [
        {
          '@id': id,
          '@uid': 'c4d1',
          '@name': 'tides.html',
          title: 'Tides',
          type_name: 'Resource',
          path: '/workspaces/harbour-Qx3vTz/wiki/1f0c/tides.html',
          extension: '.HTML',
          content_type: 'text/html',
          date_modified: '2021-06-09T11:02:10.500120+00:00',
          parent_datasource: { uuid: '5be1', title: 'Harbour wiki' },
          '@highlight': { extracted_text: ['the <em>ebb</em> tide', 7], title: '<em>Tides</em>', path: [] },
        },
      ],
    }).hits;
    assert.deepEqual(hit, {
      id,
      uid: 'c4d1',
      title: 'Tides',
      typeName: 'Resource',
      path: '/workspaces/harbour-Qx3vTz/wiki/1f0c/tides.html',
      extension: 'html',
      contentType: 'text/html',
      modified: Date.UTC(2021, 5, 9, 11, 2, 10, 500),
      datasource: { uid: '5be1', title: 'Harbour wiki' },
      highlights: [
        { field: 'extracted_text', fragments: ['the <em>ebb</em> tide'] },
        { field: 'title', fragments: ['<em>Tides</em>'] },
      ],
    });
  });

  it('reads fields from the metadata behavior and from flat properties', () => {
    const [hit] = decoded({
      member: [
        {
          '@id': id,
          'parent_datasource.uuid': '5be1',
          'onna.canonical.behaviors.metadata.IMetadata': {
            resource_name: 'tides.html',
            extension: 'html',
            content_type: 'text/html',
            date_modified: 1623236530,
          },
        },
      ],
    }).hits;
    assert.equal(hit?.title, 'tides.html');
    assert.equal(hit.extension, 'html');
    assert.equal(hit.modified, 1623236530_000);
    assert.deepEqual(hit.datasource, { uid: '5be1', title: undefined });
  });

  it('drops and counts hits without an `@id`', () => {
    const { hits, received, dropped } = decoded({
      member: [{ title: 'x' }, null, 7, [], { '@id': '' }, { '@id': id }],
    });
    assert.deepEqual([hits.length, received, dropped], [1, 6, 5]);
  });

  it('reads facet counts if the service sends them', () => {
    const { facets } = decoded({
      member: [],
      aggregations: {
        extension: {
          buckets: [{ key: 'pdf', doc_count: 12 }, { key: 7, doc_count: 1 }, { key: 'md' }, null],
        },
        type_name: {},
      },
    });
    assert.deepEqual(
      [...facets],
      [
        [
          'extension',
          [
            { key: 'pdf', count: 12 },
            { key: '7', count: 1 },
          ],
        ],
      ],
    );
  });

  it('accepts a response without a total and without facets', () => {
    for (const items_count of [undefined, null, 'many', -1, {}]) {
      assert.equal(decoded({ member: [], items_count, aggregations: 'none' }).total, undefined);
    }
  });

  it('reads the total under every known name', () => {
    const totals = [
      { items_count: 12 },
      { items_count: '12' },
      { items_total: 12 },
      { total: 12 },
      { total: { value: 12, relation: 'gte' } },
      { hits: { total: { value: 12 }, hits: [] }, member: undefined },
      { hits: { total: 12, hits: [] }, member: undefined },
    ];
    for (const total of totals)
      assert.equal(decoded({ member: [], ...total }).total, 12, JSON.stringify(total));
  });

  it('reads highlights under every known name and in every known shape', () => {
    const piece = 'the <em>ebb</em> tide';
    const byField = { field: 'extracted_text', fragments: [piece] };
    const shapes: [sent: object, read: SearchResults['hits'][number]['highlights']][] = [
      [{ '@highlight': { extracted_text: [piece] } }, [byField]],
      [{ highlight: { extracted_text: [piece] } }, [byField]],
      [{ highlight: { extracted_text: piece } }, [byField]],
      [{ highlights: [{ field: 'extracted_text', fragments: [piece] }] }, [byField]],
      [{ highlight: [{ field: 'extracted_text', fragment: piece }] }, [byField]],
      [{ highlight: [{ field: 'extracted_text', value: piece }] }, [byField]],
      [{ highlight: [piece] }, [{ field: '', fragments: [piece] }]],
      [{ highlight: piece }, [{ field: '', fragments: [piece] }]],
      [{ highlight: null, '@highlight': { extracted_text: [piece] } }, [byField]],
      [{ highlight: [{ field: 'extracted_text' }, 7, null] }, []],
    ];
    for (const [sent, read] of shapes) {
      const [hit] = decoded({ member: [{ '@id': id, ...sent }] }).hits;
      assert.deepEqual(hit?.highlights, read, JSON.stringify(sent));
    }
  });

  it('reads facet counts under every known name and in every known shape', () => {
    const counted = { pdf: 12, md: 3 };
    const keyed = [
      { key: 'pdf', doc_count: 12 },
      { key: 'md', doc_count: 3 },
    ];
    const valued = [
      { value: 'pdf', count: 12 },
      { value: 'md', count: 3 },
    ];
    const shapes: object[] = [
      { aggregations: { extension: { buckets: keyed } } },
      { facets: { extension: { buckets: keyed } } },
      { facets: { extension: { buckets: { pdf: { doc_count: 12 }, md: { doc_count: 3 } } } } },
      { facets: { 'extension.keyword': { values: valued } } },
      { facets: { extension: valued } },
      { facets: { extension: Object.entries(counted) } },
      { facets: { extension: counted } },
      { facets: { extension: { values: counted } } },
      { facets: [{ facetType: 'extension', values: valued }] },
      { facets: [{ field: 'extension', buckets: keyed }] },
      { facets: null, aggregations: { extension: { buckets: keyed } } },
    ];
    for (const shape of shapes) {
      const { facets } = decoded({ member: [], ...shape });
      assert.deepEqual(
        facets.get('extension'),
        Object.entries(counted).map(([key, count]) => ({ key, count })),
        JSON.stringify(shape),
      );
    }
  });

  it('ignores a facet whose values are not counts', () => {
    for (const extension of [{ buckets: [{ key: 'pdf' }] }, { meta: 'x', pdf: 12 }, {}, 12, 'pdf', [7]])
      assert.equal(decoded({ member: [], facets: { extension } }).facets.size, 0, JSON.stringify(extension));
  });

  it('reads the list of hits under every known name', () => {
    for (const body of [
      { member: [{ '@id': id }] },
      { items: [{ '@id': id }] },
      { hits: { hits: [{ '@id': id }] } },
    ])
      assert.deepEqual(
        decoded(body).hits.map((hit) => hit.id),
        [id],
        JSON.stringify(body),
      );
  });

  it('reads hits in the format of Elasticsearch', () => {
    const [hit] = decoded({
      hits: {
        hits: [
          {
            _id: 'c4d1',
            _score: 1.5,
            _source: { path: 'workspaces/harbour/wiki/tides.html', title: 'Tides', type_name: 'MailMessage' },
            highlight: { title: ['<em>Tides</em>'] },
          },
        ],
      },
    }).hits;
    const { id: address, uid, title, typeName, highlights } = hit ?? assert.fail();
    assert.deepEqual(
      { address, uid, title, typeName, highlights },
      {
        address: '/workspaces/harbour/wiki/tides.html',
        uid: 'c4d1',
        title: 'Tides',
        typeName: 'MailMessage',
        highlights: [{ field: 'title', fragments: ['<em>Tides</em>'] }],
      },
    );
  });

  it('rejects a response without a list of hits, and returns the reason', () => {
    for (const body of [undefined, null, 'html', [], {}, { member: {} }, { member: null }]) {
      const answer = decodeSearchResults(body);
      assert.equal(answer.ok, false);
      assert.match(answer.problem, /\S/);
    }
  });

  it('never throws for arbitrary JSON', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 4 });
    const hit = fc.record(
      {
        '@id': anything,
        title: anything,
        extension: anything,
        date_modified: anything,
        parent_datasource: anything,
        '@highlight': anything,
        highlight: anything,
        _source: anything,
        path: anything,
      },
      { requiredKeys: [] },
    );
    const body = fc.record(
      {
        member: fc.oneof(fc.array(fc.oneof(hit, anything)), anything),
        items_count: anything,
        aggregations: anything,
        facets: anything,
        hits: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(body, anything), (json) => {
        const answer = decodeSearchResults(json);
        if (answer.ok)
          assert.equal(answer.results.hits.length + answer.results.dropped, answer.results.received);
      }),
      { numRuns: 2000 },
    );
  });
});
