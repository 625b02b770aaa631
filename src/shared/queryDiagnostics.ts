/** What can be said about a query. Words for each come from the host; this code has none. */
export type QueryProblem =
  /** A quotation mark is never closed: read as closed at the end. */
  | 'unclosedQuote'
  /** A `(` is never closed: read as closed at the end. */
  | 'unclosedGroup'
  /** A `)` closes nothing: left out. */
  | 'strayClose'
  /** `()` holds nothing: left out. */
  | 'emptyGroup'
  /** `OR` or `AND` with nothing on one side: left out. */
  | 'danglingOperator'
  /** No letter or digit in it, so no index could find it: left out. */
  | 'nothingToFind'
  /** `field:` without a value. */
  | 'missingValue'
  /** `after:` or `before:` with something that is no date. */
  | 'badDate'
  /** `in:` with a name that no Datasource has. */
  | 'unknownDatasource'
  /** More groups inside each other than {@link maxGroupDepth}. */
  | 'tooDeep'
  /** More characters than {@link maxQueryLength}. */
  | 'tooLong';

/** A remark on part of a query. `error` means that it can't be run as it stands. */
export interface QueryDiagnostic {
  readonly problem: QueryProblem;
  readonly severity: 'error' | 'warning';
  /** Offset in UTF-16 units, inclusive. */
  readonly start: number;
  /** Offset in UTF-16 units, exclusive. */
  readonly end: number;
  /** The part of the query that is meant, for the sentence. */
  readonly subject: string;
}

/** Longest query that is read, in UTF-16 units: a pasted document is a mistake, and the service limits clauses. */
export const maxQueryLength = 2000;

/** Deepest nesting of parentheses that is read: more than a person writes, and no trouble for any stack or service. */
export const maxGroupDepth = 12;
