import type { SearchResults } from '../../onna/wire/search.ts';
import type { FacetBucket } from '../../onna/wire/searchFacets.ts';
import type { HitView, SearchSort, SearchView } from '../../shared/searchProtocol.ts';
import { searchWindow, typeFacet } from './searchRequest.ts';

/** The state of a search. Immutable: each change replaces the object. */
export interface SearchState {
  readonly query: string;
  readonly sort: SearchSort;
  readonly types: readonly string[];
  readonly phase: Exclude<SearchView['phase'], 'absent'>;
  readonly more: SearchView['more'];
  /** The error, if `phase` or `more` is `failed`. */
  readonly failure: unknown;
  /** The total number of hits, as estimated by the service. */
  readonly total: number | undefined;
  /** Time from the request to the first page, in ms. */
  readonly tookMs: number | undefined;
  readonly facet: { readonly buckets: readonly FacetBucket[]; readonly isPartial: boolean };
  /** In the service's order, each `@id` once. While `phase` is `searching`, these are the previous search's hits. */
  readonly hits: readonly HitView[];
  /** Incremented when `hits` is replaced, but not when hits are appended. */
  readonly revision: number;
  /** Whether the hits replaced those of the same search, so that the page keeps its scroll position. */
  readonly keepsPlace: boolean;
}

/** The state before the first search. */
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

/**
 * Whether more hits follow after `received` hits. The last request asked for `size` hits and returned `lastReceived`.
 */
export function moreAfter(
  received: number,
  { lastReceived, size, total }: { lastReceived: number; size: number; total: number | undefined },
): 'available' | 'end' | 'window' {
  if (lastReceived === 0) return 'end';
  // A short page alone does not mean the end: the total must confirm it.
  if (lastReceived < size && total !== undefined && received >= total) return 'end';
  return received >= searchWindow ? 'window' : 'available';
}

/**
 * Counts per file type, from the service if it sent them, otherwise from the loaded hits.
 * @param isAll Whether `hits` is complete. If so, counts from it are as good as the service's.
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

/** The state from before a reload of the window. It is shown at once and must then be refreshed. */
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
