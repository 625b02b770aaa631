/**
 * The place where an error is shown, and what was asked for there. It decides what the error is about and what can be
 * done about it: a row has no button, a poll was not asked for by anybody.
 */
export type Moment =
  /** A step of signing in: its box stays open, and Enter tries again. */
  | 'serverStep'
  | 'accountStep'
  | 'passwordStep'
  | 'tokenStep'
  /** The list of Datasources, which is polled. */
  | 'list'
  /** The first Resources of a Datasource: a row, which can be selected. */
  | 'resources'
  /** Further ones, below those that are loaded. */
  | 'moreResources'
  /** A read-only document. */
  | 'document'
  /** A notification, with a button to try again where that may help. */
  | 'download'
  /** The same, of a request that changes something. */
  | 'action'
  /** The search page, with a button to try again. */
  | 'search'
  | 'other';
