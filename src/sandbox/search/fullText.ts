/**
 * A `text_contains` value as an FTS5 expression: words have to be there all, what stands in quotation marks as a
 * phrase. Undefined when it holds nothing that could be looked for, such as punctuation only.
 */
export function fullTextExpression(value: string): string | undefined {
  const parts: string[] = [];
  for (const [, phrase, word] of value.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const text = (phrase ?? word ?? '').replaceAll('\0', '');
    // An empty phrase would be a syntax error, or match nothing, where the other words should count.
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const isPrefix = word?.endsWith('*') ?? false;
    parts.push(`"${text.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`);
  }
  return parts.length === 0 ? undefined : parts.join(' AND ');
}

/** The same, of one column of the index. */
export function inColumn(column: string, expression: string): string {
  return `{${column}} : (${expression})`;
}
