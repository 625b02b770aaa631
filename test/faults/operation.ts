import { isOnnaError } from '../../src/onna/errors.ts';
import { accountPath } from './account.ts';
import type { AccountRequest } from './account.ts';
import type { World } from './world.ts';
import type { Moment } from '../../src/ui/text/errorMoment.ts';
import { describeError } from './words.ts';

/** A place where failures show. */
export type Place =
  | 'sign-in box'
  | 'row of the account'
  | 'row below the Datasource'
  | 'tooltip, which shows what is known and tells nothing'
  | 'document'
  | 'notification'
  | 'search page';

/** Something the extension asks the service for, and where its failure is told. */
export interface Operation {
  /** Heads a column of the table. */
  readonly name: string;
  /** Where the user sees what went wrong. */
  readonly place: Place;
  /** Its listing is paged, so that pages can be wrong. */
  readonly paged?: boolean;
  /** The datasource's status is left out of the listing. */
  readonly statusLeftOut?: boolean;
  /** The token that is kept has run out. */
  readonly tokenRanOut?: boolean;
  /** It changes something in the service. */
  readonly writes?: true;
  /** Whether this request is the one that goes wrong. */
  concerns(request: AccountRequest): boolean;
  /** Makes everything up to the request; nothing goes wrong yet. */
  prepare(world: World): Promise<Run>;
}

/** An operation that is ready to begin. */
export interface Run {
  /** Does it. @returns What the user is told; undefined when it worked, or when nobody is told. */
  run(): Promise<string | undefined>;
  /** Whether all is there that should be; throws if not. */
  check(): void;
  /** What must still be there however it ends. */
  kept(): readonly string[];
  /** Once the fault is gone; default: {@link run} again. @returns As {@link run}. */
  recover?(): Promise<string | undefined>;
}

/** Path of the Datasource that most operations are about. */
export const wiki = `${accountPath}/wiki`;
/** Matches requests for the endpoint with this ending. */
export const ends =
  (suffix: string): ((request: AccountRequest) => boolean) =>
  (request) =>
    request.path.endsWith(suffix);
/** What is told of it. @throws the error itself if it is none of ours. */
export const told = (error: unknown, moment: Moment): string => {
  // A cell that breaks must not pass for one in which the service did.
  if (!isOnnaError(error)) throw error;
  return describeError(error, moment);
};
