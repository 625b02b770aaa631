/**
 * Splits received text into lines.
 * @param maxLength Maximum length of a line, in UTF-16 units.
 * @param onLine Called for each complete line that is not empty.
 * @returns A function that takes the next part of the text. It returns false if a line is too long.
 */
export function lineReader(maxLength: number, onLine: (line: string) => void): (part: string) => boolean {
  let rest = '';
  return (part) => {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.length > maxLength) return false;
      if (line.trim() !== '') onLine(line);
    }
    return rest.length <= maxLength;
  };
}

/** Parses a line. Undefined if it is not JSON. */
export function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
