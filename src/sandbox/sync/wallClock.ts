import type { Clock } from '../base/clock.ts';

/** Smaller differences are the network's fine adjustment of the clock, in ms. */
const toleranceMs = 1000;

/** Notices that the wall clock was set, by comparing it with the time that has really passed. */
export class WallClock {
  readonly #clock: Clock;
  #offset: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /**
   * Calls `move` with the ms by which the clock was set back since the last call, if it was. When `move` throws, the
   * next call tries again. After a jump ahead, or after the machine slept, moments that were planned are over: nothing
   * has to be moved.
   */
  follow(move: (backMs: number) => void): void {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const ahead = offset - this.#offset;
    if (Math.abs(ahead) < toleranceMs) return;
    if (ahead < 0) move(-ahead);
    this.#offset = offset;
  }
}
