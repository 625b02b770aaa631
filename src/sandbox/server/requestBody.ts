import type { IncomingMessage } from 'node:http';
import { badJson, bodyTooLarge, tooSlow } from '../http/refusals.ts';

/** Maximum size of a JSON body, in bytes: 8 MiB. */
const bodyLimitBytes = 8 * 1024 * 1024;

/** Minimum sending speed of a client. */
export interface Pace {
  /** Maximum waiting time while nothing arrives, in ms. Received bytes extend the remaining time, up to this value. */
  readonly patienceMs: number;
  /** Number of received bytes that extend the remaining time by 1 ms. */
  readonly bytesPerMs: number;
}

/** Makes a promise that resolves after `ms` milliseconds unless it is cancelled. */
function timer(ms: number): { readonly over: Promise<'over'>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<'over'>();
  const timeout = setTimeout(() => resolve('over'), ms);
  return { over: promise, cancel: () => clearTimeout(timeout) };
}

/**
 * Yields the parts of the body as they arrive. If the reader stops early, the request is not destroyed, because the
 * answer needs the same socket. The timeout counts only time spent waiting for the client, so a slow local disk never
 * causes a timeout.
 * @throws Refusal 408 if the body arrives too slowly
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
        // This promise rejects when the connection closes. Ignore that error.
        next.catch(() => undefined);
        throw tooSlow();
      }
      if (arrived.done === true) return;
      const gained = arrived.value.length / pace.bytesPerMs;
      patienceMs = Math.min(pace.patienceMs, patienceMs - (performance.now() - since) + gained);
      yield arrived.value;
    }
  } finally {
    // Do not await this promise: with a slow client it settles only when the connection closes.
    chunks.return?.().catch(() => undefined);
  }
}

/**
 * Reads the whole body of a request, whatever its method.
 * @throws Refusal 408 if it arrives too slowly, 413 if it is too large
 */
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
 * Reads the body as JSON, whatever its content type (docs/onna-api.md §0). Returns undefined for an empty body.
 * @throws Refusal 408 if the body arrives too slowly, 412 if it is not JSON, 413 if it is too large
 */
export async function readJson(request: IncomingMessage, pace: Pace): Promise<unknown> {
  const bytes = await readBytes(request, pace);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw badJson();
  }
}

/**
 * Reads the body as the fields of a submitted form.
 * @throws Refusal 408 if the body arrives too slowly, 413 if it is too large
 */
export async function readForm(request: IncomingMessage, pace: Pace): Promise<URLSearchParams> {
  return new URLSearchParams((await readBytes(request, pace)).toString('utf8'));
}

/**
 * Reads and drops the unread rest of a body, so that the connection can be reused.
 * @throws Refusal 408 if it arrives too slowly
 */
export async function discardRest(request: IncomingMessage, pace: Pace): Promise<void> {
  const rest = readStream(request, pace);
  while ((await rest.next()).done !== true);
}
