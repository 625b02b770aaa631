import type { Answer } from './answer.ts';

/** Quotes a field (RFC 4180). Escapes a leading formula character, so that spreadsheets treat file names as text. */
function field(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}

type Line = readonly string[];

function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

type Pages = Iterable<readonly Line[]> | AsyncIterable<readonly Line[]>;

async function* textsOf(names: Line, pages: Pages): AsyncGenerator<string> {
  yield textOf([names]);
  for await (const lines of pages) if (lines.length > 0) yield textOf(lines);
}

/**
 * Makes an answer that downloads a CSV file. The file is sent page by page.
 * @param fileName ASCII only
 * @param names The names of the columns
 */
export function csv(fileName: string, names: Line, pages: Pages): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
    },
    body: { kind: 'stream', chunks: textsOf(names, pages) },
  };
}
