import type { Clock } from '../../src/base/clock.ts';
import { settle } from './drivenClock.ts';

/** Waits up to this length, in ms, are pauses between two attempts. They pass at once. */
const maxPause = 11_000;

/**
 * A clock on which short waits pass at once. Long waits (timeouts) pass only when the test says so. It never waits in
 * real time.
 */
export class EagerClock implements Clock {
  #now: number;
  #next = 0;
  readonly #limits = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #pauses = 0;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  /** Timers that have neither passed nor been cancelled. */
  get pending(): number {
    return this.#limits.size + this.#pauses;
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs <= maxPause) {
      let isPending = true;
      const end = (): boolean => {
        const wasPending = isPending;
        if (isPending) this.#pauses--;
        isPending = false;
        return wasPending;
      };
      this.#pauses++;
      setImmediate(() => {
        if (!end()) return;
        this.#now += delayMs;
        callback();
      });
      return end;
    }
    const id = this.#next++;
    this.#limits.set(id, { at: this.#now + delayMs, callback });
    return () => this.#limits.delete(id);
  }

  /** The timeouts that are running now. */
  limits(): ReadonlySet<number> {
    return new Set(this.#limits.keys());
  }

  /** Advances by `ms`. */
  pass(ms: number): void {
    this.#now += ms;
    for (const [id, { at, callback }] of this.#limits) {
      if (at > this.#now || !this.#limits.delete(id)) continue;
      callback();
    }
  }

  /** Fires the timeout that is due first. */
  passFirstLimit(): void {
    const first = Math.min(...[...this.#limits.values()].map(({ at }) => at));
    if (Number.isFinite(first)) this.pass(Math.max(0, first - this.#now));
  }

  /** Waits until another timeout has replaced all of `before`: the response has advanced by a step. */
  async untilReplaced(before: ReadonlySet<number>, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const now = this.limits();
      if (now.size > 0 && [...now].some((id) => !before.has(id))) return;
      await settle();
    }
  }
}
