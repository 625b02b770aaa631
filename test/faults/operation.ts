import { isOnnaError } from '../../src/onna/errors.ts';
import { accountPath } from './account.ts';
import type { AccountRequest } from './exchange.ts';
import type { World } from './world.ts';
import type { Moment } from '../../src/ui/text/errorMoment.ts';
import { describeError } from './words.ts';

/** A place where failures are shown. */
export type Place =
  | 'sign-in box'
  | 'row of the account'
  | 'row below the Datasource'
  | 'tooltip, which shows no error'
  | 'document'
  | 'notification'
  | 'search page'
  | 'tab of the details page'
  | 'note above the runs'
  | 'header of the details page, which shows no error'
  | 'row of the Datasource, which shows no error';

/** A request of the extension, and the place where its failure is shown. */
export interface Operation {
  /** Heading of a column in the table. */
  readonly name: string;
  /** The place where the user sees the error. */
  readonly place: Place;
  /** The operation reads a paged listing, so its pages can be wrong. */
  readonly paged?: boolean;
  /** The listing omits the Datasource's status. */
  readonly statusLeftOut?: boolean;
  /** The saved token has expired. */
  readonly tokenRanOut?: boolean;
  /** The request changes something in the service. */
  readonly writes?: true;
  /** The maximum number of requests that the fault applies to, while it lasts. */
  readonly maxRequests?: number;
  /** Whether the fault applies to this request. */
  concerns(request: AccountRequest): boolean;
  /** Prepares everything up to the request, without the fault. */
  prepare(world: World): Promise<Run>;
}

/** A prepared operation. */
export interface Run {
  /** Runs it. @returns The message to the user; undefined if it worked or shows no message. */
  run(): Promise<string | undefined>;
  /** Throws if the expected result is not there. */
  check(): void;
  /** Data that must still exist, however the operation ends. */
  kept(): readonly string[];
  /** Lets time pass after {@link run}, without any action of the user. The failed request must not be repeated. */
  idle?(): Promise<void>;
  /** Runs once the fault has gone. Default: {@link run} again. @returns The same as {@link run}. */
  recover?(): Promise<string | undefined>;
}

/** Path of the Datasource that most operations use. */
export const wiki = `${accountPath}/wiki`;
/** Matches requests whose path ends with `suffix`. */
export const ends =
  (suffix: string): ((request: AccountRequest) => boolean) =>
  (request) =>
    request.path.endsWith(suffix);
/** The message for an error. @throws the error itself if it is not an OnnaError. */
export const messageFor = (error: unknown, moment: Moment): string => {
  // A bug in the test must not count as a fault of the service.
  if (!isOnnaError(error)) throw error;
  return describeError(error, moment);
};
