import { isOnnaError } from '../../src/onna/errors.ts';
import { accountPath } from './account.ts';
import type { AccountRequest } from './exchange.ts';
import type { World } from './world.ts';
import type { Moment } from '../../src/ui/text/errorMoment.ts';
import { describeError } from './words.ts';

/** A place in the user interface that shows failures. */
export type Place =
  | 'sign-in box'
  | 'row of the account'
  | 'row below the Datasource'
  | 'tooltip, which shows no error'
  | 'check before a command, which shows no error'
  | 'list of suggestions'
  | 'box that asks for a UID'
  | 'group Needs Renewal, which shows no error'
  | 'box for the code'
  | 'document'
  | 'notification'
  | 'search page'
  | 'tab of the details page'
  | 'note above the runs'
  | 'header of the details page, which shows no error'
  | 'row of the Datasource, which shows no error';

/** A request of the extension, and the place in the user interface that shows its failure. */
export interface Operation {
  /** The name of the operation in the list of calls above the table. */
  readonly name: string;
  /** The place where the user sees a failure. */
  readonly place: Place;
  /** Whether the operation reads a paged endpoint. Page faults apply only to these operations. */
  readonly paged?: boolean;
  /** Whether the listing omits the status of the wiki. */
  readonly statusLeftOut?: boolean;
  /** Whether the saved token has expired. */
  readonly tokenRanOut?: boolean;
  /** Whether the request changes data in the service. */
  readonly writes?: true;
  /** The maximum number of requests that the fault applies to, while it lasts. */
  readonly maxRequests?: number;
  /** Returns whether the fault is injected into the response to `request`. */
  concerns(request: AccountRequest): boolean;
  /** Creates the state in which the operation can run. The fault is not active yet. */
  prepare(world: World): Promise<Run>;
}

/** An operation that is ready to run. */
export interface Run {
  /** Runs the operation. @returns the message to the user; undefined if the operation shows no message */
  run(): Promise<string | undefined>;
  /** @throws AssertionError if the operation did not produce the expected result */
  check(): void;
  /** Returns the ids of the data that existed before the operation. A failure must not remove this data. */
  kept(): readonly string[];
  /** Lets time pass after {@link run}. Without a user action, the failed request must not be repeated. */
  idle?(): Promise<void>;
  /** Runs after the fault, instead of {@link run}. @returns the message to the user, if any */
  recover?(): Promise<string | undefined>;
}

/** The path of the Datasource that most operations use. */
export const wiki = `${accountPath}/wiki`;
/** Returns a predicate for requests whose path ends with `suffix`. */
export const ends =
  (suffix: string): ((request: AccountRequest) => boolean) =>
  (request) =>
    request.path.endsWith(suffix);
/** Returns the message for an OnnaError. @throws `error` if it is another kind of error */
export const messageFor = (error: unknown, moment: Moment): string => {
  // Other errors are bugs in the test, and must not count as faults of the service.
  if (!isOnnaError(error)) throw error;
  return describeError(error, moment);
};
