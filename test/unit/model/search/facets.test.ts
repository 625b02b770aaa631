import assert from 'node:assert/strict';
import {
  countedFacets,
  fieldsToCount,
  noFacets,
  recountedFacets,
  type Facets,
} from '../../../../src/model/search/facets.ts';
import { filterTerms } from '../../../../src/model/search/filterTerms.ts';
import { presentHit } from '../../../../src/model/search/presentHit.ts';
import type { FacetBucket } from '../../../../src/onna/wire/searchFacets.ts';
import { calendarIn } from '../../../../src/shared/calendar.ts';
import { noFilters, type SearchFilters } from '../../../../src/shared/searchFilters.ts';
import type { HitView } from '../../../../src/shared/searchProtocol.ts';
import { hit } from './scriptedSearch.ts';

const now = Date.UTC(2021, 5, 9, 12);
const calendar = calendarIn('UTC', now);
const day = 86_400_000;

function hits(count: number, change: Parameters<typeof hit>[1] = {}): HitView[] {
  return Array.from({ length: count }, (_, index) => presentHit(hit(index, change))).filter(
    (view) => view !== undefined,
  );
}

function sent(buckets: Record<string, Record<string, number>>): { facets: Map<string, FacetBucket[]> } {
  return {
    facets: new Map(
      Object.entries(buckets).map(([field, counts]) => [
        field,
        Object.entries(counts).map(([key, count]) => ({ key, count })),
      ]),
    ),
  };
}

/** The facets after a first page with these filters. */
function after(
  before: Facets,
  filters: Partial<SearchFilters>,
  results = sent({}),
  loaded: readonly HitView[] = [],
  isAll = false,
): Facets {
  return countedFacets(before, results, {
    ...{ query: 'ebb', filters: { ...noFilters, ...filters }, calendar },
    ...{ hits: loaded, isAll },
  });
}

const wanted = (before: Facets, filters: Partial<SearchFilters>): readonly string[] =>
  fieldsToCount(before, { query: 'ebb', filters: { ...noFilters, ...filters }, calendar });

describe('The facets of a search', () => {
  const first = after(
    noFacets,
    {},
    sent({
      extension: { html: 5, pdf: 3 },
      'parent_datasource.uuid': { wiki: 6, mail: 2 },
      processing_exception: { 'Has Error': 1, 'Encrypted Document': 2 },
      origin_exception: { 'Download Error': 4, 'Has Error': 2 },
    }),
  );

  it('are requested for all fields, and merge the two fields that contain exceptions', () => {
    assert.deepEqual(wanted(noFacets, {}), [
      'extension',
      'parent_datasource.uuid',
      'processing_exception',
      'origin_exception',
    ]);
    assert.deepEqual(first.exception.buckets, [
      { key: 'Download Error', count: 4 },
      { key: 'Has Error', count: 3 },
      { key: 'Encrypted Document', count: 2 },
    ]);
  });

  it('keep the counts of a facet while only its own values are chosen, and do not request them again', () => {
    assert.ok(!wanted(first, { type: ['pdf'] }).includes('extension'));
    const second = after(first, { type: ['pdf'] }, sent({ 'parent_datasource.uuid': { mail: 2 } }));
    assert.deepEqual(second.type, first.type);
    assert.deepEqual(second.datasource.buckets, [{ key: 'mail', count: 2 }]);
    const third = after(second, { type: ['pdf', 'html'] });
    assert.deepEqual(third.type, first.type);
  });

  it('show no outdated count after a choice in another facet', () => {
    const second = after(first, { type: ['pdf'] }, sent({ 'parent_datasource.uuid': { mail: 2, wiki: 1 } }));
    const both = { type: ['pdf'], datasource: ['mail'] };
    assert.ok(wanted(second, both).includes('extension'));
    const third = after(second, both, sent({ extension: { pdf: 2 } }));
    assert.deepEqual(third.type.buckets, [{ key: 'pdf', count: 2 }, { key: 'html' }]);
    assert.deepEqual(third.datasource, second.datasource);
    assert.ok(wanted(third, { datasource: ['mail'] }).includes('extension'));
    const fourth = after(third, { datasource: ['mail'] }, sent({ extension: { pdf: 2, html: 4 } }));
    assert.deepEqual(fourth.type.buckets, [
      { key: 'pdf', count: 2 },
      { key: 'html', count: 4 },
    ]);
  });

  it('count the loaded hits if the service sends no counts, and count again when more are loaded', () => {
    const some = after(noFacets, {}, sent({}), [...hits(2), ...hits(1, { extension: 'pdf' })]);
    assert.deepEqual(some.type.buckets, [
      { key: 'html', count: 2 },
      { key: 'pdf', count: 1 },
    ]);
    assert.equal(some.type.isPartial, true);
    assert.deepEqual(some.datasource.buckets, [{ key: 'uid-wiki', count: 3 }]);
    const all = recountedFacets(some, {
      ...{ query: 'ebb', filters: noFilters, calendar },
      ...{ hits: hits(9), isAll: true },
    });
    assert.deepEqual(all.type.buckets, [{ key: 'html', count: 9 }]);
    assert.equal(all.type.isPartial, false);
  });

  it('count date ranges only if all hits are loaded', () => {
    const loaded = [0, 3, 20, 100, 500].flatMap((days) => hits(1, { modified: now - days * day }));
    const counts = ({ date }: Facets): (number | undefined)[] => date.buckets.map(({ count }) => count);
    assert.deepEqual(counts(after(noFacets, {}, sent({}), loaded, true)), [1, 2, 3, 4, 1]);
    assert.deepEqual(counts(after(noFacets, {}, sent({}), loaded)), Array(5).fill(undefined));
    assert.deepEqual(
      counts(after(noFacets, { date: ['7d'] }, sent({}), loaded, true)),
      Array(5).fill(undefined),
    );
    assert.deepEqual(after(noFacets, {}).date.buckets, []);
  });

  it('become conditions in the request, all of which must match', () => {
    const filters = {
      type: ['pdf', 'md'],
      datasource: ['wiki'],
      date: ['7d'],
      exception: ['Has Error'],
    };
    const start = Date.UTC(2021, 5, 2) / 1000;
    assert.deepEqual(filterTerms(filters, calendar), [
      { '>': [{ var: 'date_modified' }, start - 1] },
      {
        or: [
          { in: [{ var: 'processing_exception' }, ['Has Error']] },
          { in: [{ var: 'origin_exception' }, ['Has Error']] },
        ],
      },
      { in: [{ var: 'parent_datasource.uuid' }, ['wiki']] },
      { in: [{ var: 'extension' }, ['pdf', 'md']] },
    ]);
    assert.deepEqual(filterTerms({ ...noFilters, date: ['older'] }, calendar), [
      { '<': [{ var: 'date_modified' }, Date.UTC(2020, 5, 9) / 1000] },
    ]);
    assert.deepEqual(filterTerms({ ...noFilters, date: ['__proto__'] }, calendar), []);
  });
});
