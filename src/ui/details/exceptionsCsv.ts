import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { ResourceException } from '../../model/history/exceptionList.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';
import { withoutFormulas } from './formulaGuard.ts';

const columns = ['title', 'exception', 'is_note', 'processing_date', 'path', 'id'];

function rowOf({ hit, kind, isNote, at }: ResourceException): readonly string[] {
  return [
    hit.title ?? '',
    kind,
    String(isNote),
    at === undefined ? '' : new Date(at).toISOString(),
    hit.path ?? '',
    hit.id,
  ];
}

async function* rowsOf(
  pages: AsyncIterable<readonly ResourceException[]>,
  written: (rows: number) => void,
): AsyncGenerator<readonly string[]> {
  let count = 0;
  for await (const page of pages) {
    for (const exception of page) yield rowOf(exception);
    count += page.length;
    written(count);
  }
}

/**
 * A CSV table of exceptions, in the form of a download response. A spreadsheet does not run any of its cells as a
 * formula.
 * @param written Called after each page with the number of rows written so far.
 */
export function exceptionsCsv(
  pages: AsyncIterable<readonly ResourceException[]>,
  written: (rows: number) => void,
): TransportResponse {
  const table = stringify({ header: true, columns, bom: true });
  const source = Readable.from(rowsOf(pages, written));
  // `pipe` does not forward errors, such as that of a failed request.
  source.on('error', (error) => table.destroy(error));
  const body = source.pipe(table);
  return withoutFormulas({
    status: 200,
    statusText: '',
    headers: new Map(),
    body,
    destroy: () => {
      source.destroy();
      body.destroy();
    },
  });
}
