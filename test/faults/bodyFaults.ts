import { brotliCompressSync, gzipSync } from 'node:zlib';
import { settle } from '../doubles/fakeClock.ts';
import { fireFirstTimeout, untilReplaced } from './clientTimeouts.ts';
import { answerHealthily } from './fault.ts';
import type { Fault, FaultContext } from './fault.ts';

/** 40 MB of zeros, compressed to 40 kB. Compressed only once, because the compression is slow. */
const bomb = gzipSync(Buffer.alloc(40 << 20));
const depth = 100_000;

/** Returns a fault that responds with status 200 and `body` instead of the healthy response. */
function instead(name: string, body: string, contentType = 'application/json'): Fault {
  return {
    name,
    kinds: ['decode'],
    answer: ({ response }: FaultContext): unknown =>
      response.writeHead(200, { 'content-type': contentType }).end(body),
  };
}

/** Sends the status and the headers. @returns the healthy body, or a placeholder if the healthy body is empty */
function begin({ response, healthy }: FaultContext, headers: Readonly<Record<string, string>> = {}): string {
  response.writeHead(200, { 'content-type': healthy.contentType, ...headers });
  return healthy.body === '' ? '{"a": "body"}' : healthy.body;
}

function isOver({ response }: FaultContext): boolean {
  return response.destroyed || response.closed;
}

/**
 * Fires the client's timeouts until the client closes the connection. Does not fire the timeouts of later
 * requests.
 */
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
  // JSON and displayed texts may begin with spaces, so padding makes a short body long without changing its meaning.
  const body = begin(context).padStart(200);
  let { timeouts } = context;
  for (const byte of Buffer.from(body)) {
    response.write(Buffer.of(byte));
    // A new timeout of the client shows that the client has received the byte.
    await untilReplaced(clock, timeouts, () => isOver(context));
    timeouts = clock.timers();
    clock.advanceSync(10_000);
    if (isOver(context)) return;
  }
  response.end();
}

/** Returns the healthy JSON with an additional field that contains `depth` nested arrays. */
function nested({ healthy }: FaultContext): string {
  const deep = '['.repeat(depth) + ']'.repeat(depth);
  return healthy.body.startsWith('{') ? `{"deep":${deep},${healthy.body.slice(1)}` : deep;
}

/** Network faults, and responses with an unexpected body. */
export const bodyFaults: readonly Fault[] = [
  {
    name: 'no response',
    kinds: ['timeout'],
    onTheWire: true,
    answer: (context: FaultContext): unknown => fireTimeouts(context),
  },
  {
    name: 'response headers without a body',
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
    name: 'a body that stalls halfway',
    kinds: ['timeout'],
    onTheWire: true,
    answer: async (context: FaultContext): Promise<void> => {
      const body = begin(context);
      context.response.write(body.slice(0, body.length / 2));
      await untilReplaced(context.clock, context.timeouts, () => isOver(context));
      await fireTimeouts(context);
    },
  },
  {
    name: 'a slow body: one byte every 10 s',
    // The padding changes the checksum of a file.
    kinds: ['timeout', 'decode'],
    onTheWire: true,
    answer: dribble,
  },
  {
    name: 'the connection is reset before the response',
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
    name: 'a body shorter than its Content-Length',
    kinds: ['unreachable'],
    onTheWire: true,
    answer: (context: FaultContext): void => {
      const body = begin(context, { 'content-length': '100000' });
      context.response.write(body, () => context.response.socket?.end());
    },
  },
  {
    name: 'truncated JSON',
    kinds: ['decode'],
    answer: (context: FaultContext): void => {
      const body = begin(context);
      context.response.end(body.slice(0, body.length / 2));
    },
  },
  instead('invalid JSON', '{"updates": [}'),
  instead('JSON with an unexpected structure', '[1, 2, 3]'),
  instead('an empty body', ''),
  instead('a web page with status 200', '<!doctype html><title>Sign in</title><form>…', 'text/html'),
  {
    name: 'the wrong content type',
    answer: ({ response, healthy }: FaultContext): unknown =>
      response.writeHead(healthy.status, { 'content-type': 'image/png' }).end(healthy.body),
  },
  {
    name: 'a gzip bomb (40 kB that expand to 40 MB)',
    // A downloaded file may have any size, but its checksum differs.
    kinds: ['tooLarge', 'decode'],
    onTheWire: true,
    answer: ({ response }: FaultContext): unknown =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
  },
  {
    name: 'invalid gzip data',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): unknown =>
      response
        .writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'gzip' })
        .end(Buffer.from('this is no gzip at all')),
  },
  {
    name: 'corrupt Brotli data',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): void => {
      const packed = brotliCompressSync(`${healthy.body}${'x'.repeat(100)}`);
      packed.fill(0xff, 4);
      response.writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'br' }).end(packed);
    },
  },
  {
    name: 'truncated gzip data',
    kinds: ['decode'],
    onTheWire: true,
    answer: ({ response, healthy }: FaultContext): unknown =>
      response
        .writeHead(200, { 'content-type': healthy.contentType, 'content-encoding': 'gzip' })
        .end(gzipSync(healthy.body === '' ? 'a body' : healthy.body).subarray(0, -12)),
  },
  {
    name: 'a Content-Length of 2 GB and an incomplete body',
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
    name: 'JSON nested 100,000 levels deep',
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
  { name: 'no fault, over https', secure: true, answer: answerHealthily },
];
