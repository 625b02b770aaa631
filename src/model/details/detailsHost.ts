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

/** Numbers in the header that the list of Datasources lacks. Undefined: not known, or not known yet. */
export interface DetailsNumbers {
  readonly bytesProcessed: number | undefined;
  readonly resources: number | undefined;
  readonly exceptions: number | undefined;
  readonly notes: number | undefined;
}

/** A Resource that a row of the page is about. */
export interface DetailsResource {
  readonly path: NodePath;
  readonly title: string;
}

/** The rest of the extension, as seen by a details page: the store, the words and the workbench. */
export interface DetailsHost {
  datasource(target: DetailsTarget): Datasource | undefined;
  /** Whether the Datasource was removed or its account signed out. False while the list is not known yet. */
  isGone(target: DetailsTarget): boolean;
  /** Fires with the target's connection after any change of its Datasources. */
  readonly onDidChange: Event<string>;
  header(target: DetailsTarget, numbers: DetailsNumbers, last: DetailsHeader | undefined): DetailsHeader;
  /** Rebases a reference of the service, such as a hit's `@id`. Undefined: it is not in the Datasource's account. */
  resourcePath(target: DetailsTarget, reference: string): NodePath | undefined;
  describeError(error: unknown): string;
  /** Says which sources are missing from a history. Undefined if none is. */
  describeHistory(history: History): string | undefined;
  /** Says that the user may not read a log. */
  describeNoAccess(log: DetailsLog): string;
  /** An outcome of a row after *Send to Processing*. */
  describeSent(error: unknown): string;
  act(target: DetailsTarget, action: DetailsAction): Promise<void>;
  open(target: DetailsTarget, resource: DetailsResource): Promise<void>;
  reveal(target: DetailsTarget, resource: DetailsResource): Promise<void>;
  /** Sends Resources for processing. `ended` is called with the outcome of each; no error: it was sent. */
  process(
    target: DetailsTarget,
    paths: readonly NodePath[],
    ended: (path: NodePath, error: unknown) => void,
  ): Promise<void>;
  saveExceptions(target: DetailsTarget, choice: ExceptionChoice): Promise<void>;
  openLogDocument(target: DetailsTarget, choice: LogChoice): Promise<void>;
  /** Tells that the Resource of a log entry is no longer there. */
  tellMissing(): void;
  /** Tells about an error of an action. @param again Repeats the action. */
  tell(error: unknown, again: () => Promise<void>): void;
  showLog(): void;
}
