/**
 * Target CPU time per transaction, in ms. The server answers no requests during a transaction. CPU time is a
 * better measure than elapsed time: on a busy machine, a transaction takes longer, but smaller batches would
 * not help.
 */
const targetMs = 20;

/**
 * Minimum items per transaction. Each transaction has a fixed cost, so very small batches are inefficient.
 */
const minSize = 50;
const maxSize = 1000;

/**
 * Minimum size of a batch that is measured. In a smaller batch, the fixed cost of the transaction distorts
 * the result.
 */
const minMeasured = 25;

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Adapts the number of items per transaction to {@link targetMs}, based on the CPU time of earlier batches. */
export class BatchSize {
  #size = 100;

  get size(): number {
    return this.#size;
  }

  /** Runs `store`, which stores `count` items, and adapts the batch size to the CPU time of `store`. */
  learn<Result>(count: number, store: () => Result): Result {
    const before = usedMs();
    const result = store();
    if (count < minMeasured) return result;
    const fitting = (count * targetMs) / Math.max(1, usedMs() - before);
    // Change the size in small steps: a single batch may be slow because of the disk or a merge of the search index.
    this.#size = Math.round(
      Math.min(maxSize, Math.max(minSize, this.#size * 0.75, Math.min(this.#size * 1.5, fitting))),
    );
    return result;
  }
}
