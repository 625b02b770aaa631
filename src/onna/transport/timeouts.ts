import type { Clock } from '../../base/clock.ts';
import { unlessAborted } from '../abort.ts';
import { OnnaError } from '../errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** Timeouts for an answer, in ms. */
interface Timeouts {
  /** Timeout for the status and the headers. */
  readonly answerMs: number;
  /** Timeout for the next chunk of the body. */
  readonly pauseMs: number;
  /**
   * Timeout for the complete body, counted from the headers. Needed because a body that arrives in a trickle never
   * exceeds `pauseMs`.
   */
  readonly wholeMs?: number;
}

/** Aborts a request when the first of several timeouts expires. */
class Limits {
  readonly #clock: Clock;
  readonly #host: string;
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;

  constructor(clock: Clock, host: string) {
    this.#clock = clock;
    this.#host = host;
  }

  /** @returns A function that cancels the timeout. */
  begin(phase: 'answer' | 'body', afterMs: number): () => void {
    return this.#clock.after(afterMs, () =>
      this.#abort.abort(new OnnaError({ kind: 'timeout', host: this.#host, phase, afterMs })),
    );
  }
}

/**
 * Sends over `transport` and fails when the answer exceeds one of `timeouts`. All transports share this clock and these
 * rules. Cancelling takes effect at once, even while a transport is still connecting.
 * @throws OnnaError
 */
export async function sendWithin(
  transport: Transport,
  request: TransportRequest,
  timeouts: Timeouts,
  clock: Clock,
): Promise<TransportResponse> {
  const limits = new Limits(clock, request.url.host);
  const signal = request.signal ? AbortSignal.any([request.signal, limits.signal]) : limits.signal;
  const endAnswer = limits.begin('answer', timeouts.answerMs);
  let response: TransportResponse;
  try {
    response = await unlessAborted(transport.send({ ...request, signal }), signal, (late) => late.destroy());
  } finally {
    endAnswer();
  }
  const endWhole = timeouts.wholeMs === undefined ? () => undefined : limits.begin('body', timeouts.wholeMs);
  const body = async function* (): AsyncGenerator<Uint8Array> {
    let endPause = limits.begin('body', timeouts.pauseMs);
    try {
      for await (const chunk of response.body) {
        // A slow reader must not cause a timeout, so only pauses of the service count.
        endPause();
        yield chunk;
        endPause = limits.begin('body', timeouts.pauseMs);
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
