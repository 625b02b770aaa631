import { OnnaError } from '../../../src/onna/errors.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import type {
  Transport,
  TransportRequest,
  TransportResponse,
} from '../../../src/onna/transport/transport.ts';

/** A response of {@link MemoryTransport}. */
export interface MemoryAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body. A string is encoded as UTF-8. */
  readonly body: string | Uint8Array;
}

/**
 * A transport that gets its responses from a function. With real sockets, 100,000 requests would take too long.
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

/** The longest pause before a retry, in ms. Longer timers are timeouts, which never fire in these tests. */
const maxPauseMs = 15_000;

/** Returns a clock that skips pauses between retries. */
export function clockWithoutPauses(): FakeClock {
  return new FakeClock(undefined, { instantMs: maxPauseMs });
}
