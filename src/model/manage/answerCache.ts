import type { Clock } from '../../base/clock.ts';

/** Maximum number of answers that a cache keeps. */
const maxAnswers = 500;

interface Entry<T> {
  readonly connectionId: string;
  readonly answer: Promise<T>;
  readonly requestedAt: number;
}

/**
 * A cache for answers of the service, which expire after a lifetime. Concurrent calls for the same key share one
 * request. Failures are not cached.
 */
export class AnswerCache<T> {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Returns the cached answer. If there is none, calls `request` and caches the answer. */
  get(connectionId: string, key: string, request: () => Promise<T>): Promise<T> {
    const id = JSON.stringify([connectionId, key]);
    const known = this.#entries.get(id);
    if (known && Math.abs(this.#clock.now() - known.requestedAt) < this.#lifetimeMs) return known.answer;
    const answer = request();
    const entry = { connectionId, answer, requestedAt: this.#clock.now() };
    // Delete the old entry first, so that the map stays in the order of the requests.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxAnswers && oldest !== undefined) this.#entries.delete(oldest);
    answer.catch(() => {
      if (this.#entries.get(id) === entry) this.#entries.delete(id);
    });
    return answer;
  }

  /** Drops the answers of a connection, for example after the user signed out or changed permissions. */
  forget(connectionId: string): void {
    for (const [id, entry] of this.#entries)
      if (entry.connectionId === connectionId) this.#entries.delete(id);
  }
}
