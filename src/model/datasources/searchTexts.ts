/** Separates the texts. Searched words contain no whitespace, so they match only within a text. */
const separator = '\n';

/**
 * Texts that are searched together. They are kept in one string, because one search of a long string is much faster than
 * a search of each of 10,000 short ones, above all before the code has been compiled.
 */
export class SearchTexts {
  readonly #all: string;
  /** The index of the separator after each text in {@link #all}. */
  readonly #ends: Int32Array;

  constructor(texts: readonly string[]) {
    this.#all = texts.join(separator);
    this.#ends = new Int32Array(texts.length);
    let end = -1;
    for (const [index, text] of texts.entries()) {
      end += text.length + 1;
      this.#ends[index] = end;
    }
  }

  /** @param word Not empty, without whitespace. @returns The positions of the texts that contain it, ascending. */
  containing(word: string): number[] {
    const found: number[] = [];
    const ends = this.#ends;
    let position = 0;
    for (let at = this.#all.indexOf(word); at >= 0;) {
      while ((ends[position] ?? Infinity) < at) position++;
      found.push(position);
      // Continue after this text, which is already found.
      at = this.#all.indexOf(word, ends[position]);
    }
    return found;
  }

  /** Whether the text at `position` contains `word`. */
  includes(position: number, word: string): boolean {
    const start = position === 0 ? 0 : (this.#ends[position - 1] ?? 0) + 1;
    return this.#all.slice(start, this.#ends[position]).includes(word);
  }
}
