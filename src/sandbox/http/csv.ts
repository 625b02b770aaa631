import { text } from './answer.ts';
import type { Answer } from './answer.ts';

/** Quotes a field (RFC 4180). Escapes a leading formula character, so that spreadsheets treat file names as text. */
function field(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/**
 * Makes an answer that downloads a CSV file.
 * @param fileName ASCII only
 * @param lines The first line contains the column names.
 */
export function csv(fileName: string, lines: readonly (readonly string[])[]): Answer {
  return {
    ...text(lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')),
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
    },
  };
}
