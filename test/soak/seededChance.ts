/** Random decisions that are the same for the same seed. */
export class SeededChance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1): mulberry32. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** An integer from `from` (inclusive) to `to` (exclusive). */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  /** True with probability `share`. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  /** A random element. @throws Error if there is none. */
  of<T>(choices: readonly T[]): T {
    const chosen = this.some(choices);
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  /** A random element, if there is one. */
  some<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.next() * choices.length)];
  }
}
