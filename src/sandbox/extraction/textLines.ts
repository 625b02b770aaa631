/** Collects text line by line. Runs of white space become one space, and empty lines are left out. */
export class TextLines {
  readonly #parts: string[] = [];
  #isLineOpen = false;
  /** White space that is written if more text follows in the line. */
  #space = '';

  /** Adds words. White space and line ends in them only separate words. */
  words(text: string): void {
    const words = text.trim();
    if (words.length !== text.length && /^\s/.test(text)) this.#space ||= ' ';
    if (words === '') return;
    if (this.#isLineOpen && this.#space !== '') this.#parts.push(this.#space);
    this.#parts.push(words.replaceAll(/\s+/g, ' '));
    this.#isLineOpen = true;
    this.#space = words.length !== text.length && /\s$/.test(text) ? ' ' : '';
  }

  /** Adds text with its spaces and line ends. */
  exact(text: string): void {
    if (text === '') return;
    if (this.#isLineOpen && this.#space !== '') this.#parts.push(this.#space);
    this.#parts.push(text);
    this.#space = '';
    this.#isLineOpen = !text.endsWith('\n');
  }

  /** Ends the cell of a table. */
  endCell(): void {
    this.#space = '\t';
  }

  /** Ends the line if it has text. */
  end(): void {
    if (this.#isLineOpen) this.#parts.push('\n');
    this.#isLineOpen = false;
    this.#space = '';
  }

  text(): string {
    return this.#parts.join('').trim();
  }
}
