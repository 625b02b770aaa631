import type { Clock } from '../../src/sandbox/base/clock.ts';

/** A clock that moves only when a test advances it. */
export class ManualClock implements Clock {
  /** Offset of the wall clock from the elapsed time, in ms. */
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

  /** Moves the wall clock by `ms`, back if negative. Timers are not affected. */
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

  /** Number of waiting timers. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Advances the clock and runs due timers in order. */
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
