import type { QueryProblem } from './queryDiagnostics.ts';
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
  readonly searchButton: string;
  readonly cancelButton: string;
  readonly helpButton: string;
  readonly examples: readonly SearchExample[];
  /** `{0}`: scope name. */
  readonly scopeButton: string;
  readonly sortLabel: string;
  readonly sorts: Readonly<Record<SearchSort, string>>;
  readonly typesLabel: string;
  /** `{0}`: type, `{1}`: count. */
  readonly typeCount: string;
  /** `{0}`: type. */
  readonly typeCountOne: string;
  /** `{0}`: type, `{1}`: number of the loaded hits that have this type. */
  readonly typePartialCount: string;
  /** `{0}`: number of types not shown. */
  readonly moreTypes: string;
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
  readonly noResultsOfTypes: string;
  readonly showAllTypes: string;
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
  /** `{0}`: the part of the query that has the problem. */
  readonly problems: Readonly<Record<QueryProblem, string>>;
}
