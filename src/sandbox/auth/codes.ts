import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';

/** Lifetime of an auth code, in ms (docs/onna-api.md §1). */
const lifetimeMs = 120_000;

/** Maximum number of unused codes. There is a limit because clients can request codes without a login. */
const maxCodes = 10_000;

/** Single-use auth codes that expire. Kept in memory only, so a restart drops them. */
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

  /** Uses up a code. @returns False for an unknown or expired code. */
  consume(code: string): boolean {
    const expiry = this.#expiries.get(code);
    this.#expiries.delete(code);
    return expiry !== undefined && expiry > this.#clock.monotonic();
  }
}
