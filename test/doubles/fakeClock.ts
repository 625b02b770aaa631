import type { Clock } from '../../src/base/clock.ts';
import type { Clock as SandboxClock } from '../../src/sandbox/base/clock.ts';

/** A running timer. */
interface Timer {
  readonly owner: FakeClock;
  /** The elapsed time at which the timer is due, in ms. */
  readonly at: number;
  readonly callback: () => void;
}

/** The time and the timers of one or more clocks. */
interface SharedTime {
  elapsed: number;
  /** Wall clock minus elapsed time, in ms. */
  offset: number;
  readonly timers: Set<Timer>;
}

export interface FakeClockOptions {
  /** Returns random numbers for jitter. Default: always 0.5, the middle of the range. */
  readonly random?: () => number;
  /**
   * Maximum delay of timers that fire immediately, in ms. Each of these timers advances the clock by its
   * delay. Default: no timer fires immediately.
   */
  readonly instantMs?: number;
}

export interface AdvanceOptions {
  /** Waits until all work that a timer has triggered is done. Called after each timer. Default: {@link settle}. */
  readonly settled?: () => Promise<void>;
  /** Called before each timer. If it returns true, no further timers run. */
  readonly isOver?: () => boolean;
}

/** A clock for the extension and for the sandbox. Time passes only when a test advances the clock. */
export class FakeClock implements Clock, SandboxClock {
  readonly random: () => number;
  readonly #instantMs: number;
  #time: SharedTime;
  /** Number of pending timers with a delay of at most {@link FakeClockOptions.instantMs}. */
  #instant = 0;
  #fired = 0;

  constructor(now = Date.parse('2026-03-01T12:00:00Z'), options: FakeClockOptions = {}) {
    this.random = options.random ?? (() => 0.5);
    this.#instantMs = options.instantMs ?? -1;
    this.#time = { elapsed: 0, offset: now, timers: new Set() };
  }

  /** Creates a clock with the same time and its own timers. Advancing either clock advances both clocks. */
  share(random: () => number = () => 0.5): FakeClock {
    const clock = new FakeClock(0, { random });
    clock.#time = this.#time;
    return clock;
  }

  now(): number {
    return this.#time.offset + this.#time.elapsed;
  }

  monotonic(): number {
    return this.#time.elapsed;
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs <= this.#instantMs) return this.#afterInstant(delayMs, callback);
    const { timers, elapsed } = this.#time;
    const timer = { owner: this, at: elapsed + delayMs, callback };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  #afterInstant(delayMs: number, callback: () => void): () => void {
    let isPending = true;
    const end = (): boolean => {
      const wasPending = isPending;
      if (isPending) this.#instant--;
      isPending = false;
      return wasPending;
    };
    this.#instant++;
    setImmediate(() => {
      if (!end()) return;
      this.#time.elapsed += delayMs;
      this.#fired++;
      callback();
    });
    return end;
  }

  /** Returns the running timers of this clock, except timers that fire immediately. */
  timers(): ReadonlySet<object> {
    return new Set(this.#timers());
  }

  #timers(): readonly Timer[] {
    return [...this.#time.timers].filter(({ owner }) => owner === this);
  }

  /** Number of running timers of this clock, including timers that fire immediately. */
  get pending(): number {
    return this.#timers().length + this.#instant;
  }

  /** Number of timers of this clock that have fired so far. */
  get fired(): number {
    return this.#fired;
  }

  /** Time until the next timer of this clock is due, in ms; undefined if no timer is running. */
  get nextIn(): number | undefined {
    const times = this.#timers().map(({ at }) => at - this.#time.elapsed);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * Changes the wall clock by `ms` without running timers, as happens when a computer wakes up from sleep.
   */
  jump(ms: number): void {
    this.#time.offset += ms;
  }

  /**
   * Advances by `ms` and runs due timers in order. After each timer, waits for the work that the timer has triggered.
   */
  async advance(ms: number, { settled = settle, isOver = () => false }: AdvanceOptions = {}): Promise<void> {
    const end = this.#time.elapsed + ms;
    while (!isOver()) {
      if (!this.#runNext(end)) {
        this.#time.elapsed = end;
        break;
      }
      await settled();
    }
    await settled();
  }

  /** Advances by `ms` and runs due timers in order, without waiting for asynchronous work that they trigger. */
  advanceSync(ms: number): void {
    const end = this.#time.elapsed + ms;
    while (this.#runNext(end));
    this.#time.elapsed = end;
  }

  /** Runs the earliest timer that is due by `end`. @returns whether a timer was due */
  #runNext(end: number): boolean {
    const time = this.#time;
    let next: Timer | undefined;
    for (const timer of time.timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    if (!next) return false;
    time.timers.delete(next);
    time.elapsed = Math.max(time.elapsed, next.at);
    next.owner.#fired++;
    next.callback();
    return true;
  }
}

/** Waits for all asynchronous work, except work that depends on timers, files or sockets. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
