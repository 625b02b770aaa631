import type { Clock } from '../../base/clock.ts';
import { OnnaError } from '../errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** How long to wait for an answer, in ms. */
export interface Patience {
  /** For its status and headers. */
  readonly answerMs: number;
  /** For the next piece of its body. */
  readonly pauseMs: number;
  /** For its end, from the sending on: a body that dribbles never pauses long. */
  readonly wholeMs?: number;
}

/** Ends a request by one of several time limits, whichever passes first. */
class Limits {
  readonly #clock: Clock;
  readonly #host: string;
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;

  constructor(clock: Clock, host: string) {
    this.#clock = clock;
    this.#host = host;
  }

  /** @returns Ends the wait. */
  begin(phase: 'answer' | 'body', afterMs: number): () => void {
    return this.#clock.after(afterMs, () =>
      this.#abort.abort(new OnnaError({ kind: 'timeout', host: this.#host, phase, afterMs })),
    );
  }
}

/**
 * Sends over `transport`, and gives up when the answer takes longer than `patience` allows. Time is the clock's,
 * the same by every way of sending; and cancelling takes effect at once, even while a way is still connecting.
 * @throws OnnaError
 */
export async function sendWithin(
  transport: Transport,
  request: TransportRequest,
  patience: Patience,
  clock: Clock,
): Promise<TransportResponse> {
  const limits = new Limits(clock, request.url.host);
  const signal = request.signal ? AbortSignal.any([request.signal, limits.signal]) : limits.signal;
  const endAnswer = limits.begin('answer', patience.answerMs);
  let response: TransportResponse;
  try {
    response = await unlessAborted(transport.send({ ...request, signal }), signal);
  } finally {
    endAnswer();
  }
  const endWhole = patience.wholeMs === undefined ? () => undefined : limits.begin('body', patience.wholeMs);
  const body = async function* (): AsyncGenerator<Uint8Array> {
    let endPause = limits.begin('body', patience.pauseMs);
    try {
      for await (const chunk of response.body) {
        // Whoever reads may take its time: only the service's pauses count.
        endPause();
        yield chunk;
        endPause = limits.begin('body', patience.pauseMs);
      }
    } finally {
      endPause();
      endWhole();
    }
  };
  return {
    ...response,
    body: body(),
    destroy: () => {
      endWhole();
      response.destroy();
    },
  };
}

/** What a request that `signal` ended has come to. */
export function abortFailure(signal: AbortSignal): OnnaError {
  const reason: unknown = signal.reason;
  return reason instanceof OnnaError ? reason : new OnnaError({ kind: 'cancelled' });
}

function unlessAborted(sending: Promise<TransportResponse>, signal: AbortSignal): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(abortFailure(signal));
      // An answer that comes all the same is nobody's.
      sending.then(
        (late) => late.destroy(),
        () => undefined,
      );
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    sending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
