import type { Clock } from '../../src/sandbox/base/clock.ts';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  /** How far the wall clock is ahead of the elapsed time, in ms. */
  #offset: number;
  #elapsed = 0;
  #timers: { readonly at: number; readonly action: () => void }[] = [];

  constructor(now = Date.parse('2026-03-01T12:00:00Z')) {
    this.#offset = now;
  }

  now(): number {
    return this.#offset + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Sets the wall clock `ms` ahead, or back when negative. Timers don't notice. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many are waiting. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Moves on, and runs what comes due on the way in its order. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.action();
    }
    this.#elapsed = end;
  }
}
