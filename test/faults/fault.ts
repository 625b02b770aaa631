import type { ServerResponse } from 'node:http';
import type { AccountAnswer, Pages } from './account.ts';
import type { RunningTimeouts } from './clientTimeouts.ts';
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

/** A response with a status code and JSON. */
export function status(
  name: string,
  code: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return {
    name,
    refuses: code >= 400 && code < 500,
    answer: ({ response }) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
      response.writeHead(code, { 'content-type': contentType, ...headers }).end(text);
    },
  };
}
