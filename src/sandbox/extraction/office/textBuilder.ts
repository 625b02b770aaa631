import { extractionLimits } from '../limits.ts';

/** Collects the text of a document, and stops when it is longer than the stored text can be. */
export class TextBuilder {
  readonly #pieces: string[] = [];
  #length = 0;
  #last = '\n';

  /** Whether the text is longer than the stored text can be. Reading can stop. */
  get isFull(): boolean {
    return this.#length > extractionLimits.textLength;
  }

  add(text: string): void {
    if (text === '' || this.isFull) return;
    this.#pieces.push(text);
    this.#length += text.length;
    this.#last = text.at(-1) ?? this.#last;
  }

  /** Ends the line, unless it is empty. */
  line(): void {
    if (this.#last !== '\n') this.add('\n');
  }

  /** Separates two cells of a row. */
  cell(): void {
    if (this.#last === '\n') this.#removeLineEnd();
    this.add('\t');
  }

  #removeLineEnd(): void {
    const last = this.#pieces.at(-1);
    if (last !== '\n') return;
    this.#pieces.pop();
    this.#length--;
    this.#last = this.#pieces.at(-1)?.at(-1) ?? '\n';
  }

  toString(): string {
    return this.#pieces
      .join('')
      .replaceAll(/[ \t]+$/gm, '')
      .trim();
  }
}
