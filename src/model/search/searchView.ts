import { displayText } from '../../shared/displayText.ts';
import { maxValueLength } from '../../shared/searchFilters.ts';
import type { FacetView, SearchView } from '../../shared/searchProtocol.ts';
import { noFacets, type Facet } from './facets.ts';
import type { SearchProblem, SearchScope } from './searchHost.ts';
import type { SearchState } from './searchState.ts';

/** Maximum length of a label or of a quoted part of the query, in UTF-16 units. */
export const maxLabelLength = 100;

/** A search as its page shows it, without the hits. */
export function searchView(
  state: SearchState,
  about: {
    readonly scope: SearchView['scope'];
    /** False while the scope's account is signed out and, after a reload, until the scope is listed. */
    readonly isAvailable: boolean;
    /** The titles of the known Datasources, by uid. */
    titles(): ReadonlyMap<string, string>;
    describe(error: unknown): SearchProblem;
  },
): SearchView {
  const { query, sort, filters, phase, more, failure, total, tookMs, facets, hits, revision } = state;
  const offered =
    // The hits of a search in one Datasource offer no choice.
    about.scope.kind === 'account' || filters.datasource.length > 0 ? facets.datasource : noFacets.datasource;
  const titles = offered.buckets.length > 0 ? about.titles() : undefined;
  const hasFailed = phase === 'failed' || more === 'failed';
  // When all hits are loaded, their number is exact.
  const isExact = more === 'end' && (phase === 'ready' || phase === 'refreshing');
  return {
    scope: about.scope,
    query,
    sort,
    filters,
    phase: about.isAvailable ? phase : 'absent',
    more,
    ...(hasFailed && { problem: about.describe(failure) }),
    ...(isExact ? { total: { count: hits.length, isExact } } : totalView(total)),
    ...(tookMs !== undefined && { tookMs }),
    facets: {
      type: facetView(facets.type),
      datasource: facetView(
        offered,
        (uid) => titles?.get(uid) ?? hits.find(({ datasourceUid }) => datasourceUid === uid)?.datasource,
      ),
      date: facetView(facets.date),
      exception: facetView(facets.exception),
    },
    revision,
    loaded: hits.length,
  };
}

function facetView(
  { buckets, isPartial }: Facet,
  labelOf: (key: string) => string | undefined = () => undefined,
): FacetView {
  return {
    buckets: buckets
      .filter(({ key }) => key.length <= maxValueLength)
      .map(({ key, count }) => {
        const label = labelOf(key);
        return {
          key,
          ...(label !== undefined && { label: displayText(label, maxLabelLength) }),
          ...(count !== undefined && Number.isInteger(count) && { count }),
        };
      }),
    isPartial,
  };
}

function totalView(total: number | undefined): Pick<SearchView, 'total'> {
  return total === undefined ? {} : { total: { count: Math.round(total), isExact: false } };
}

/** The scope of a search as its page shows it. */
export function scopeView({ id, label, kind }: SearchScope): SearchView['scope'] {
  return { id, label: displayText(label, maxLabelLength), kind };
}
