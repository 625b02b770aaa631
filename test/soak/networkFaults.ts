import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../../src/base/clock.ts';
import type { SeededChance } from './seededChance.ts';

/** The unchanged response of the service. */
export interface Healthy {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface FaultContext {
  readonly response: ServerResponse;
  /** Forwards the request to the service, which then executes it. */
  readonly answer: () => Promise<Healthy>;
  readonly clock: Clock;
  readonly chance: SeededChance;
  /** To be called when only the clock can make the request continue. */
  readonly rest: () => void;
}

/** A fault of a request. */
export interface NetworkFault {
  readonly name: string;
  /** Whether the fault can happen at this URL. */
  readonly suits: (url: string) => boolean;
  readonly answer: (context: FaultContext) => unknown;
}

const everywhere: NetworkFault['suits'] = () => true;
/** Not during sign-in, where the extension takes a 401 as a wrong password and cannot recover without the user. */
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
        .end(JSON.stringify({ reason: 'made up by the soak test' })),
    suits,
  );
}

function page(name: string, body: string, contentType = 'application/json'): NetworkFault {
  return fault(name, ({ response }) => response.writeHead(200, { 'content-type': contentType }).end(body));
}

/** Sends the headers and the first half of the body. @returns The other half. */
async function beginHalf({ response, answer }: FaultContext): Promise<Buffer> {
  const { status: code, headers, body } = await answer();
  const half = Math.floor(body.length / 2);
  response.writeHead(code, headers);
  response.flushHeaders();
  if (half > 0) response.write(body.subarray(0, half));
  return body.subarray(half);
}

/** Sends the rest in pieces, with a pause before each. */
function dribble({ response, clock }: FaultContext, rest: Buffer, pieces: number, pauseMs: number): void {
  const size = Math.ceil(rest.length / pieces);
  const next = (from: number): void => {
    if (response.destroyed) return;
    const piece = rest.subarray(from, from + size);
    // A client treats the response as complete as soon as it has the whole body.
    if (from + size >= rest.length) response.end(piece);
    else {
      response.write(piece);
      clock.after(pauseMs, () => next(from + size));
    }
  };
  clock.after(pauseMs, () => next(0));
}

/** All temporary faults. */
export const faults: readonly NetworkFault[] = [
  fault('reset before it arrives', ({ response }) => response.destroy()),
  fault('reset after it was done', async ({ response, answer }) => {
    await answer();
    response.destroy();
  }),
  fault('reset in the middle of the body', async (context) => {
    await beginHalf(context);
    setImmediate(() => context.response.destroy());
  }),
  fault('no answer', ({ rest }) => rest()),
  fault('half a body, then nothing', async (context) => {
    await beginHalf(context);
    context.rest();
  }),
  fault('a body that dribbles', async (context) => {
    const rest = await beginHalf(context);
    context.rest();
    dribble(context, rest, 6, 3_000);
  }),
  fault('slow', async ({ response, answer, clock, chance, rest }) => {
    const { status: code, headers, body } = await answer();
    rest();
    clock.after(chance.between(500, 25_000), () => {
      if (!response.destroyed) response.writeHead(code, headers).end(body);
    });
  }),
  fault('cut off', async ({ response, answer }) => {
    const { status: code, headers, body } = await answer();
    const half = body.subarray(0, Math.floor(body.length / 2));
    response.writeHead(code, { ...headers, 'content-length': String(half.length) }).end(half);
  }),
  page('a web page', '<!doctype html><title>Sign in to the network</title>', 'text/html'),
  page('nothing', ''),
  page('invalid JSON', '{"updates": [,]}'),
  page('other JSON', '{"hello": "world"}'),
  // The response to an expired token.
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
