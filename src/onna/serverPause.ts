import type { Clock } from '../base/clock.ts';
import { retryAfterMs } from './errors.ts';

/** A `Retry-After` beyond this is taken for a mistake. ms. */
const maxPauseMs = 60 * 60_000;
/** A timer and the clock may disagree by this much. ms. */
const toleranceMs = 20;

/**
 * How long a server asked to be left alone (`Retry-After`, with any error). Everything that talks to the server shares
 * one: what polls or retries by itself waits; what the user asks for is still sent, once.
 */
export class ServerPause {
  readonly #clock: Clock;
  /** ms since 1970. */
  #askedAt = 0;
  #forMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers what an error asks for, if it asks for anything. A shorter pause does not end a longer one. */
  note(error: unknown): void {
    const asked = Math.min(retryAfterMs(error) ?? 0, maxPauseMs);
    if (asked <= this.remainingMs()) return;
    this.#askedAt = this.#clock.now();
    this.#forMs = asked;
  }

  /** ms until the server may be asked again; 0: now. */
  remainingMs(): number {
    const now = this.#clock.now();
    // Counted from a clock that was set back, the pause would last until that time comes round again.
    if (now < this.#askedAt) this.#askedAt = now;
    const remaining = this.#forMs - (now - this.#askedAt);
    return remaining > toleranceMs ? remaining : 0;
  }
}
