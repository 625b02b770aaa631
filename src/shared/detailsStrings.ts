import type { DetailsLog, DetailsTab, ExceptionSort, RunOutcome, RunSource } from './detailsProtocol.ts';

/**
 * All texts of the details page, in the user's language. The page has no other texts. `{0}`, `{1}` are placeholders.
 */
export interface DetailsStrings {
  /** The text for screen readers where the page shows a dash. */
  readonly unknown: string;
  readonly tabs: Readonly<Record<DetailsTab, string>>;
  readonly tabsLabel: string;
  readonly actionsLabel: string;
  readonly factsLabel: string;
  readonly loading: string;
  readonly refresh: string;
  /** The label of the button that stops loading. */
  readonly cancel: string;
  readonly showLog: string;
  /** Shown when the Datasource was removed or its account signed out. */
  readonly gone: string;

  /** The accessible name of the chart. `{0}`: number of runs. */
  readonly chartLabel: string;
  readonly noRuns: string;
  readonly outcomes: Readonly<Record<RunOutcome, string>>;
  /** `{0}`: number of failed attempts before the run succeeded. */
  readonly mixedOne: string;
  readonly mixedMany: string;
  readonly sources: Readonly<Record<RunSource, string>>;
  /** Explanations of the sources. */
  readonly sourceHints: Readonly<Record<RunSource, string>>;
  readonly runColumns: {
    readonly start: string;
    readonly end: string;
    readonly duration: string;
    readonly outcome: string;
    readonly added: string;
    readonly changed: string;
    readonly removed: string;
    readonly reason: string;
    readonly source: string;
  };

  readonly noExceptions: string;
  readonly noMatchingExceptions: string;
  /** `{0}`: number of rows loaded, `{1}`: total number of rows. */
  readonly exceptionsShown: string;
  /** `{0}`: number of rows loaded. Used if the total is unknown. */
  readonly exceptionsLoaded: string;
  /** The label of the button that removes a filter without matches. */
  readonly clearFilter: string;
  readonly exceptionKindsLabel: string;
  readonly allKinds: string;
  readonly exceptionsTitle: string;
  readonly notesTitle: string;
  readonly filterFiles: string;
  readonly sortLabel: string;
  readonly exceptionSorts: Readonly<Record<ExceptionSort, string>>;
  readonly exceptionColumns: {
    readonly select: string;
    readonly file: string;
    readonly kind: string;
    readonly when: string;
    readonly outcome: string;
    readonly actions: string;
  };
  readonly selectAll: string;
  /** `{0}`: file. */
  readonly selectFile: string;
  /** `{0}`: number of selected rows. */
  readonly sendSelected: string;
  readonly saveCsv: string;
  /** `{0}`: file. */
  readonly openFile: string;
  /** `{0}`: file. */
  readonly revealFile: string;

  readonly logs: Readonly<Record<DetailsLog, string>>;
  readonly logLabel: string;
  readonly errorsOnly: string;
  readonly from: string;
  readonly to: string;
  readonly older: string;
  /** Shown when none of the newest entries match the choice, but older entries may match. */
  readonly noneAmongNewest: string;
  readonly noLogItems: string;
  readonly noLogErrors: string;
  readonly openLogDocument: string;
  readonly logColumns: {
    readonly at: string;
    readonly outcome: string;
    readonly action: string;
    readonly file: string;
    readonly message: string;
    readonly user: string;
  };
  readonly logOutcomes: Readonly<Record<'success' | 'error' | 'info', string>>;
}
