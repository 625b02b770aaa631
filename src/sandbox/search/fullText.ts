/** A word or phrase of a search text. */
interface TextPart {
  readonly text: string;
  readonly isPrefix: boolean;
  /** Number of words in the full-text index: `low-water` has two. */
  readonly wordCount: number;
}

/**
 * Splits a `text_contains` value into words and quoted phrases. Drops parts that the index can't contain, such as
 * punctuation without letters.
 */
export function textParts(value: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const [, phrase, word] of value.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const text = (phrase ?? word ?? '').replaceAll('\0', '');
    // Skip parts without words: in FTS5, an empty phrase is a syntax error or matches nothing.
    const wordCount = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    if (wordCount > 0) parts.push({ text, isPrefix: word?.endsWith('*') ?? false, wordCount });
  }
  return parts;
}

/** Makes an FTS5 expression that requires all parts in one column. */
export function inColumn(column: string, parts: readonly TextPart[]): string {
  const words = parts.map(({ text, isPrefix }) => `"${text.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`);
  return `{${column}} : (${words.join(' AND ')})`;
}
