import { noFilters, type SearchFilters } from '../../shared/searchFilters.ts';
import type { HitView, SearchSort, SearchView } from '../../shared/searchProtocol.ts';
import { noFacets, type Facets } from './facets.ts';
import { searchWindow } from './searchRequest.ts';

/** The state of a search. Immutable: each change replaces the object. */
export interface SearchState {
  readonly query: string;
  readonly sort: SearchSort;
  readonly filters: SearchFilters;
  readonly phase: Exclude<SearchView['phase'], 'absent'>;
  readonly more: SearchView['more'];
  /** The error, if `phase` or `more` is `failed`. */
  readonly failure: unknown;
  /** The total number of hits, as estimated by the service. */
  readonly total: number | undefined;
  /** Time from the request to the first page, in ms. */
  readonly tookMs: number | undefined;
  readonly facets: Facets;
  /** In the service's order, each `@id` once. While `phase` is `searching`, these are the previous search's hits. */
  readonly hits: readonly HitView[];
  /** Incremented when `hits` is replaced, but not when hits are appended. */
  readonly revision: number;
  /** Whether the hits replaced earlier hits of the same search. If so, the page keeps its scroll position. */
  readonly keepsPlace: boolean;
}

/** The state before the first search. */
export const idleState: SearchState = {
  query: '',
  sort: 'relevance',
  filters: noFilters,
  phase: 'idle',
  more: 'end',
  failure: undefined,
  total: undefined,
  tookMs: undefined,
  facets: noFacets,
  hits: [],
  revision: 0,
  keepsPlace: false,
};

/**
 * Whether more hits follow after `received` hits. The last request was for `size` hits and returned
 * `lastReceived` hits.
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

/** The facets from before a reload. Their counts are shown until the refresh. */
function restoredFacets({ facets }: SearchView): Facets {
  const { type, datasource, date, exception } = facets;
  const unknown = { basis: '' };
  return {
    type: { ...type, ...unknown },
    datasource: { ...datasource, ...unknown },
    date: { ...date, ...unknown },
    exception: { ...exception, ...unknown },
  };
}

/** The state from before a reload of the window. It is shown at once and must then be refreshed. */
export function restoredState(view: SearchView, hits: readonly HitView[]): SearchState {
  const { query, sort, filters, total, tookMs } = view;
  if (query === '') return { ...idleState, sort };
  return {
    ...idleState,
    query,
    sort,
    filters,
    phase: 'ready',
    more: view.more === 'end' && hits.length === view.loaded ? 'end' : 'available',
    facets: restoredFacets(view),
    total: total?.count,
    tookMs,
    hits,
    keepsPlace: true,
  };
}
