import { setTimeout } from 'node:timers/promises';

const minuteMs = 60_000;

/** API notes §11 and §12: a cycle every 20 to 30 minutes. */
const shortestCycleMs = 20 * minuteMs;
const longestCycleMs = 30 * minuteMs;

const firstRetryMs = minuteMs;
const longestRetryMs = 30 * minuteMs;

/** How long things take; a time scale of 60 makes minutes of hours. Dates stay those of the clock. */
export class SyncTimes {
  readonly #scale: number;
  readonly #random: () => number;
  readonly #shortestRunMs: number;

  /**
   * @param scale How much faster than the real service.
   * @param shortestRunMs Real ms that a run takes at least, so that a small one can be seen.
   */
  constructor(scale: number, shortestRunMs: number, random: () => number) {
    this.#scale = scale;
    this.#shortestRunMs = shortestRunMs;
    this.#random = random;
  }

  /** The longest that any next run can be away, in ms. */
  get maxWaitMs(): number {
    return this.scaled(Math.max(longestCycleMs, longestRetryMs));
  }

  /** ms until the next run of an `auto` or `arch` Datasource: another one each time. */
  nextCycleMs(): number {
    return this.scaled(shortestCycleMs + this.#random() * (longestCycleMs - shortestCycleMs));
  }

  /** ms until a failed run is tried again: twice as long after every failure, with jitter. */
  backoffMs(attempts: number): number {
    const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1));
    return this.scaled(longest * (0.75 + this.#random() * 0.25));
  }

  /** Whole ms. */
  scaled(ms: number): number {
    return Math.round(ms / this.#scale);
  }

  /** Resolves when a run was on long enough to be seen. */
  async visible(signal: AbortSignal): Promise<void> {
    if (this.#shortestRunMs > 0) await setTimeout(this.#shortestRunMs, undefined, { signal });
  }
}
