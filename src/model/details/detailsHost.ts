import type { Event } from '../../base/event.ts';
import type { NodePath } from '../../onna/address.ts';
import type {
  DetailsAction,
  DetailsHeader,
  DetailsLog,
  ExceptionChoice,
  LogChoice,
} from '../../shared/detailsProtocol.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { History } from '../history/historyReader.ts';

/** The Datasource that a details page shows. Stays the same after a reload of the window. */
export interface DetailsTarget {
  readonly connectionId: string;
  readonly datasourceId: string;
}

/** Numbers in the header that the list of Datasources does not contain. Undefined if unknown or not loaded yet. */
export interface DetailsNumbers {
  readonly bytesProcessed: number | undefined;
  readonly resources: number | undefined;
  readonly exceptions: number | undefined;
  readonly notes: number | undefined;
}

/** The Resource that a row of the page shows. */
export interface DetailsResource {
  readonly path: NodePath;
  readonly title: string;
}

/** The parts of the extension that a details page uses: the store, the texts and the workbench. */
export interface DetailsHost {
  datasource(target: DetailsTarget): Datasource | undefined;
  /** Whether the Datasource was removed or its account signed out. False while the list is not loaded yet. */
  isGone(target: DetailsTarget): boolean;
  /** Fires with the id of a connection after any change of its Datasources. */
  readonly onDidChange: Event<string>;
  header(target: DetailsTarget, numbers: DetailsNumbers, last: DetailsHeader | undefined): DetailsHeader;
  /**
   * Converts a reference from the service, such as a hit's `@id`, to a path. Undefined if it is not in the Datasource's
   * account.
   */
  resourcePath(target: DetailsTarget, reference: string): NodePath | undefined;
  describeError(error: unknown): string;
  /** A text that lists the sources missing from a history. Undefined if all sources were read. */
  describeHistory(history: History): string | undefined;
  /** The message for a table that has more rows than are shown. */
  describeLimit(shown: number): string;
  /** The message for a user who may not read a log. */
  describeNoAccess(log: DetailsLog): string;
  /**
   * The text for a row's outcome after *Send to Processing*. If `error` is undefined, the Resource was sent.
   */
  describeSent(error: unknown): string;
  act(target: DetailsTarget, action: DetailsAction): Promise<void>;
  open(target: DetailsTarget, resource: DetailsResource): Promise<void>;
  reveal(target: DetailsTarget, resource: DetailsResource): Promise<void>;
  /**
   * Sends Resources for processing, one request each.
   * @param ended Called after each Resource, with an undefined `error` if it was sent. Not called for Resources that
   * were not sent because the user cancelled.
   * @returns False if the user did not confirm the action, so that nothing was sent.
   */
  process(
    target: DetailsTarget,
    paths: readonly NodePath[],
    ended: (path: NodePath, error: unknown) => void,
  ): Promise<boolean>;
  saveExceptions(target: DetailsTarget, choice: ExceptionChoice): Promise<void>;
  openLogDocument(target: DetailsTarget, choice: LogChoice): Promise<void>;
  /** Tells the user that the Resource of a row no longer exists. */
  tellMissing(): void;
  /**
   * Shows the user the error of an action.
   * @param again Repeats the action.
   */
  tell(error: unknown, again: () => Promise<void>): void;
  showLog(): void;
}
