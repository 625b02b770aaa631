import type { Clock } from '../base/clock.ts';
import type { DatasourceState, DatasourceStore } from '../store/datasources.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';

/** Longest wait in one go, in ms. */
const maxWaitMs = 60_000;

/** Stored credentials, which end by themselves: when one does, the feed tells it of every Datasource that uses it. */
export class Credentials {
  readonly #datasources: DatasourceStore;
  readonly #timestamps: Timestamps;
  readonly #clock: Clock;
  /** All that ended until then has been told. */
  #toldUntil: Micros = -1;
  #cancelTimer: (() => void) | undefined;

  constructor(datasources: DatasourceStore, timestamps: Timestamps, clock: Clock) {
    this.#datasources = datasources;
    this.#timestamps = timestamps;
    this.#clock = clock;
  }

  /** Tells what ended while nobody ran, and waits for the next. */
  start(): void {
    this.#tell();
  }

  /**
   * Makes a wallet entry good.
   * @param lifetimeSeconds 0: it never ends.
   * @returns The Datasources that use it
   */
  renew(walletEntry: string, lifetimeSeconds: number): DatasourceState[] {
    const end = this.#timestamps.now() + Math.round(lifetimeSeconds * 1_000_000);
    const users = this.#datasources.setExpiry(walletEntry, lifetimeSeconds === 0 ? undefined : end);
    this.#schedule();
    return users;
  }

  /** Ends it now. */
  expire(walletEntry: string): void {
    this.#datasources.setExpiry(walletEntry, this.#timestamps.now());
  }

  close(): void {
    this.#cancelTimer?.();
  }

  #tell(): void {
    const now = this.#timestamps.now();
    this.#datasources.touchExpired(this.#toldUntil, now);
    this.#toldUntil = now;
    this.#schedule();
  }

  /** The store may refuse, when the disk is full for example: then it is told later. */
  #tellOrRetry(): void {
    try {
      this.#tell();
    } catch {
      this.#cancelTimer = this.#clock.after(maxWaitMs, () => this.#tellOrRetry());
    }
  }

  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const now = this.#timestamps.now();
    // The clock was set back: what ends from now on is still to be told.
    this.#toldUntil = Math.min(this.#toldUntil, now);
    const soonest = this.#datasources.soonestExpiry(this.#toldUntil);
    if (soonest === undefined) return;
    const wait = Math.max(0, Math.ceil((soonest - now) / 1000));
    // In steps, since nothing tells that the machine slept or that its clock was set.
    this.#cancelTimer = this.#clock.after(Math.min(wait, maxWaitMs), () => this.#tellOrRetry());
  }
}
