import type { Clock } from '../base/clock.ts';
import { storeRetryMs } from './storeFailure.ts';

interface RetriedWorkDeps {
  /** Does all the work that is left. Ends early if {@link RetriedWork.isClosed}. */
  readonly work: () => Promise<unknown>;
  readonly clock: Clock;
  /** Called for each error of the work. The work is then retried, except after `close`. */
  readonly onFailure: (error: unknown) => void;
}

/** Background work on the store. Runs once at a time. If it fails, it is retried after {@link storeRetryMs}. */
export class RetriedWork {
  readonly #deps: RetriedWorkDeps;
  #running: Promise<unknown> | undefined;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: RetriedWorkDeps) {
    this.#deps = deps;
  }

  /** False while the work waits to be retried. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts the work if it is not running. */
  wake(): void {
    if (this.#isClosed || this.#running) return;
    this.#cancelRetry?.();
    const { work, clock, onFailure } = this.#deps;
    this.#running = work()
      .catch((error: unknown) => {
        onFailure(error);
        if (!this.#isClosed) this.#cancelRetry = clock.after(storeRetryMs, () => this.wake());
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when the work has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    await this.#running;
  }
}
