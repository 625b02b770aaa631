import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';

/** Lifetime of a request for consent, in ms. */
export const consentLifetimeMs = 10 * 60_000;
/** Maximum number of open and of ended requests that are remembered. */
const maxKept = 50;

/** The credentials that a consent renews. */
export interface ConsentTarget {
  readonly connectionId: string;
  /** The id of a `CredentialEntry`. */
  readonly entryId: string;
}

/** A request for consent that waits for its code. */
export interface OpenConsent extends ConsentTarget {
  /** A random text that only this window and the consent page know. */
  readonly state: string;
  /** When the consent page was opened, in ms since 1970. */
  readonly openedAt: number;
}

/**
 * The result of {@link ConsentRequests.take}. `unknown`: this window started no such request. `used`: its code was used
 * already, or the user started over. `late`: its lifetime is over.
 */
export type TakenConsent =
  { readonly kind: 'open'; readonly request: OpenConsent } | { readonly kind: 'unknown' | 'used' | 'late' };

/**
 * The requests for consent that this window has started. Each of them accepts one code, within ten minutes, for the
 * account and the credentials for which it was started. They are kept in memory only, so no other window and no later
 * session accepts their codes.
 */
export class ConsentRequests {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #open = new Map<string, OpenConsent>();
  /** Why the latest requests ended, by the hash of their state. */
  readonly #ended = new Map<string, 'used' | 'late'>();
  /** Hashes of the latest codes that were used. */
  readonly #codes = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Starts a request. It replaces an earlier request for the same credentials. */
  start(target: ConsentTarget): OpenConsent {
    const earlier = this.find(target);
    if (earlier) this.#end(earlier.state, 'used');
    const request = { ...target, state: randomBytes(24).toString('base64url'), openedAt: this.#clock.now() };
    this.#open.set(request.state, request);
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxKept && oldest !== undefined) this.#end(oldest, 'late');
    return request;
  }

  /** The open request for these credentials. */
  find({ connectionId, entryId }: ConsentTarget): OpenConsent | undefined {
    this.#dropLate();
    return [...this.#open.values()].find(
      (request) => request.connectionId === connectionId && request.entryId === entryId,
    );
  }

  /** Whether the request still accepts a code. */
  isOpen({ state }: OpenConsent): boolean {
    this.#dropLate();
    return this.#open.has(state);
  }

  /** Uses up the request with one of these states. */
  take(states: readonly string[]): TakenConsent {
    this.#dropLate();
    for (const state of states) {
      const request = this.#open.get(state);
      if (!request) continue;
      this.#end(state, 'used');
      return { kind: 'open', request };
    }
    for (const state of states) {
      const end = this.#ended.get(hashOf(state));
      if (end !== undefined) return { kind: end };
    }
    return { kind: 'unknown' };
  }

  /** Ends the requests of an account, for example after the user signed out. */
  forget(connectionId: string): void {
    for (const { state, connectionId: owner } of [...this.#open.values()])
      if (owner === connectionId) this.#end(state, 'used');
  }

  /** Records that a code was sent to the service, which accepts each code once. */
  spend(code: string): void {
    this.#codes.add(hashOf(code));
    const [oldest] = this.#codes;
    if (this.#codes.size > maxKept && oldest !== undefined) this.#codes.delete(oldest);
  }

  /** Records that the service did not receive or did not process a code. */
  unspend(code: string): void {
    this.#codes.delete(hashOf(code));
  }

  /** Whether this window has sent this code before. */
  isSpent(code: string): boolean {
    return this.#codes.has(hashOf(code));
  }

  #dropLate(): void {
    const now = this.#clock.now();
    for (const { state, openedAt } of [...this.#open.values()]) {
      // If the clock was set back, the age is unknown, so the request ends, too.
      if (now < openedAt || now - openedAt >= consentLifetimeMs) this.#end(state, 'late');
    }
  }

  #end(state: string, why: 'used' | 'late'): void {
    this.#open.delete(state);
    this.#ended.set(hashOf(state), why);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxKept && oldest !== undefined) this.#ended.delete(oldest);
  }
}

/** A hash instead of the text itself, so that no used code or state stays in memory. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
