import type { Clock } from '../base/clock.ts';

/**
 * Minimum difference in ms that counts as a change of the clock. Smaller differences are normal corrections
 * by network time synchronization.
 */
const toleranceMs = 1000;

/** Detects changes of the wall clock by comparing it with the monotonic clock. */
export class WallClock {
  readonly #clock: Clock;
  #offset: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /**
   * If the clock was set back since the last call, calls `move` with the difference in ms. If `move` throws,
   * the next call retries. Does nothing if the clock jumped ahead or the machine slept: the scheduled runs
   * are then simply due.
   */
  follow(move: (backMs: number) => void): void {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const ahead = offset - this.#offset;
    if (Math.abs(ahead) < toleranceMs) return;
    if (ahead < 0) move(-ahead);
    this.#offset = offset;
  }
}
