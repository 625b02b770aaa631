import { isOnnaError } from '../errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/**
 * Sends by the first way; when that cannot so much as connect, tries the second, and stays with whichever
 * last worked. Only failures before the request was sent are tried again, so nothing happens twice.
 */
export class FallbackTransport implements Transport {
  #current: Transport;
  #other: Transport;

  constructor(first: Transport, second: Transport) {
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
      if (!couldNotConnect(error) || !takesBody || request.signal?.aborted) throw error;
      const other = used === this.#current ? this.#other : this.#current;
      try {
        const response = await other.send(request);
        this.#current = other;
        this.#other = used;
        return response;
      } catch (second) {
        // The first way's words are the more precise, unless the second got further.
        throw couldNotConnect(second) ? error : second;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.close(), this.#other.close()]);
  }
}

/** Node's codes for "no connection was made": a request that failed so was never sent. */
const beforeSending = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/;

function couldNotConnect(error: unknown): boolean {
  if (!isOnnaError(error, 'unreachable', 'timeout', 'tls', 'proxy')) return false;
  const { failure } = error;
  switch (failure.kind) {
    case 'unreachable':
      return beforeSending.test(failure.code);
    case 'timeout':
      return failure.phase === 'connect';
    default:
      return true;
  }
}
