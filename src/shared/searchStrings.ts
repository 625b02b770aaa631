import type { QueryProblem } from './queryDiagnostics.ts';
import type { CompletionKind } from './searchCompletion.ts';
import type { DateRange, FacetName } from './searchFilters.ts';
import type { SearchSort } from './searchProtocol.ts';

/** An example of a query, with an explanation of its results. */
export interface SearchExample {
  readonly query: string;
  readonly meaning: string;
}

/**
 * All texts of the search page, in the user's language. The page has no other texts. `{0}`, `{1}` are placeholders.
 */
export interface SearchStrings {
  readonly boxLabel: string;
  readonly boxPlaceholder: string;
  /** The label of the list of completions. */
  readonly completions: string;
  readonly oneCompletion: string;
  /** `{0}`: number of completions. */
  readonly completionCount: string;
  readonly completionKinds: Readonly<Record<CompletionKind, string>>;
  readonly searchButton: string;
  readonly cancelButton: string;
  readonly helpButton: string;
  readonly examples: readonly SearchExample[];
  /** `{0}`: scope name. */
  readonly scopeButton: string;
  readonly sortLabel: string;
  readonly sorts: Readonly<Record<SearchSort, string>>;
  /** The titles of the facets. */
  readonly facets: Readonly<Record<FacetName, string>>;
  readonly dateRanges: Readonly<Record<DateRange, string>>;
  /** `{0}`: value, `{1}`: count. */
  readonly valueCount: string;
  /** `{0}`: value. */
  readonly valueCountOne: string;
  /** `{0}`: value, `{1}`: number of the loaded hits that have this value. */
  readonly valuePartialCount: string;
  /** `{0}`: number of values not shown. */
  readonly moreValues: string;
  readonly clearFilters: string;
  readonly searching: string;
  readonly refreshing: string;
  /** `{0}`: estimate, `{1}`: seconds. */
  readonly aboutResults: string;
  /** `{0}`: number, `{1}`: seconds. */
  readonly exactResults: string;
  /** `{0}`: seconds. */
  readonly oneResult: string;
  /** `{0}`: number of hits loaded. Used if the service returned no total. */
  readonly loadedResults: string;
  readonly noResults: string;
  /** Suggestions for a search without results. */
  readonly noResultsHint: string;
  readonly noFilteredResults: string;
  readonly resultsLabel: string;
  readonly loadingMore: string;
  readonly windowEnd: string;
  readonly retry: string;
  readonly showLog: string;
  /** Shown above old hits after a search has failed. */
  readonly olderResults: string;
  /** `{0}`: scope name. */
  readonly absent: string;
  readonly historyTitle: string;
  readonly historyEmpty: string;
  /** `{0}`: query. */
  readonly forget: string;
  readonly forgetAll: string;
  readonly reveal: string;
  readonly exportHits: string;
  readonly saveSearch: string;
  /** `{0}`: the part of the query that has the problem. */
  readonly problems: Readonly<Record<QueryProblem, string>>;
}
