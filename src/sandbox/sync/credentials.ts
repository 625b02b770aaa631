import type { Clock } from '../base/clock.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import type { WalletStore } from '../store/wallet.ts';

/** Maximum timer delay, in ms. */
const maxWaitMs = 60_000;

/**
 * Renews and expires stored credentials. When a wallet entry expires, reports every Datasource that uses it as changed
 * in the feed.
 */
export class Credentials {
  readonly #wallet: WalletStore;
  readonly #timestamps: Timestamps;
  readonly #clock: Clock;
  /** The expiries up to this time have already been reported in the feed. */
  #reportedUntil: Micros = -1;
  #cancelTimer: (() => void) | undefined;

  constructor(wallet: WalletStore, timestamps: Timestamps, clock: Clock) {
    this.#wallet = wallet;
    this.#timestamps = timestamps;
    this.#clock = clock;
  }

  /**
   * Reports the credentials that expired while the sandbox was stopped, and schedules the report of the next expiry.
   */
  start(): void {
    this.#report();
  }

  /**
   * Makes a wallet entry valid again.
   * @param lifetimeSeconds Lifetime of the credentials. With 0, they never expire.
   * @returns The Datasources that use the wallet entry
   */
  renew(walletEntry: string, lifetimeSeconds: number): DatasourceState[] {
    const end = this.#timestamps.now() + Math.round(lifetimeSeconds * 1_000_000);
    const users = this.#wallet.setExpiry(walletEntry, lifetimeSeconds === 0 ? undefined : end);
    this.#schedule();
    return users;
  }

  /** Makes a wallet entry expire now. */
  expire(walletEntry: string): void {
    this.#wallet.setExpiry(walletEntry, this.#timestamps.now());
  }

  close(): void {
    this.#cancelTimer?.();
  }

  #report(): void {
    const now = this.#timestamps.now();
    this.#wallet.touchExpired(this.#reportedUntil, now);
    this.#reportedUntil = now;
    this.#schedule();
  }

  /** Reports the expiries. If the store can't be written, for example because the disk is full, retries later. */
  #reportOrRetry(): void {
    try {
      this.#report();
    } catch {
      this.#cancelTimer = this.#clock.after(maxWaitMs, () => this.#reportOrRetry());
    }
  }

  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const now = this.#timestamps.now();
    // If the clock was set back, report the expiries from the new time on.
    this.#reportedUntil = Math.min(this.#reportedUntil, now);
    const soonest = this.#wallet.soonestExpiry(this.#reportedUntil);
    if (soonest === undefined) return;
    const wait = Math.max(0, Math.ceil((soonest - now) / 1000));
    // The timer fires at least once per minute, because no event reports that the machine has slept or that
    // its clock was set.
    this.#cancelTimer = this.#clock.after(Math.min(wait, maxWaitMs), () => this.#reportOrRetry());
  }
}
