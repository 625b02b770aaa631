import { Readable } from 'node:stream';
import { OnnaError } from '../errors.ts';
import { decompressed } from './body.ts';
import { networkFailure } from './networkFailure.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/**
 * The second way: the `fetch` that VS Code patches in its extension host, which knows PAC files, Kerberos
 * and the system's certificates. It takes no body on GET and no pool settings.
 */
export class FetchTransport implements Transport {
  readonly name = 'fetch with VS Code’s proxy support';
  readonly #origin: URL;
  readonly #closed = new AbortController();

  constructor(origin: URL) {
    this.#origin = origin;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const host = this.#origin.host;
    if (request.url.origin !== this.#origin.origin) {
      throw new OnnaError({ kind: 'redirected', to: request.url.origin });
    }
    const answerDeadline = new AbortController();
    const timer = setTimeout(() => answerDeadline.abort(), request.answerTimeoutMs);
    const signals = [this.#closed.signal, answerDeadline.signal];
    if (request.signal) signals.push(request.signal);
    let answer: Response;
    try {
      answer = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
    } catch (error) {
      if (answerDeadline.signal.aborted) {
        throw new OnnaError({ kind: 'timeout', host, phase: 'answer', afterMs: request.answerTimeoutMs });
      }
      throw new OnnaError(
        this.#closed.signal.aborted ? { kind: 'cancelled' } : networkFailure(error, host, request),
      );
    } finally {
      clearTimeout(timer);
    }
    const stream = answer.body ? Readable.fromWeb(answer.body) : Readable.from([]);
    // A body that nobody reads still breaks when the transport closes; whoever reads it is told all the same.
    stream.on('error', () => undefined);
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: new Map(answer.headers),
      // fetch has unpacked it already.
      body: decompressed(stream, undefined, (error) => networkFailure(error, host, request)),
      destroy: () => stream.destroy(),
    };
  }

  close(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }
}
