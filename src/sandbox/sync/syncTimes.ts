import { setTimeout } from 'node:timers/promises';

const minuteMs = 60_000;

/** Minimum and maximum time between two cycles, in ms (docs/onna-api.md §11 and §12). */
const minCycleMs = 20 * minuteMs;
const maxCycleMs = 30 * minuteMs;

const firstRetryMs = minuteMs;
const maxRetryMs = 30 * minuteMs;

/** Durations of the simulated service. A time scale of 60 shortens hours to minutes. Dates are not scaled. */
export class SyncTimes {
  readonly #scale: number;
  readonly #random: () => number;
  readonly #minRunMs: number;

  /**
   * @param scale Speed relative to the real service.
   * @param minRunMs Minimum duration of a run in ms, so that users can see even a short run. The scale does
   * not affect it.
   */
  constructor(scale: number, minRunMs: number, random: () => number) {
    this.#scale = scale;
    this.#minRunMs = minRunMs;
    this.#random = random;
  }

  /** Maximum time until a scheduled run, in ms. */
  get maxWaitMs(): number {
    return this.scaled(Math.max(maxCycleMs, maxRetryMs));
  }

  /** Random time until the next run of an `auto` or `arch` Datasource, in ms. */
  nextCycleMs(): number {
    return this.scaled(minCycleMs + this.#random() * (maxCycleMs - minCycleMs));
  }

  /** Delay before a failed run is retried, in ms: exponential backoff with jitter. */
  backoffMs(attempts: number): number {
    const maxDelay = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempts - 1));
    return this.scaled(maxDelay * (0.75 + this.#random() * 0.25));
  }

  /** Converts a duration of the service to the time scale. Returns whole ms. */
  scaled(ms: number): number {
    return Math.round(ms / this.#scale);
  }

  /** Resolves after the minimum duration of a run. */
  async visible(signal: AbortSignal): Promise<void> {
    if (this.#minRunMs > 0) await setTimeout(this.#minRunMs, undefined, { signal });
  }
}
