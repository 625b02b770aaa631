import type { Clock } from '../../base/clock.ts';
import { unlessAborted } from '../abort.ts';
import { OnnaError } from '../errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** How long to wait for an answer, in ms. */
export interface Timeouts {
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
 * Sends over `transport`, and gives up when the answer takes longer than `timeouts` allows. Time is the clock's,
 * the same by every way of sending; and cancelling takes effect at once, even while a way is still connecting.
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
        // Whoever reads may take its time: only the service's pauses count.
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
