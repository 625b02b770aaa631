import type { Clock } from '../base/clock.ts';
import type { DatasourceState } from '../store/datasources.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import type { WalletStore } from '../store/wallet.ts';

/** Maximum timer delay, in ms. */
const maxWaitMs = 60_000;

/** Stored credentials. When one expires, every Datasource that uses it is reported as changed in the feed. */
export class Credentials {
  readonly #wallet: WalletStore;
  readonly #timestamps: Timestamps;
  readonly #clock: Clock;
  /** Expiries up to this time are already in the feed. */
  #reportedUntil: Micros = -1;
  #cancelTimer: (() => void) | undefined;

  constructor(wallet: WalletStore, timestamps: Timestamps, clock: Clock) {
    this.#wallet = wallet;
    this.#timestamps = timestamps;
    this.#clock = clock;
  }

  /** Reports the credentials that expired while the sandbox was stopped, and schedules the next ones. */
  start(): void {
    this.#report();
  }

  /**
   * Makes a wallet entry valid again.
   * @param lifetimeSeconds 0: it never expires.
   * @returns The Datasources that use it
   */
  renew(walletEntry: string, lifetimeSeconds: number): DatasourceState[] {
    const end = this.#timestamps.now() + Math.round(lifetimeSeconds * 1_000_000);
    const users = this.#wallet.setExpiry(walletEntry, lifetimeSeconds === 0 ? undefined : end);
    this.#schedule();
    return users;
  }

  /** Expires a wallet entry now. */
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

  /** Retries later if the store can't be written, for example because the disk is full. */
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
    // If the clock was set back, expiries from now on must still be reported.
    this.#reportedUntil = Math.min(this.#reportedUntil, now);
    const soonest = this.#wallet.soonestExpiry(this.#reportedUntil);
    if (soonest === undefined) return;
    const wait = Math.max(0, Math.ceil((soonest - now) / 1000));
    // In steps, because no event tells that the machine has slept or that its clock was set.
    this.#cancelTimer = this.#clock.after(Math.min(wait, maxWaitMs), () => this.#reportOrRetry());
  }
}
