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

describe('an answer of @frontsearch', () => {
  it('gives its hits with what is shown of them', () => {
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

  it('finds fields in the metadata behavior and under flat names too', () => {
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

  it('drops and counts what has no @id', () => {
    const { hits, received, dropped } = decoded({
      member: [{ title: 'x' }, null, 7, [], { '@id': '' }, { '@id': id }],
    });
    assert.deepEqual([hits.length, received, dropped], [1, 6, 5]);
  });

  it('counts facets where the service does', () => {
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

  it('needs neither a total nor facets', () => {
    for (const items_count of [undefined, null, '12', -1, {}]) {
      assert.equal(decoded({ member: [], items_count, aggregations: 'none' }).total, undefined);
    }
    assert.equal(decoded({ member: [], items_count: 12 }).total, 12);
  });

  it('is refused, with the reason, when it has no list of hits', () => {
    for (const body of [undefined, null, 'html', [], {}, { member: {} }, { member: null }]) {
      const answer = decodeSearchResults(body);
      assert.equal(answer.ok, false);
      assert.match(answer.problem, /\S/);
    }
  });

  it('is read or refused without failing, whatever comes', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 4 });
    const hit = fc.record(
      {
        '@id': anything,
        title: anything,
        extension: anything,
        date_modified: anything,
        parent_datasource: anything,
        '@highlight': anything,
      },
      { requiredKeys: [] },
    );
    const body = fc.record(
      {
        member: fc.oneof(fc.array(fc.oneof(hit, anything)), anything),
        items_count: anything,
        aggregations: anything,
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
