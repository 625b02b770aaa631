import type { Clock } from '../../base/clock.ts';

/** Maximum number of reads that can be saved up. */
export const maxSavedReads = 200;

/**
 * A token bucket for reads: the number of allowed reads grows with time, and each read reduces it by one.
 * Less urgent reads leave a reserve for urgent ones.
 */
export class ReadBudget {
  readonly #clock: Clock;
  #perMinute: number;
  #left = maxSavedReads;
  /** When the budget was last updated, in ms since 1970. */
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

  /** Uses up one read if at least `reserve` reads remain afterwards. @returns Whether the read is allowed. */
  take(reserve: number): boolean {
    this.#count();
    if (this.#left < reserve + 1) return false;
    this.#left--;
    return true;
  }

  #count(): void {
    const now = this.#clock.now();
    // Setting the clock back must not reduce the budget.
    const elapsed = Math.max(0, now - this.#countedAt);
    this.#countedAt = now;
    this.#left = Math.min(maxSavedReads, this.#left + (elapsed / 60_000) * this.#perMinute);
  }
}
