/**
 * The place where an error is shown and the kind of request that failed. The wording of the error and the
 * remedy depend on both. For example, a row has no button, and a poll was not started by the user.
 */
export type Moment =
  /** A sign-in step: its input box stays open, and Enter retries. */
  | 'serverStep'
  | 'accountStep'
  | 'passwordStep'
  | 'tokenStep'
  /** The list of Datasources, which is polled. */
  | 'list'
  /** The first Resources of a Datasource: a row, which can be selected. */
  | 'resources'
  /** The next Resources, below those already loaded. */
  | 'moreResources'
  /** A read-only document. */
  | 'document'
  /** A read-only document with a log. */
  | 'logDocument'
  /** A table of a details page, which has a button to refresh it. */
  | 'details'
  /** A notification, with a “Try Again” button where that may help. */
  | 'download'
  /** A notification about a request that changes something, with a “Try Again” button where that may help. */
  | 'action'
  /** The search page, which has a retry button. */
  | 'search'
  | 'other';
