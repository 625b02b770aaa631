import { isOnnaError } from '../errors.ts';
import { couldNotConnect } from './networkFailure.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/**
 * Sends over the first transport. If that cannot connect, tries the second. Later requests use the transport that
 * worked last. Falls back only if the request was not sent, so that no request reaches the service twice.
 */
export class FallbackTransport implements Transport {
  readonly #first: Transport;
  #current: Transport;
  #other: Transport;

  constructor(first: Transport, second: Transport) {
    this.#first = first;
    this.#current = first;
    this.#other = second;
  }

  get name(): string {
    return this.#current.name;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const used = this.#current;
    try {
      return await used.send(request);
    } catch (error) {
      const takesBody = !(request.method === 'GET' && request.body !== undefined);
      if (!neverSent(error) || !takesBody || request.signal?.aborted) throw error;
      const other = used === this.#current ? this.#other : this.#current;
      try {
        const response = await other.send(request);
        this.#current = other;
        this.#other = used;
        return response;
      } catch (second) {
        // The first transport reports errors more precisely, so prefer its error unless the second transport
        // connected.
        throw neverSent(second) && used === this.#first ? error : second;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.close(), this.#other.close()]);
  }
}

function neverSent(error: unknown): boolean {
  return isOnnaError(error) && couldNotConnect(error.failure);
}
