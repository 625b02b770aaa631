import type { Clock } from '../base/clock.ts';

/** One line of what a sandbox did: an event of its own, or a request that it answered. */
export interface LoggedEvent {
  /** 1, 2, 3, … from the start on. */
  readonly number: number;
  /** ms since 1970. */
  readonly at: number;
  readonly kind: 'event' | 'request';
  /** Without secrets. */
  readonly text: string;
}

const maxEvents = 1_000;

/** The last lines, for those who look on. */
export class EventLog {
  readonly #clock: Clock;
  #events: LoggedEvent[] = [];
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(kind: LoggedEvent['kind'], text: string): void {
    this.#last++;
    // Cut seldom: it copies.
    if (this.#events.length >= 2 * maxEvents) this.#events = this.#events.slice(-maxEvents);
    this.#events.push({ number: this.#last, at: this.#clock.now(), kind, text });
  }

  /** The number of the last line; 0 when there is none yet. */
  get last(): number {
    return this.#last;
  }

  /**
   * The newest lines with a greater number, oldest first.
   * @param after One that was never given out is of an earlier start: then all are new.
   */
  after(after: number, limit: number): readonly LoggedEvent[] {
    const from = after > this.#last ? 0 : after;
    return this.#events
      .slice(-maxEvents)
      .filter(({ number }) => number > from)
      .slice(-limit);
  }
}
