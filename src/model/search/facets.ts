import type { SearchResults } from '../../onna/wire/search.ts';
import type { Calendar } from '../../shared/calendar.ts';
import { dateRanges, facetNames, type FacetName, type SearchFilters } from '../../shared/searchFilters.ts';
import type { HitView } from '../../shared/searchProtocol.ts';
import { facetFields, rangeStart } from './filterTerms.ts';

/** A value of a facet. The count is undefined if it is not known for the current search. */
interface FacetValue {
  readonly key: string;
  readonly count?: number;
}

/** The values of a facet that the hits have. */
export interface Facet {
  readonly buckets: readonly FacetValue[];
  /** Whether only the hits loaded so far are counted, because the service sent no counts. */
  readonly isPartial: boolean;
  /** The search that the counts belong to, without the choice in this facet. */
  readonly basis: string;
}

export type Facets = Readonly<Record<FacetName, Facet>>;

const noFacet: Facet = { buckets: [], isPartial: false, basis: '' };
export const noFacets: Facets = {
  type: noFacet,
  datasource: noFacet,
  date: noFacet,
  exception: noFacet,
};

/** The data that determines the counts of a facet, besides the hits. */
interface Counting {
  readonly query: string;
  readonly filters: SearchFilters;
  readonly calendar: Calendar;
}

/**
 * Identifies the search without the choice in one facet. A choice in a facet does not change what its other values would
 * find, so their counts stay valid.
 */
function basisOf(name: FacetName, { query, filters }: Counting): string {
  return JSON.stringify([query, facetNames.filter((other) => other !== name).map((other) => filters[other])]);
}

/**
 * The fields that the service must count. A facet with chosen values is not counted again while its other counts are
 * still valid, because the service counts only hits with the chosen values.
 */
export function fieldsToCount(facets: Facets, counting: Counting): readonly string[] {
  return facetNames
    .filter((name) => counting.filters[name].length === 0 || facets[name].basis !== basisOf(name, counting))
    .flatMap((name) => facetFields[name]);
}

/**
 * The facets after a first page.
 * @param isAll Whether `hits` is complete. If so, its counts are as accurate as the service's.
 */
export function countedFacets(
  before: Facets,
  results: Pick<SearchResults, 'facets'>,
  { hits, isAll, ...counting }: Counting & { readonly hits: readonly HitView[]; readonly isAll: boolean },
): Facets {
  const counted = (name: FacetName): Facet => {
    const basis = basisOf(name, counting);
    if (name === 'date') return { buckets: dateBuckets(hits, isAll, counting), isPartial: false, basis };
    const chosen = counting.filters[name];
    if (chosen.length > 0 && before[name].basis === basis) return before[name];
    const sent = sentBuckets(name, results);
    const buckets = sent.length > 0 ? sent : loadedBuckets(name, hits);
    const isPartial = sent.length === 0 && !isAll;
    if (chosen.length === 0) return { buckets, isPartial, basis };
    // The service counted only hits with the chosen values, so the counts of the other values are unknown.
    const others = before[name].buckets.filter(({ key }) => !chosen.includes(key));
    const found = chosen.map((key) => buckets.find((bucket) => bucket.key === key) ?? { key });
    // The basis stays unknown, so that all values are counted as soon as none is chosen.
    return { buckets: [...found, ...others.map(({ key }) => ({ key }))], isPartial, basis: '' };
  };
  return {
    type: counted('type'),
    datasource: counted('datasource'),
    date: counted('date'),
    exception: counted('exception'),
  };
}

/** The facets after a further page, which the service sends without counts. Counts of the loaded hits are updated. */
export function recountedFacets(
  before: Facets,
  loaded: Counting & { readonly hits: readonly HitView[]; readonly isAll: boolean },
): Facets {
  const recounted = (name: FacetName): Facet => {
    const isCountable = name === 'date' || (before[name].isPartial && loaded.filters[name].length === 0);
    return isCountable ? countedFacets(before, { facets: new Map() }, loaded)[name] : before[name];
  };
  return {
    type: recounted('type'),
    datasource: recounted('datasource'),
    date: recounted('date'),
    exception: recounted('exception'),
  };
}

/** The service's counts. A Resource can have one exception in each of two fields, so their counts are added. */
function sentBuckets(name: FacetName, { facets }: Pick<SearchResults, 'facets'>): readonly FacetValue[] {
  const counts = new Map<string, number>();
  for (const field of facetFields[name])
    for (const { key, count } of facets.get(field) ?? [])
      if (key !== '') counts.set(key, (counts.get(key) ?? 0) + count);
  const buckets = [...counts].map(([key, count]) => ({ key, count }));
  return facetFields[name].length > 1 ? buckets.sort((a, b) => b.count - a.count) : buckets;
}

function loadedBuckets(name: FacetName, hits: readonly HitView[]): readonly FacetValue[] {
  const counts = new Map<string, number>();
  for (const { extension, datasourceUid } of hits) {
    const key = name === 'type' ? extension : name === 'datasource' ? datasourceUid : undefined;
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
}

/** The ranges of dates. They are counted only if all hits are loaded, because the service can't count them. */
function dateBuckets(
  hits: readonly HitView[],
  isAll: boolean,
  { filters, calendar }: Counting,
): readonly FacetValue[] {
  if (hits.length === 0 && filters.date.length === 0) return [];
  if (!isAll || filters.date.length > 0) return dateRanges.map((key) => ({ key }));
  return dateRanges.map((key) => {
    const start = rangeStart(key, calendar) ?? 0;
    const count = hits.filter(
      ({ modified }) => modified !== undefined && (key === 'older' ? modified < start : modified >= start),
    ).length;
    return { key, count };
  });
}
