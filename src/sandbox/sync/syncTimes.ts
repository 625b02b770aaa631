import { setTimeout } from 'node:timers/promises';

const minuteMs = 60_000;

/** docs/onna-api.md §11 and §12: a cycle every 20 to 30 minutes. */
const minCycleMs = 20 * minuteMs;
const maxCycleMs = 30 * minuteMs;

const firstRetryMs = minuteMs;
const maxRetryMs = 30 * minuteMs;

/** How long things take; a time scale of 60 makes minutes of hours. Dates stay those of the clock. */
export class SyncTimes {
  readonly #scale: number;
  readonly #random: () => number;
  readonly #minRunMs: number;

  /**
   * @param scale How much faster than the real service.
   * @param minRunMs Real ms that a run takes at least, so that a small one can be seen.
   */
  constructor(scale: number, minRunMs: number, random: () => number) {
    this.#scale = scale;
    this.#minRunMs = minRunMs;
    this.#random = random;
  }

  /** The longest that any next run can be away, in ms. */
  get maxWaitMs(): number {
    return this.scaled(Math.max(maxCycleMs, maxRetryMs));
  }

  /** ms until the next run of an `auto` or `arch` Datasource: another one each time. */
  nextCycleMs(): number {
    return this.scaled(minCycleMs + this.#random() * (maxCycleMs - minCycleMs));
  }

  /** ms until a failed run is tried again: twice as long after every failure, with jitter. */
  backoffMs(attempts: number): number {
    const longest = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempts - 1));
    return this.scaled(longest * (0.75 + this.#random() * 0.25));
  }

  /** Whole ms. */
  scaled(ms: number): number {
    return Math.round(ms / this.#scale);
  }

  /** Resolves when a run was on long enough to be seen. */
  async visible(signal: AbortSignal): Promise<void> {
    if (this.#minRunMs > 0) await setTimeout(this.#minRunMs, undefined, { signal });
  }
}
