import { text } from './answer.ts';
import type { Answer } from './answer.ts';

/** A field of a line (RFC 4180). A spreadsheet must not take a file's name for a formula. */
function field(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** A table to be saved as `fileName`, which is plain ASCII; its first line names the columns. */
export function csv(fileName: string, lines: readonly (readonly string[])[]): Answer {
  return {
    ...text(lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')),
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
    },
  };
}
