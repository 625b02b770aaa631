import { setImmediate } from 'node:timers';
import type { Clock } from './clock.ts';

/** Time after which background work gets a turn even if requests keep arriving, in ms. */
const maxBackgroundWaitMs = 50;

/**
 * Time for which new connections delay all other work, in ms. Accepting a connection takes far less than a
 * millisecond, so that only a flood of connections reaches this limit.
 */
const maxAcceptingMs = 250;

/** Resumes work that waits for its turn. */
type Resume = () => void;

/**
 * Decides what the event loop does next. Node accepts only one connection per iteration of its event loop. If each
 * iteration also did a piece of work, the last of 200 new clients would wait for 200 pieces of work. So:
 *
 * - While clients are connecting, no work starts.
 * - One request starts per iteration, in the order of arrival.
 * - Background work gets a turn when no request waits, or after {@link maxBackgroundWaitMs}. Its pieces never share an
 *   iteration.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #requests: Resume[] = [];
  readonly #background: Resume[] = [];
  /** Time since which the background work waits, in ms. */
  #backgroundAt = 0;
  #hasAccepted = false;
  /** Time since which each iteration has accepted a connection, in ms. Undefined if the last one has not. */
  #acceptingSince: number | undefined;
  #isScheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call it for each new connection. */
  accepted(): void {
    this.#hasAccepted = true;
  }

  /** Resolves when a request may start. */
  forRequest(): Promise<void> {
    return this.#wait(this.#requests);
  }

  /** Yields to requests. Resolves when background work may continue for some milliseconds. */
  forBackground(): Promise<void> {
    if (this.#background.length === 0) this.#backgroundAt = this.#clock.monotonic();
    return this.#wait(this.#background);
  }

  #wait(queue: Resume[]): Promise<void> {
    return new Promise((resolve) => {
      queue.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isAccepting()) this.#next();
      if (this.#requests.length > 0 || this.#background.length > 0) this.#schedule();
    });
  }

  /** Whether to wait for more connections. */
  #isAccepting(): boolean {
    const hasAccepted = this.#hasAccepted;
    this.#hasAccepted = false;
    const now = this.#clock.monotonic();
    if (hasAccepted) this.#acceptingSince ??= now;
    else this.#acceptingSince = undefined;
    return this.#acceptingSince !== undefined && now - this.#acceptingSince < maxAcceptingMs;
  }

  #next(): void {
    const isOverdue = this.#clock.monotonic() - this.#backgroundAt >= maxBackgroundWaitMs;
    const isBackground = this.#background.length > 0 && (this.#requests.length === 0 || isOverdue);
    const resume = isBackground ? this.#background.shift() : this.#requests.shift();
    if (isBackground) this.#backgroundAt = this.#clock.monotonic();
    resume?.();
  }
}
