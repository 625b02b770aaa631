import type { FrontsearchRequest, SearchTerm } from '../../onna/wire/search.ts';
import type { SearchSort } from '../../shared/searchProtocol.ts';

/** The field for the facet and filter of file types. */
export const typeFacet = 'extension';

/** Hits on the first page. A small page arrives sooner. */
export const firstPageSize = 50;
/** Hits on each further page. */
export const furtherPageSize = 200;
/** Maximum of `from + size` (docs/onna-api.md §6). */
export const searchWindow = 10_000;

const includes = [
  '@id',
  '@uid',
  '@name',
  '@type',
  'title',
  'type_name',
  'path',
  'date_modified',
  'extension',
  'content_type',
  'parent_datasource',
];

const sorts: Readonly<Record<SearchSort, FrontsearchRequest['sort']>> = {
  relevance: undefined,
  newest: { field: 'date_modified', direction: 'desc' },
  oldest: { field: 'date_modified', direction: 'asc' },
  title: { field: 'title.keyword', direction: 'asc' },
  titleDescending: { field: 'title.keyword', direction: 'desc' },
};

/** A search, without the choice of a page. */
export interface SearchQuestion {
  readonly terms: readonly SearchTerm[];
  readonly sort: SearchSort;
  /** File types to restrict hits to; empty for all. */
  readonly types: readonly string[];
}

/** The request for a page of `size` hits that skips the first `from` hits. */
export function searchRequest(
  { terms, sort, types }: SearchQuestion,
  page: { readonly from: number; readonly size: number; readonly countsTypes: boolean },
): FrontsearchRequest {
  const order = sorts[sort];
  return {
    advanced: { and: types.length > 0 ? [...terms, { in: [{ var: typeFacet }, types] }] : terms },
    from: page.from,
    size: page.size,
    ...(order && { sort: order }),
    includes,
    ...(page.countsTypes && { facets: [{ facetType: typeFacet }] }),
    highlight: true,
    hide_children: true,
  };
}
