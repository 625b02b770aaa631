/** The problems that a query can have. The host supplies the wording. */
export type QueryProblem =
  /** An opening quotation mark without a closing one. The phrase extends to the end of the query. */
  | 'unclosedQuote'
  /** A `(` without a `)`. The group extends to the end of the query. */
  | 'unclosedGroup'
  /** A `)` without a `(`: ignored. */
  | 'strayClose'
  /** `()` is empty: ignored. */
  | 'emptyGroup'
  /** `OR` or `AND` without an operand on one side: ignored. */
  | 'danglingOperator'
  /** A text without a letter or digit, which no index could find: ignored. */
  | 'nothingToFind'
  /** `field:` without a value. */
  | 'missingValue'
  /** `after:` or `before:` with something that is not a date. */
  | 'badDate'
  /** `in:` with a name that no Datasource has. */
  | 'unknownDatasource'
  /** Groups are nested deeper than {@link maxGroupDepth}. */
  | 'tooDeep'
  /** More characters than {@link maxQueryLength}. */
  | 'tooLong';

/** A problem in part of a query. `error` means that the query cannot run. */
export interface QueryDiagnostic {
  readonly problem: QueryProblem;
  readonly severity: 'error' | 'warning';
  /** Offset in UTF-16 units, inclusive. */
  readonly start: number;
  /** Offset in UTF-16 units, exclusive. */
  readonly end: number;
  /** The part of the query that the message quotes. */
  readonly subject: string;
}

/**
 * Maximum length of a query, in UTF-16 units. A longer text was probably pasted by mistake, and the service limits the
 * number of clauses.
 */
export const maxQueryLength = 2000;

/**
 * Maximum nesting of parentheses: more than a person would type, but safe for the call stack and the service.
 */
export const maxGroupDepth = 12;
