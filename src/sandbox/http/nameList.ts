/** Splits comma-separated names, as query parameters have them. Drops white space around names, and empty names. */
export function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
