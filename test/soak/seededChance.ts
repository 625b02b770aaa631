/** A pseudo-random generator. Equal seeds give equal sequences of decisions. */
export class SeededChance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a number in [0, 1), generated with mulberry32. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** Returns an integer from `from` (inclusive) to `to` (exclusive). */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  /** Returns true with probability `share`. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  /** Returns a random element. @throws Error if `choices` is empty */
  of<T>(choices: readonly T[]): T {
    const chosen = this.some(choices);
    if (chosen === undefined) throw new Error('There are no elements to choose from.');
    return chosen;
  }

  /** Returns a random element; undefined if `choices` is empty. */
  some<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.next() * choices.length)];
  }
}
