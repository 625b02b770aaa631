import type { Clock } from '../../src/base/clock.ts';
import type { Clock as SandboxClock } from '../../src/sandbox/base/clock.ts';

/** A timer that is running. */
interface Timer {
  readonly owner: FakeClock;
  /** When it is due, in ms of elapsed time. */
  readonly at: number;
  readonly callback: () => void;
}

/** The time, which several clocks may share. */
interface SharedTime {
  elapsed: number;
  /** Wall clock minus elapsed time, in ms. */
  offset: number;
  readonly timers: Set<Timer>;
}

export interface FakeClockOptions {
  /** The random numbers for jitter. Default: always 0.5, the middle of the range. */
  readonly random?: () => number;
  /** Timers with at most this delay, in ms, fire at once and advance the clock by their delay. Default: none. */
  readonly instantMs?: number;
}

export interface AdvanceOptions {
  /** Waits after each timer until everything that it triggered is done. Default: {@link settle}. */
  readonly settled?: () => Promise<void>;
  /** Called before each timer. Returns true to stop early. */
  readonly isOver?: () => boolean;
}

/** A clock for the extension and for the sandbox. It moves only when a test advances it. */
export class FakeClock implements Clock, SandboxClock {
  readonly random: () => number;
  readonly #instantMs: number;
  #time: SharedTime;
  /** Number of pending timers with a delay of at most {@link FakeClockOptions.instantMs}. */
  #instant = 0;

  constructor(now = Date.parse('2026-03-01T12:00:00Z'), options: FakeClockOptions = {}) {
    this.random = options.random ?? (() => 0.5);
    this.#instantMs = options.instantMs ?? -1;
    this.#time = { elapsed: 0, offset: now, timers: new Set() };
  }

  /** Creates a clock with the same time and its own timers. Advancing one of them advances both. */
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
      callback();
    });
    return end;
  }

  /** The timers of this clock that a test has to advance. */
  timers(): ReadonlySet<object> {
    return new Set(this.#timers());
  }

  #timers(): readonly Timer[] {
    return [...this.#time.timers].filter(({ owner }) => owner === this);
  }

  /** Number of this clock's timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers().length + this.#instant;
  }

  /** When this clock's next timer is due, in ms from now. */
  get nextIn(): number | undefined {
    const times = this.#timers().map(({ at }) => at - this.#time.elapsed);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Sets the wall clock without advancing timers, as after the computer slept. Negative: sets it back. */
  jump(ms: number): void {
    this.#time.offset += ms;
  }

  /** Advances by `ms` and runs due timers in order, each to the end of everything that it triggered. */
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

  /** Runs the first of the timers that are due by `end`. @returns Whether there was one. */
  #runNext(end: number): boolean {
    const time = this.#time;
    let next: Timer | undefined;
    for (const timer of time.timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    if (!next) return false;
    time.timers.delete(next);
    time.elapsed = Math.max(time.elapsed, next.at);
    next.callback();
    return true;
  }
}

/** Waits until all work that needs only the event loop is done. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
