import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { consentProvider } from './consentTypes.ts';
import type { ConsentProvider } from './consentTypes.ts';

/** Lifetime of a consent request and of a code, in ms. */
const lifetimeMs = 10 * 60_000;

/** Maximum number of open requests, and of unused codes. */
const maxKept = 1_000;

/** A user's request for consent at a provider. */
export interface ConsentRequest {
  readonly login: string;
  readonly provider: ConsentProvider;
  /** The page to open with the code. If undefined, the consent page shows the code. */
  readonly redirectTo: URL | undefined;
}

/** Entries with random keys that can be used once and expire. Kept in memory only, so a restart drops them. */
class SingleUse<T> {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly value: T; readonly expiry: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(value: T): string {
    const now = this.#clock.monotonic();
    for (const [key, { expiry }] of this.#kept) {
      if (expiry > now && this.#kept.size < maxKept) break;
      this.#kept.delete(key);
    }
    const key = randomBytes(24).toString('base64url');
    this.#kept.set(key, { value, expiry: now + lifetimeMs });
    return key;
  }

  get(key: string): T | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.expiry > this.#clock.monotonic() ? kept.value : undefined;
  }

  take(key: string): T | undefined {
    const value = this.get(key);
    this.#kept.delete(key);
    return value;
  }
}

/**
 * Simulates the providers: asks users for their consent, and issues codes for it. A code is valid once, for ten
 * minutes, for the user who gave the consent and for the types of its provider.
 */
export class Consents {
  readonly #requests: SingleUse<ConsentRequest>;
  readonly #codes: SingleUse<Pick<ConsentRequest, 'login' | 'provider'>>;

  constructor(clock: Clock) {
    this.#requests = new SingleUse(clock);
    this.#codes = new SingleUse(clock);
  }

  /** @returns The id of the request, for the address of the consent page. */
  ask(request: ConsentRequest): string {
    return this.#requests.add(request);
  }

  /** @returns Undefined if the request is unknown, answered or expired. */
  find(id: string): ConsentRequest | undefined {
    return this.#requests.get(id);
  }

  /** Uses up a request. @returns Undefined if it is unknown, answered or expired. */
  answer(id: string): ConsentRequest | undefined {
    return this.#requests.take(id);
  }

  /** Issues a code for a consent. */
  issue({ login, provider }: Pick<ConsentRequest, 'login' | 'provider'>): string {
    return this.#codes.add({ login, provider });
  }

  /**
   * Uses up a code, even if it is not valid for this user or this type.
   * @param type `@type` of a Datasource that uses the credentials
   * @returns Whether the code is valid for this user and this type
   */
  use(code: string, login: string | undefined, type: string): boolean {
    const issued = this.#codes.take(code);
    return issued !== undefined && issued.login === login && issued.provider === consentProvider(type);
  }
}
