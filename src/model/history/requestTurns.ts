import { OnnaError } from '../../onna/errors.ts';

/** A request that waits for its turn. */
interface Waiting {
  readonly inBackground: boolean;
  start(): void;
}

/**
 * Limits the number of concurrent requests. Requests of the user come before background requests, however long those
 * have waited.
 */
export class RequestTurns {
  readonly #maxRunning: number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning;
  }

  /**
   * Sends a request when it is its turn. A request that is cancelled before its turn is never sent, and does not use up
   * a turn.
   * @throws OnnaError `cancelled` if `signal` was aborted before the turn, or the error of the request
   */
  async run<T>(inBackground: boolean, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    await this.#turn(inBackground, signal);
    try {
      return await request();
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  #turn(inBackground: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting.delete(waiting);
        reject(new OnnaError({ kind: 'cancelled' }));
      };
      const waiting: Waiting = {
        inBackground,
        start: () => {
          signal.removeEventListener('abort', cancel);
          this.#waiting.delete(waiting);
          this.#running++;
          resolve();
        },
      };
      if (signal.aborted) {
        cancel();
        return;
      }
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.add(waiting);
      this.#startNext();
    });
  }

  #startNext(): void {
    if (this.#running >= this.#maxRunning) return;
    let next: Waiting | undefined;
    for (const waiting of this.#waiting) {
      next ??= waiting;
      if (waiting.inBackground) continue;
      next = waiting;
      break;
    }
    next?.start();
  }
}
