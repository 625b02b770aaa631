import type { QueryProblem } from './queryDiagnostics.ts';
import type { SearchSort } from './searchProtocol.ts';

/** An example of the query language and what it finds. */
export interface SearchExample {
  readonly query: string;
  readonly meaning: string;
}

/**
 * Every text of the search page, in the user's language: the page has none of its own. `{0}`, `{1}` stand for values.
 */
export interface SearchStrings {
  readonly boxLabel: string;
  readonly boxPlaceholder: string;
  readonly searchButton: string;
  readonly cancelButton: string;
  readonly helpButton: string;
  readonly examples: readonly SearchExample[];
  /** `{0}`: name of the scope. */
  readonly scopeButton: string;
  readonly sortLabel: string;
  readonly sorts: Readonly<Record<SearchSort, string>>;
  readonly typesLabel: string;
  /** `{0}`: type, `{1}`: count. */
  readonly typeCount: string;
  /** `{0}`: type, `{1}`: count over the hits loaded so far. */
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
  /** `{0}`: number of hits loaded, when the service gave no total. */
  readonly loadedResults: string;
  readonly noResults: string;
  /** What to do when nothing is found. */
  readonly noResultsHint: string;
  readonly noResultsOfTypes: string;
  readonly showAllTypes: string;
  readonly resultsLabel: string;
  readonly loadingMore: string;
  readonly windowEnd: string;
  readonly retry: string;
  readonly showLog: string;
  /** Above the hits that are still shown. */
  readonly olderResults: string;
  /** `{0}`: name of the scope. */
  readonly absent: string;
  readonly historyTitle: string;
  readonly historyEmpty: string;
  /** `{0}`: query. */
  readonly forget: string;
  readonly forgetAll: string;
  readonly reveal: string;
  /** `{0}`: what is wrong is named by this. */
  readonly problems: Readonly<Record<QueryProblem, string>>;
}

/** Puts values where `{0}`, `{1}`, … stand. */
export function fillIn(template: string, ...values: readonly (string | number)[]): string {
  return template.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
