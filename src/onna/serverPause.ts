import type { Clock } from '../base/clock.ts';
import { retryAfterMs } from './errors.ts';

/** Maximum pause, in ms. A longer `Retry-After` is treated as a mistake and capped. */
const maxPauseMs = 60 * 60_000;
/** Maximum difference between a timer and the clock, in ms. */
const toleranceMs = 20;

/**
 * The pause that a server requested (`Retry-After`, on any error). All requests to the server share one instance. Polls
 * and automatic retries wait for it. A request that the user makes is still sent, but not retried during the pause.
 */
export class ServerPause {
  readonly #clock: Clock;
  /** When the pause started, in ms since 1970. */
  #startedAt = 0;
  #durationMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts the pause that an error requests, if any. A shorter pause does not end a longer one. */
  note(error: unknown): void {
    const requested = Math.min(retryAfterMs(error) ?? 0, maxPauseMs);
    if (requested <= this.remainingMs()) return;
    this.#startedAt = this.#clock.now();
    this.#durationMs = requested;
  }

  /** Time until the next request is allowed, in ms; 0: now. */
  remainingMs(): number {
    const now = this.#clock.now();
    // Without this, setting the clock back would extend the pause by the same amount.
    if (now < this.#startedAt) this.#startedAt = now;
    const remaining = this.#durationMs - (now - this.#startedAt);
    return remaining > toleranceMs ? remaining : 0;
  }
}
