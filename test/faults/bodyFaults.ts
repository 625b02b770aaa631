import { brotliCompressSync, gzipSync } from 'node:zlib';
import { settle } from '../doubles/fakeClock.ts';
import { fireFirstTimeout, untilReplaced } from './clientTimeouts.ts';
import { answerHealthily } from './fault.ts';
import type { Fault, FaultContext } from './fault.ts';

/** 40 MB of zeros in 40 kB. Made once, because it is slow. */
const bomb = gzipSync(Buffer.alloc(40 << 20));
const depth = 100_000;

/** Responds with status 200 and this body instead of the healthy one. */
function instead(name: string, body: string, contentType = 'application/json'): Fault {
  return {
    name,
    kinds: ['decode'],
    answer: ({ response }: FaultContext): unknown =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
  };
}

/** Starts the response. @returns The healthy body, or another one if the healthy body is empty. */
function begin({ response, healthy }: FaultContext, headers: Readonly<Record<string, string>> = {}): string {
  response.writeHead(200, { 'content-type': healthy.contentType, ...headers });
  return healthy.body === '' ? '{"a": "body"}' : healthy.body;
}

function isOver({ response }: FaultContext): boolean {
  return response.destroyed || response.closed;
}

/** Fires timeouts until the client gives up. Those of its later requests are left alone. */
async function fireTimeouts(context: FaultContext): Promise<void> {
  const { clock } = context;
  const own = clock.timers();
  while (!isOver(context)) {
    const running = clock.timers();
    if (![...own].some((timer) => running.has(timer))) return;
    fireFirstTimeout(clock);
    await settle();
  }
}

async function dribble(context: FaultContext): Promise<void> {
  const { response, clock } = context;
  // Both JSON and a displayed text may begin with spaces.
  const body = begin(context).padStart(200);
  let { timeouts } = context;
  for (const byte of Buffer.from(body)) {
    response.write(Buffer.of(byte));
    // The byte has arrived once the client waits for the next one.
    await untilReplaced(clock, timeouts, () => isOver(context));
    timeouts = clock.timers();
    clock.advanceSync(10_000);
    if (isOver(context)) return;
  }
  response.end();
}

/** The healthy JSON with an extra field, nested `depth` deep. */
function nested({ healthy }: FaultContext): string {
  const deep = '['.repeat(depth) + ']'.repeat(depth);
  return healthy.body.startsWith('{') ? `{"deep":${deep},${healthy.body.slice(1)}` : deep;
}

/** Faults of the network, and bodies that are not the expected response. */
export const bodyFaults: readonly Fault[] = [
  {
    name: 'no answer',
    kinds: ['timeout'],
    onTheWire: true,
    answer: (context: FaultContext): unknown => fireTimeouts(context),
  },
  {
    name: 'headers but no body',
    kinds: ['timeout'],
    onTheWire: true,
    answer: async (context: FaultContext): Promise<void> => {
      begin(context);
      context.response.flushHeaders();
      await untilReplaced(context.clock, context.timeouts, () => isOver(context));
      await fireTimeouts(context);
    },
  },
  {
    name: 'a body that stops half-way',
    kinds: ['timeout'],
    onTheWire: true,
    answer: async (context: FaultContext): Promise<void> => {
      const body = begin(context);
      context.response.write(body.slice(0, body.length / 2));
      await untilReplaced(context.clock, context.timeouts, () => isOver(context));
      await fireTimeouts(context);
    },
  },
  { name: 'a body that dribbles, a byte in 10 s', kinds: ['timeout'], onTheWire: true, answer: dribble },
  {
    name: 'the connection is reset before the answer',
    kinds: ['unreachable'],
    onTheWire: true,
    answer: ({ response }: FaultContext): unknown => response.socket?.resetAndDestroy(),
  },
  {
    name: 'the connection is reset in the middle of the body',
    kinds: ['unreachable'],
    onTheWire: true,
    answer: (context: FaultContext): void => {
      const body = begin(context, { 'content-length': '100000' });
      context.response.write(body.slice(0, body.length / 2), () =>
        context.response.socket?.resetAndDestroy(),
      );
    },
  },
  {
    name: 'the body ends before its Content-Length',
    kinds: ['unreachable'],
    onTheWire: true,
    answer: (context: FaultContext): void => {
      const body = begin(context, { 'content-length': '100000' });
      context.response.write(body, () => context.response.socket?.end());
    },
  },
  {
    name: 'cut-off JSON',
    kinds: ['decode'],
    answer: (context: FaultContext): void => {
      const body = begin(context);
      context.response.end(body.slice(0, body.length / 2));
    },
  },
  instead('invalid JSON', '{"updates": [}'),
  instead('JSON of another shape', '[1, 2, 3]'),
  instead('an empty body', ''),
  instead('a web page with status 200', '<!doctype html><title>Sign in</title><form>…', 'text/html'),
  {
    name: 'the wrong content type',
    answer: ({ response, healthy }: FaultContext): unknown =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(healthy.body),
  },
  {
    name: 'a gzip bomb (40 kB that are 40 MB)',
    kinds: ['tooLarge'],
    onTheWire: true,
    answer: ({ response }: FaultContext): unknown =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
  },
  {
    name: 'broken gzip',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): unknown =>
      response
        .writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'gzip' })
        .end(Buffer.from('this is no gzip at all')),
  },
  {
    name: 'broken brotli',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): void => {
      const packed = brotliCompressSync(`${healthy.body}${'x'.repeat(100)}`);
      packed.fill(0xff, 4);
      response.writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'br' }).end(packed);
    },
  },
  {
    name: 'cut-off gzip',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): unknown =>
      response
        .writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'gzip' })
        .end(gzipSync(healthy.body === '' ? 'a body' : healthy.body).subarray(0, -12)),
  },
  {
    name: 'a Content-Length of 2 GB, and then silence',
    kinds: ['tooLarge', 'timeout'],
    onTheWire: true,
    answer: async (context: FaultContext): Promise<void> => {
      const body = begin(context, { 'content-length': String(2 ** 31) });
      context.response.write(body);
      await untilReplaced(context.clock, context.timeouts, () => isOver(context));
      await fireTimeouts(context);
    },
  },
  {
    name: 'invalid UTF-8',
    kinds: ['decode'],
    answer: ({ response, healthy }: FaultContext): void => {
      const cut = healthy.body.lastIndexOf('i') + 1;
      const parts = [healthy.body.slice(0, cut), Buffer.from([0xff, 0xc3]), healthy.body.slice(cut)];
      response.writeHead(200, { 'content-type': healthy.contentType });
      response.end(Buffer.concat(parts.map((part) => Buffer.from(part))));
    },
  },
  {
    name: 'JSON nested 100,000 deep',
    kinds: ['decode'],
    answer: (context: FaultContext): void => {
      const { response } = context;
      response.writeHead(200, { 'content-type': 'application/json' }).end(nested(context));
    },
  },
  {
    name: 'a redirect to another origin',
    kinds: ['redirected'],
    refuses: true,
    onTheWire: true,
    answer: ({ response, elsewhere }: FaultContext): unknown =>
      response.writeHead(302, { location: `${elsewhere}/x` }).end(),
  },
  {
    name: 'a redirect within the origin',
    kinds: ['redirected'],
    refuses: true,
    onTheWire: true,
    answer: ({ response }: FaultContext): unknown => response.writeHead(301, { location: '/login' }).end(),
  },
  {
    name: 'a redirect from https to http',
    kinds: ['redirected'],
    refuses: true,
    secure: true,
    answer: ({ response, insecure }: FaultContext): unknown =>
      response.writeHead(302, { location: `${insecure}/x` }).end(),
  },
  { name: 'https, and no fault at all', secure: true, answer: answerHealthily },
];
