/** How long a transaction may keep everybody else waiting, about, in ms. */
const targetMs = 40;

/** As many at least: the cost of a transaction itself is shared among them. */
const least = 50;
const most = 1000;

/** How many are stored together: about what takes {@link targetMs}, as those before it took. */
export class BatchSize {
  #size = 100;

  get size(): number {
    return this.#size;
  }

  /** Runs what stores `count` of them. */
  learn<Result>(count: number, store: () => Result): Result {
    const started = performance.now();
    const result = store();
    // A few tell nothing about many: the transaction itself is most of what they take.
    if (count * 2 < this.#size) return result;
    const fitting = (count * targetMs) / Math.max(1, performance.now() - started);
    // Not all at once: one that was held up by something else should not be believed.
    this.#size = Math.round(
      Math.min(most, Math.max(least, this.#size / 2, Math.min(this.#size * 1.5, fitting))),
    );
    return result;
  }
}
