import type { Clock } from '../../src/base/clock.ts';

interface Timer {
  at: number;
  readonly callback: () => void;
}

/** The timers of one party. All parties share the same time. */
export interface ClockFace extends Clock {
  /** Timers that have neither passed nor been cancelled. */
  readonly pending: number;
  /** For the sandbox's clock. It never jumps. */
  monotonic(): number;
}

/** One clock for the extension, the service, the network and the user. It moves only when the test advances it. */
export class SoakClock {
  #now: number;
  readonly #faces: Set<Timer>[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** @param random For jitter. */
  face(random: () => number): ClockFace {
    const timers = new Set<Timer>();
    this.#faces.push(timers);
    return {
      now: () => this.#now,
      monotonic: () => this.#now,
      random,
      after: (delayMs, callback) => {
        const timer = { at: this.#now + delayMs, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      get pending() {
        return timers.size;
      },
    };
  }

  /** Sets the time without running timers: the computer slept, or its clock was changed. */
  jump(ms: number): void {
    this.#now += ms;
    for (const timers of this.#faces) for (const timer of timers) timer.at += ms;
  }

  /**
   * Advances to `end` (ms since 1970). Runs each timer in turn, to the end of everything that it triggered.
   * @param quiet Waits until only a timer can cause further work.
   * @param isOver Called after each timer. Returns true to stop early.
   */
  async runUntil(end: number, quiet: () => Promise<void>, isOver = () => false): Promise<void> {
    await quiet();
    while (!isOver()) {
      const due = this.#takeNext(end);
      if (!due) {
        this.#now = Math.max(this.#now, end);
        return;
      }
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await quiet();
    }
  }

  #takeNext(end: number): Timer | undefined {
    let first: { readonly timer: Timer; readonly face: Set<Timer> } | undefined;
    for (const face of this.#faces) {
      for (const timer of face) {
        if (timer.at <= end && (!first || timer.at < first.timer.at)) first = { timer, face };
      }
    }
    first?.face.delete(first.timer);
    return first?.timer;
  }
}
