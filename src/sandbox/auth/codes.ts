import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';

/** docs/onna-api.md §1. */
const lifetimeMs = 120_000;

/** Asking for a code needs no login, so their number is limited. */
const maxCodes = 10_000;

/** Auth codes: good for one exchange, for a while. Not stored: they don't outlive the process. */
export class AuthCodes {
  readonly #clock: Clock;
  readonly #expiries = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const now = this.#clock.monotonic();
    for (const [code, expiry] of this.#expiries) {
      if (expiry > now && this.#expiries.size < maxCodes) break;
      this.#expiries.delete(code);
    }
    const code = randomBytes(24).toString('base64url');
    this.#expiries.set(code, now + lifetimeMs);
    return code;
  }

  /** Uses a code up. False when there is no such code, or not any more. */
  consume(code: string): boolean {
    const expiry = this.#expiries.get(code);
    this.#expiries.delete(code);
    return expiry !== undefined && expiry > this.#clock.monotonic();
  }
}
