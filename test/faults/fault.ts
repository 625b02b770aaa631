import type { ServerResponse } from 'node:http';
import type { AccountAnswer, Pages } from './account.ts';
import type { EagerClock } from '../doubles/eagerClock.ts';

/** What a fault works with. */
export interface FaultContext {
  readonly response: ServerResponse;
  /** What a service in order would answer. */
  readonly healthy: AccountAnswer;
  /** The same in pages, for a paged endpoint. */
  readonly pages: Pages | undefined;
  /** The origin to which nothing may ever be sent. */
  readonly elsewhere: string;
  /** The service's own address with `http:` for `https:`. */
  readonly insecure: string;
  /** Of the client. */
  readonly clock: EagerClock;
  /** The service's own time when the cell began, ms since 1970. */
  readonly serviceTime: number;
  /** Time limits of the client that ran when the request arrived. */
  readonly limits: ReadonlySet<number>;
}

/** Something that a service, or what stands in between, does wrong. */
export interface Fault {
  /** Heads a row of the table. */
  readonly name: string;
  /** It is about pages: only listings have it. */
  readonly needsPages?: boolean;
  /** How far the client's clock is ahead of the service's, ms. */
  readonly clockAheadMs?: number;
  /** Over https, to which the client is led by a certificate of the cell's own. */
  readonly secure?: boolean;
  /** Below HTTP's status codes: both ways of sending have to prove themselves. */
  readonly onTheWire?: boolean;
  /** The client can tell from it that nothing was done: a status of 4xx, or a redirect that is not followed. */
  readonly refuses?: boolean;
  answer(context: FaultContext): unknown;
}

/** Sends the healthy answer. */
export function answerHealthily({ response, healthy }: Pick<FaultContext, 'response' | 'healthy'>): void {
  const { status, contentType, body } = healthy;
  // A 204 has neither.
  if (body === '') response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** An answer with a status code and JSON. */
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
