import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { BatchSize } from '../store/batchSize.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { failureText } from '../store/storeFailure.ts';

/** Delay before a failed write to the store is retried, in ms. */
const storeRetryMs = 5_000;

interface ReindexingDeps {
  readonly index: SearchIndex;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Fills the search index after an upgrade of the data file emptied it. Until it is complete, searches find only some of
 * the documents. The progress is stored, so it continues after a restart.
 */
export class Reindexing {
  readonly #deps: ReindexingDeps;
  readonly #batches = new BatchSize();
  #working: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(deps: ReindexingDeps) {
    this.#deps = deps;
  }

  /** Whether the index is complete, or waits to be retried. */
  get idle(): boolean {
    return this.#working === undefined;
  }

  start(): void {
    if (this.#closed || this.#working) return;
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#deps.log(`the search index is not complete yet and will be retried: ${failureText(error)}`);
        if (!this.#closed) this.#cancelRetry = this.#deps.clock.after(storeRetryMs, () => this.start());
      })
      .finally(() => {
        this.#working = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { index, log } = this.#deps;
    const total = index.missingTexts;
    if (total === 0) return;
    log(`rebuilding the search index of ${total} documents; until then, searches find only some of them`);
    let done = 0;
    let told = 0;
    for (;;) {
      // Let the server answer requests between batches.
      await setImmediate();
      if (this.#isClosed()) return;
      const { size } = this.#batches;
      const added = this.#batches.learn(size, () => index.reindex(size));
      if (added === 0) break;
      done += added;
      const tenths = Math.floor((10 * done) / total);
      if (tenths > told && tenths < 10) log(`rebuilding the search index: ${tenths * 10} %`);
      told = tenths;
    }
    log('the search index is complete');
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
