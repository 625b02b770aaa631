/** Splits a comma-separated list of names from a query parameter. Trims the names and drops empty ones. */
export function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
