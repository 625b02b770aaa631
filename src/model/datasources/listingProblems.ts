import type { Listing } from '../../onna/listing.ts';

/** Logs the reasons why items in the list of Datasources could not be read. */
export class ListingProblems {
  readonly #warn: (message: string) => void;
  /** Logged problems, with the number of items affected. */
  readonly #logged = new Map<string, number>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /**
   * Logs each problem only once, because every poll may list the same item. A problem that later affects more items is
   * logged again.
   */
  log({ everything, problems }: Pick<Listing, 'everything' | 'problems'>): void {
    const newProblems = [...problems].filter(([problem, count]) => count > (this.#logged.get(problem) ?? 0));
    if (everything) this.#logged.clear();
    for (const [problem, count] of problems)
      this.#logged.set(problem, Math.max(count, this.#logged.get(problem) ?? 0));
    if (newProblems.length === 0) return;
    const text = newProblems.map(([problem, count]) => `${count} × ${problem}`).join('; ');
    this.#warn(`Could not read some items in the list of Datasources: ${text}`);
  }
}
