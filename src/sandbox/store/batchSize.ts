/**
 * Target CPU time per transaction, in ms. The server answers no requests during a transaction. On a busy machine, a
 * transaction takes longer. Smaller batches would not help: their total cost is higher.
 */
const targetMs = 35;

/** Minimum items per transaction, so that its fixed cost is shared. */
const minSize = 50;
const maxSize = 1000;

/** Smaller batches are not measured: the fixed cost of the transaction would distort the result. */
const minMeasured = 25;

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Adapts the number of items per transaction to {@link targetMs}, from the CPU time of earlier batches. */
export class BatchSize {
  #size = 100;

  get size(): number {
    return this.#size;
  }

  /** Runs `store`, which stores `count` items, and adapts the size to the time that it took. */
  learn<Result>(count: number, store: () => Result): Result {
    const before = usedMs();
    const result = store();
    if (count < minMeasured) return result;
    const fitting = (count * targetMs) / Math.max(1, usedMs() - before);
    // In small steps: a single batch may be slow because of the disk or a merge of the search index.
    this.#size = Math.round(
      Math.min(maxSize, Math.max(minSize, this.#size * 0.75, Math.min(this.#size * 1.5, fitting))),
    );
    return result;
  }
}
