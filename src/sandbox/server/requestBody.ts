import type { IncomingMessage } from 'node:http';
import { badJson, bodyTooLarge, tooSlow } from '../http/refusals.ts';

/** The largest JSON body that is read, in bytes: 8 MiB. */
export const bodyLimitBytes = 8 * 1024 * 1024;

/** How slowly a client may send. */
export interface Pace {
  /** How long it may be waited for while it sends nothing, in ms. What it sends gives it that back, and no more. */
  readonly patienceMs: number;
  /** Bytes that make up for a ms of waiting. */
  readonly bytesPerMs: number;
}

/** Resolves after `ms` unless cancelled. */
function timer(ms: number): { readonly over: Promise<'over'>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<'over'>();
  const timeout = setTimeout(() => resolve('over'), ms);
  return { over: promise, cancel: () => clearTimeout(timeout) };
}

/**
 * The body as it arrives. Left whole when its reader stops: the answer still has to go out over the same socket.
 * Only the time is counted in which the client keeps its reader waiting, so that a slow disk here cuts nobody off.
 * @throws Refusal 408 when it comes too slowly
 */
export async function* readStream(request: IncomingMessage, pace: Pace): AsyncGenerator<Uint8Array> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let patienceMs = pace.patienceMs;
  try {
    for (;;) {
      const since = performance.now();
      const next = chunks.next();
      const { over, cancel } = timer(patienceMs);
      const arrived = await Promise.race([next, over]).finally(cancel);
      if (arrived === 'over') {
        // It fails as soon as the connection is closed, and there is nobody left to tell.
        next.catch(() => undefined);
        throw tooSlow();
      }
      if (arrived.done === true) return;
      const gained = arrived.value.length / pace.bytesPerMs;
      patienceMs = Math.min(pace.patienceMs, patienceMs - (performance.now() - since) + gained);
      yield arrived.value;
    }
  } finally {
    // Not waited for: after a slow client it would end only with the connection.
    chunks.return?.().catch(() => undefined);
  }
}

/** The whole body, of whatever method. @throws Refusal 408, 413 beyond the limit */
async function readBytes(request: IncomingMessage, pace: Pace): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readStream(request, pace)) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The body as JSON, whatever its content type says (docs/onna-api.md §0); undefined when there is none.
 * @throws Refusal 408, 412 when it is no JSON, 413
 */
export async function readJson(request: IncomingMessage, pace: Pace): Promise<unknown> {
  const bytes = await readBytes(request, pace);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw badJson(error instanceof SyntaxError ? error.message : 'The body is not UTF-8');
  }
}

/** Reads what is left of a body that nobody wanted, so that the connection can be used again. @throws Refusal 408 */
export async function discardRest(request: IncomingMessage, pace: Pace): Promise<void> {
  const rest = readStream(request, pace);
  while ((await rest.next()).done !== true);
}
