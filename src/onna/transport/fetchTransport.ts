import { Readable } from 'node:stream';
import { OnnaError, type OnnaFailure } from '../errors.ts';
import { decompressed } from './body.ts';
import { networkFailure } from './networkFailure.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/**
 * The fallback transport. It uses `fetch`, which VS Code patches in its extension host. This `fetch` supports PAC
 * files, Kerberos and the system's certificates, but neither a GET with a body nor pool settings.
 */
export class FetchTransport implements Transport {
  readonly name = 'fetch with VS Code’s proxy support';
  readonly #origin: URL;
  readonly #closed = new AbortController();

  constructor(origin: URL) {
    this.#origin = origin;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (request.url.origin !== this.#origin.origin) {
      throw new OnnaError({ kind: 'redirected', to: request.url.origin });
    }
    if (request.method === 'GET' && request.body !== undefined) {
      // The status that a service would return if it did not support a GET with a body.
      throw new OnnaError({ kind: 'unexpectedStatus', status: 405, message: 'GET with a body' });
    }
    const { signal } = request;
    let answer: Response;
    try {
      answer = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([this.#closed.signal, signal]) : this.#closed.signal,
      });
    } catch (error) {
      throw new OnnaError(this.#failureOf(error, signal));
    }
    const stream = answer.body ? Readable.fromWeb(answer.body) : Readable.from([]);
    // Prevents an unhandled error when the transport closes before the body is read. Readers still get the error.
    stream.on('error', () => undefined);
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: new Map(answer.headers),
      // fetch has already decompressed the body.
      body: decompressed(stream, undefined, (error) => this.#failureOf(error, signal)),
      destroy: () => stream.destroy(),
    };
  }

  #failureOf(error: unknown, signal: AbortSignal | undefined): OnnaFailure {
    return this.#closed.signal.aborted
      ? { kind: 'cancelled' }
      : networkFailure(error, this.#origin.host, signal);
  }

  close(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }
}
