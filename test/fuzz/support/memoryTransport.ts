import { OnnaError } from '../../../src/onna/errors.ts';
import type { Clock } from '../../../src/base/clock.ts';
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

/** A transport to a service in this process. A hundred thousand real sockets would mostly test the sockets. */
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

/** Longer waits are timeouts, which never fire in memory; shorter ones are pauses before a retry. In ms. */
const maxPauseMs = 15_000;

/** A clock that advances by each pause at once, without waiting in real time. */
export class HurriedClock implements Clock {
  #now = Date.parse('2026-03-01T12:00:00Z');

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  after(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    if (delayMs <= maxPauseMs)
      queueMicrotask(() => {
        if (cancelled) return;
        this.pass(delayMs);
        callback();
      });
    return () => {
      cancelled = true;
    };
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}
