import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import { BatchSize } from '../store/batchSize.ts';
import { RetriedWork } from '../store/retriedWork.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { failureText } from '../store/storeFailure.ts';

interface ReindexingDeps {
  readonly index: SearchIndex;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: (line: string) => void;
}

/**
 * Fills the search index after an upgrade of the data file emptied it. Until it is complete, searches find only some of
 * the documents. The progress is stored, so it continues after a restart.
 */
export class Reindexing {
  readonly #deps: ReindexingDeps;
  readonly #batches = new BatchSize();
  readonly #work: RetriedWork;

  constructor(deps: ReindexingDeps) {
    this.#deps = deps;
    this.#work = new RetriedWork({
      work: () => this.#indexAll(),
      clock: deps.clock,
      onFailure: (error) =>
        deps.log(`the search index is not complete yet and will be retried: ${failureText(error)}`),
    });
  }

  /** Whether the index is complete, or waits to be retried. */
  get idle(): boolean {
    return !this.#work.isRunning;
  }

  start(): void {
    this.#work.wake();
  }

  async close(): Promise<void> {
    await this.#work.close();
  }

  async #indexAll(): Promise<void> {
    const { index, turns, log } = this.#deps;
    const total = index.missingTexts;
    if (total === 0) return;
    log(`rebuilding the search index of ${total} documents; until then, searches find only some of them`);
    let done = 0;
    let told = 0;
    for (;;) {
      await turns.forBackground();
      if (this.#work.isClosed) return;
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
}
