import type { ServerResponse } from 'node:http';
import type { AccountAnswer, Pages } from './exchange.ts';
import type { RunningTimeouts } from './clientTimeouts.ts';
import type { OnnaFailure } from '../../src/onna/errors.ts';
import type { FakeClock } from '../doubles/fakeClock.ts';

/** The input of a fault. */
export interface FaultContext {
  readonly response: ServerResponse;
  /** The response of a healthy service. */
  readonly healthy: AccountAnswer;
  /** The same response in pages, for a paged endpoint. */
  readonly pages: Pages | undefined;
  /** An origin that must never receive a request. */
  readonly elsewhere: string;
  /** The service's own address with `http:` for `https:`. */
  readonly insecure: string;
  /** The client's clock. */
  readonly clock: FakeClock;
  /** The service's clock when the cell started, ms since 1970. */
  readonly serviceTime: number;
  /** Timeouts of the client that were running when the request arrived. */
  readonly timeouts: RunningTimeouts;
}

/** A fault of the service, or of something between it and the client. */
export interface Fault {
  /** The first cell of the fault's row in the table. */
  readonly name: string;
  /** A fault of paging, which only listings can have. */
  readonly needsPages?: boolean;
  /** Offset of the client's clock from the service's, in ms. */
  readonly clockAheadMs?: number;
  /** Uses https, with a certificate that the client is made to trust. */
  readonly secure?: boolean;
  /** A fault below the level of HTTP status codes, so it is tested with both transports. */
  readonly onTheWire?: boolean;
  /** The kinds of errors that the user may be told of. Absent: none, the response is right. */
  readonly kinds?: readonly OnnaFailure['kind'][];
  /** The response tells the client that nothing was done: a 4xx status, or a redirect that is not followed. */
  readonly refuses?: boolean;
  answer(context: FaultContext): unknown;
}

/** Sends the healthy response. */
export function answerHealthily({ response, healthy }: Pick<FaultContext, 'response' | 'healthy'>): void {
  const { status, contentType, body } = healthy;
  // A 204 response has neither a content type nor a body.
  if (body === '') response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** The kinds of errors after a status code. 401 has its own for each body. */
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

/** Details of a {@link status}. */
interface StatusOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the kind that belongs to the code. */
  readonly kind?: OnnaFailure['kind'];
}

function kindsAfter(
  kind: OnnaFailure['kind'],
  headers: Readonly<Record<string, string>>,
): readonly OnnaFailure['kind'][] {
  // A Resource that has no file yet.
  if (kind === 'notFound') return [kind, 'noContent'];
  // A server that asks for a pause is not asked again in the background.
  return 'retry-after' in headers ? [kind, 'rateLimited'] : [kind];
}

/** A response with a status code and JSON. */
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
