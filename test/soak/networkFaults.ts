import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../../src/base/clock.ts';
import type { SeededChance } from './seededChance.ts';

/** A complete response of the service. */
export interface Healthy {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface FaultContext {
  readonly response: ServerResponse;
  /** Forwards the request to the service, which executes the request. */
  readonly answer: () => Promise<Healthy>;
  readonly clock: Clock;
  readonly chance: SeededChance;
  /** The fault must call this function when it waits only for the clock. */
  readonly rest: () => void;
}

/** A fault of the network or the service that affects one request. */
export interface NetworkFault {
  readonly name: string;
  /** Returns whether the fault can affect a request to this URL. */
  readonly suits: (url: string) => boolean;
  readonly answer: (context: FaultContext) => unknown;
}

const everywhere: NetworkFault['suits'] = () => true;
/** Excludes the sign-in. There, a 401 means a wrong password, and the extension cannot recover without the user. */
const signedIn = (url: string): boolean => !url.includes('/oauth') && !url.includes('@oauthgetcode');

function fault(
  name: string,
  answer: (context: FaultContext) => unknown,
  suits: (url: string) => boolean = everywhere,
): NetworkFault {
  return { name, answer, suits };
}

function status(
  code: number,
  retryAfterSeconds?: (chance: SeededChance) => number,
  suits = everywhere,
): NetworkFault {
  const name = `${code}${retryAfterSeconds ? ' with Retry-After' : ''}`;
  return fault(
    name,
    ({ response, chance }) =>
      response
        .writeHead(code, {
          'content-type': 'application/json',
          ...(retryAfterSeconds && { 'retry-after': String(retryAfterSeconds(chance)) }),
        })
        .end(JSON.stringify({ reason: 'injected by the soak test' })),
    suits,
  );
}

function page(name: string, body: string, contentType = 'application/json'): NetworkFault {
  return fault(name, ({ response }) => response.writeHead(200, { 'content-type': contentType }).end(body));
}

/** Sends the headers and the first half of the body. @returns the second half of the body */
async function beginHalf({ response, answer }: FaultContext): Promise<Buffer> {
  const { status: code, headers, body } = await answer();
  const half = Math.floor(body.length / 2);
  response.writeHead(code, headers);
  response.flushHeaders();
  if (half > 0) response.write(body.subarray(0, half));
  return body.subarray(half);
}

/** Sends `rest` in pieces, with a pause before each piece. */
function dribble({ response, clock }: FaultContext, rest: Buffer, pieces: number, pauseMs: number): void {
  const size = Math.ceil(rest.length / pieces);
  const next = (from: number): void => {
    if (response.destroyed) return;
    const piece = rest.subarray(from, from + size);
    // End the response with the last piece, because the client treats the response as complete when it has all bytes.
    if (from + size >= rest.length) response.end(piece);
    else {
      response.write(piece);
      clock.after(pauseMs, () => next(from + size));
    }
  };
  clock.after(pauseMs, () => next(0));
}

/** Temporary faults, from which the extension must recover without user action. */
export const faults: readonly NetworkFault[] = [
  fault('reset before the service receives the request', ({ response }) => response.destroy()),
  fault('reset after the service has executed the request', async ({ response, answer }) => {
    await answer();
    response.destroy();
  }),
  fault('reset in the middle of the body', async (context) => {
    await beginHalf(context);
    setImmediate(() => context.response.destroy());
  }),
  fault('no response', ({ rest }) => rest()),
  fault('a body that stalls halfway', async (context) => {
    await beginHalf(context);
    context.rest();
  }),
  fault('a slow body', async (context) => {
    const rest = await beginHalf(context);
    context.rest();
    dribble(context, rest, 6, 3_000);
  }),
  fault('a slow response', async ({ response, answer, clock, chance, rest }) => {
    const { status: code, headers, body } = await answer();
    rest();
    clock.after(chance.between(500, 25_000), () => {
      if (!response.destroyed) response.writeHead(code, headers).end(body);
    });
  }),
  fault('a truncated body', async ({ response, answer }) => {
    const { status: code, headers, body } = await answer();
    const half = body.subarray(0, Math.floor(body.length / 2));
    response.writeHead(code, { ...headers, 'content-length': String(half.length) }).end(half);
  }),
  page('a web page', '<!doctype html><title>Sign in to the network</title>', 'text/html'),
  page('an empty body', ''),
  page('invalid JSON', '{"updates": [,]}'),
  page('JSON with an unexpected structure', '{"hello": "world"}'),
  // The service sends a 401 for an expired token.
  status(401, undefined, signedIn),
  status(409),
  status(424),
  status(429, (chance) => chance.between(1, 120)),
  status(500),
  status(502),
  status(503),
  status(503, (chance) => chance.between(1, 120)),
  status(504),
];
