import type { SearchResults } from '../../onna/wire/search.ts';
import type { FacetBucket } from '../../onna/wire/searchFacets.ts';
import type { HitView, SearchSort, SearchView } from '../../shared/searchProtocol.ts';
import { searchWindow, typeFacet } from './searchRequest.ts';

/** What a search knows: replaced whole at each step, never changed. */
export interface SearchState {
  readonly query: string;
  readonly sort: SearchSort;
  readonly types: readonly string[];
  readonly phase: Exclude<SearchView['phase'], 'absent'>;
  readonly more: SearchView['more'];
  /** What was thrown when `phase` or `more` is `failed`. */
  readonly failure: unknown;
  /** The service's estimate. */
  readonly total: number | undefined;
  /** From asking to having the first page, in ms. */
  readonly tookMs: number | undefined;
  readonly facet: { readonly buckets: readonly FacetBucket[]; readonly isPartial: boolean };
  /** In the service's order, each `@id` once. While `phase` is `searching` they are still those of the search before. */
  readonly hits: readonly HitView[];
  /** Grows whenever `hits` is replaced; appending leaves it. */
  readonly revision: number;
  /** Whether the present hits answer the same question as those that they replaced. */
  readonly keepsPlace: boolean;
}

/** Before anything was asked. */
export const idleState: SearchState = {
  query: '',
  sort: 'relevance',
  types: [],
  phase: 'idle',
  more: 'end',
  failure: undefined,
  total: undefined,
  tookMs: undefined,
  facet: { buckets: [], isPartial: false },
  hits: [],
  revision: 0,
  keepsPlace: false,
};

/** Whether there is more after `received` entries, of which the last page (`size` asked for) held `lastReceived`. */
export function moreAfter(
  received: number,
  { lastReceived, size, total }: { lastReceived: number; size: number; total: number | undefined },
): 'available' | 'end' | 'window' {
  if (lastReceived === 0) return 'end';
  // A short page alone is not the end: only together with a total that says so.
  if (lastReceived < size && total !== undefined && received >= total) return 'end';
  return received >= searchWindow ? 'window' : 'available';
}

/**
 * The counts of file types: the service's own, or else over the hits that are loaded.
 * @param isAll Whether `hits` are all there are: counts over all of them are as good as the service's.
 */
export function typeCounts(
  results: Pick<SearchResults, 'facets'>,
  hits: readonly HitView[],
  isAll: boolean,
): SearchState['facet'] {
  const counted = results.facets.get(typeFacet) ?? [];
  if (counted.length > 0) return { buckets: counted, isPartial: false };
  const counts = new Map<string, number>();
  for (const { extension } of hits) {
    if (extension !== undefined) counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  const buckets = [...counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
  return { buckets, isPartial: !isAll };
}

/** What stood before a reload of the window: shown at once, and to be refreshed. */
export function restoredState(view: SearchView, hits: readonly HitView[]): SearchState {
  const { query, sort, types, facet, total, tookMs } = view;
  if (query === '') return { ...idleState, sort };
  return {
    ...idleState,
    query,
    sort,
    types,
    phase: 'ready',
    more: view.more === 'end' && hits.length === view.loaded ? 'end' : 'available',
    facet,
    total: total?.count,
    tookMs,
    hits,
    keepsPlace: true,
  };
}
