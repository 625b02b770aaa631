/** A word or a phrase of what was typed. */
export interface TextPart {
  readonly text: string;
  readonly isPrefix: boolean;
  /** Of the index: `low-water` is a phrase of two. */
  readonly wordCount: number;
}

/**
 * What a `text_contains` value asks for: words, and as one what stands in quotation marks. Without anything that
 * the index could not know, such as punctuation only.
 */
export function textParts(value: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const [, phrase, word] of value.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const text = (phrase ?? word ?? '').replaceAll('\0', '');
    // An empty phrase would be a syntax error, or match nothing, where the other words should count.
    const wordCount = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    if (wordCount > 0) parts.push({ text, isPrefix: word?.endsWith('*') ?? false, wordCount });
  }
  return parts;
}

/** All of the parts in one column, as an FTS5 expression. */
export function inColumn(column: string, parts: readonly TextPart[]): string {
  const words = parts.map(({ text, isPrefix }) => `"${text.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`);
  return `{${column}} : (${words.join(' AND ')})`;
}
