function inQuotes(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A value of a field as it is typed in a query, with quotation marks if it needs them. */
export function quotedValue(text: string, isQuoted = false): string {
  // After `//` or a backslash, the field would be read as the beginning of a URL or a path.
  return isQuoted || /[\s"“”„‟＂〝〞〟(),]|^\\|^\/\//.test(text) || text === '' ? inQuotes(text) : text;
}

/** A word or a phrase as it is typed in a query, so that nothing in it is an operator or a field. */
export function quotedWord(text: string): string {
  return /[\s"“”„‟＂〝〞〟(),:]|^-|^(?:OR|AND)$/.test(text) || text === '' ? inQuotes(text) : text;
}
