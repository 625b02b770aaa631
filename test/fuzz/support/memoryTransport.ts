import { OnnaError } from '../../../src/onna/errors.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import type {
  Transport,
  TransportRequest,
  TransportResponse,
} from '../../../src/onna/transport/transport.ts';

/** A response of a service in memory. */
export interface MemoryAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as UTF-8. */
  readonly body: string | Uint8Array;
}

/**
 * A transport to a service in this process. With a hundred thousand real sockets, the tests would mostly test sockets.
 */
export class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly seen: TransportRequest[] = [];
  readonly #answer: (request: TransportRequest) => MemoryAnswer | Promise<MemoryAnswer>;

  constructor(answer: (request: TransportRequest) => MemoryAnswer | Promise<MemoryAnswer>) {
    this.#answer = answer;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const { signal } = request;
    if (signal?.aborted) throw reasonOf(signal);
    this.seen.push(request);
    const { status, headers = {}, body } = await this.#answer(request);
    if (signal?.aborted) throw reasonOf(signal);
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    return {
      status,
      statusText: '',
      headers: new Map(Object.entries(headers)),
      body: (async function* () {
        await Promise.resolve();
        if (signal?.aborted) throw reasonOf(signal);
        yield bytes;
      })(),
      destroy: () => undefined,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function reasonOf(signal: AbortSignal): OnnaError {
  return signal.reason instanceof OnnaError ? signal.reason : new OnnaError({ kind: 'cancelled' });
}

/** The longest pause before a retry, in ms. Longer timers are timeouts, which never fire here. */
const maxPauseMs = 15_000;

/** A clock on which pauses take no time. */
export function clockWithoutPauses(): FakeClock {
  return new FakeClock(undefined, { instantMs: maxPauseMs });
}
