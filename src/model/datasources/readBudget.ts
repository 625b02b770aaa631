import type { Clock } from '../../base/clock.ts';

/** How many reads can be saved up. */
export const maxSavedReads = 200;

/**
 * A number of reads that grows with time, and of which each read takes one. What can wait leaves a reserve to what
 * can't.
 */
export class ReadBudget {
  readonly #clock: Clock;
  #perMinute: number;
  #left = maxSavedReads;
  /** ms since 1970. */
  #countedAt: number;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#countedAt = clock.now();
  }

  setRate(perMinute: number): void {
    this.#count();
    this.#perMinute = perMinute;
  }

  /** Takes one, unless no more than `reserve` are left. @returns Whether it did. */
  take(reserve: number): boolean {
    this.#count();
    if (this.#left < reserve + 1) return false;
    this.#left--;
    return true;
  }

  #count(): void {
    const now = this.#clock.now();
    // A clock that was set back adds nothing, and takes nothing.
    const elapsed = Math.max(0, now - this.#countedAt);
    this.#countedAt = now;
    this.#left = Math.min(maxSavedReads, this.#left + (elapsed / 60_000) * this.#perMinute);
  }
}
