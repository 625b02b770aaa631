/**
 * How much of the processor a transaction may take, about, in ms: nobody else is served meanwhile. Where others want
 * the processor too it lasts longer, but smaller ones would not help: they take more in all.
 */
const targetMs = 35;

/** As many at least: the cost of a transaction itself is shared among them. */
const least = 50;
const most = 1000;

/** A few tell nothing about many: the transaction itself is most of what they take. */
const fewest = 25;

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How many are stored together: about what takes {@link targetMs}, as those before it took. */
export class BatchSize {
  #size = 100;

  get size(): number {
    return this.#size;
  }

  /** Runs what stores `count` of them. */
  learn<Result>(count: number, store: () => Result): Result {
    const before = usedMs();
    const result = store();
    if (count < fewest) return result;
    const fitting = (count * targetMs) / Math.max(1, usedMs() - before);
    // Not all at once: one that the disk, or a merge of the search index, was waited for in should not be believed.
    this.#size = Math.round(
      Math.min(most, Math.max(least, this.#size * 0.75, Math.min(this.#size * 1.5, fitting))),
    );
    return result;
  }
}
