import type { ServerResponse } from 'node:http';
import type { AccountAnswer, Pages } from './exchange.ts';
import type { RunningTimeouts } from './clientTimeouts.ts';
import type { OnnaFailure } from '../../src/onna/errors.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** The data from which a fault builds its response. */
export interface FaultContext {
  readonly response: ServerResponse;
  /** The response that a service without a fault would send. */
  readonly healthy: AccountAnswer;
  /** The pages of the endpoint, if it is paged. */
  readonly pages: Pages | undefined;
  /** An origin that must never receive a request. */
  readonly elsewhere: string;
  /** The address of the https server, but with the scheme `http:`. */
  readonly insecure: string;
  /** The clock of the client. */
  readonly clock: FakeClock;
  /** The time of the service when the cell starts, in ms since 1970. */
  readonly serviceTime: number;
  /** The timeouts of the client that were running when the request arrived. */
  readonly timeouts: RunningTimeouts;
}

/** A fault of the service or of the network. */
export interface Fault {
  /** The label of the fault's row in the table. */
  readonly name: string;
  /** Whether the fault applies only to paged endpoints. */
  readonly needsPages?: boolean;
  /** Difference between the client's clock and the service's clock, in ms; positive if the client's clock is ahead. */
  readonly clockAheadMs?: number;
  /** Whether the cell uses https, with a certificate that the client trusts. */
  readonly secure?: boolean;
  /** Whether the fault depends on the transport. If so, the matrix tests the fault with undici and with fetch. */
  readonly onTheWire?: boolean;
  /** The kinds of errors that the user may see. Absent if the response is correct: the user then sees no error. */
  readonly kinds?: readonly OnnaFailure['kind'][];
  /** Whether the response means that the service did not execute the request: a 4xx status or a redirect. */
  readonly refuses?: boolean;
  answer(context: FaultContext): unknown;
}

/** Sends the response of a service without a fault. */
export function answerHealthily({ response, healthy }: Pick<FaultContext, 'response' | 'healthy'>): void {
  const { status, contentType, body } = healthy;
  // A 204 response has neither a content type nor a body.
  if (body === '') response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** The kind of error for each status code. 401 is missing, because its kind depends on the body. */
const kindOfStatus: Readonly<Record<number, OnnaFailure['kind']>> = {
  ...{ 400: 'invalid', 403: 'noPermission', 404: 'notFound', 412: 'invalid' },
  ...{
    424: 'authServerDown',
    429: 'rateLimited',
    500: 'serverError',
    502: 'serverError',
    503: 'serverError',
  },
};

/** Options of {@link status}. */
interface StatusOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The kind of error. Default: the kind for the status code. */
  readonly kind?: OnnaFailure['kind'];
}

function kindsAfter(
  kind: OnnaFailure['kind'],
  headers: Readonly<Record<string, string>>,
): readonly OnnaFailure['kind'][] {
  // A 404 can also mean that a Resource has no file yet.
  if (kind === 'notFound') return [kind, 'noContent'];
  // After a Retry-After header, the client rejects background requests as rate-limited for a while.
  return 'retry-after' in headers ? [kind, 'rateLimited'] : [kind];
}

/**
 * Returns a fault that responds with a status code and with `body`. A string is sent as plain text, any other
 * value as JSON.
 */
export function status(
  name: string,
  code: number,
  body: unknown,
  { headers = {}, kind = kindOfStatus[code] ?? 'unexpectedStatus' }: StatusOptions = {},
): Fault {
  return {
    name,
    kinds: kindsAfter(kind, headers),
    refuses: code >= 400 && code < 500,
    answer: ({ response }) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
      response.writeHead(code, { 'content-type': contentType, ...headers }).end(text);
    },
  };
}
