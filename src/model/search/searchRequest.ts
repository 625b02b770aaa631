import type { FrontsearchRequest, SearchTerm } from '../../onna/wire/search.ts';
import type { SearchSort } from '../../shared/searchProtocol.ts';

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
  /** The conditions of the query and of the facets. All of them must match. */
  readonly terms: readonly SearchTerm[];
  readonly sort: SearchSort;
}

/**
 * The request for a page of `size` hits that skips the first `from` hits.
 * @param page.counts The fields whose values the service must count.
 */
export function searchRequest(
  { terms, sort }: SearchQuestion,
  page: { readonly from: number; readonly size: number; readonly counts: readonly string[] },
): FrontsearchRequest {
  const order = sorts[sort];
  return {
    advanced: { and: terms },
    from: page.from,
    size: page.size,
    ...(order && { sort: order }),
    includes,
    ...(page.counts.length > 0 && { facets: page.counts.map((facetType) => ({ facetType })) }),
    highlight: true,
    // Attachments and members of archives are children of their file. Their texts must be found, too.
    hide_children: false,
  };
}
