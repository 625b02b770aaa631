import type { Clock } from '../base/clock.ts';

/** One log line: an event in the sandbox, or a request that the sandbox answered. */
export interface LoggedEvent {
  /** Consecutive number, starting at 1 when the sandbox starts. */
  readonly number: number;
  /** Time in ms since 1970. */
  readonly at: number;
  readonly kind: 'event' | 'request';
  /** The text of the line. It contains no secrets. */
  readonly text: string;
}

const maxEvents = 1_000;

/** Keeps the latest log lines for the sandbox's own page. */
export class EventLog {
  readonly #clock: Clock;
  #events: LoggedEvent[] = [];
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(kind: LoggedEvent['kind'], text: string): void {
    this.#last++;
    // Trim the list rarely, because slice() copies it.
    if (this.#events.length >= 2 * maxEvents) this.#events = this.#events.slice(-maxEvents);
    this.#events.push({ number: this.#last, at: this.#clock.now(), kind, text });
  }

  /** The number of the last line, or 0 if the log is empty. */
  get last(): number {
    return this.#last;
  }

  /**
   * Returns the newest lines with a number above `after`, oldest first.
   * @param after If this number is above `last`, it comes from before a restart, and every line counts as new.
   */
  after(after: number, limit: number): readonly LoggedEvent[] {
    const from = after > this.#last ? 0 : after;
    return this.#events
      .slice(-maxEvents)
      .filter(({ number }) => number > from)
      .slice(-limit);
  }
}
