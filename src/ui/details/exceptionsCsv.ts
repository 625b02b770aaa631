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
 * A CSV table of exceptions, as a download that can be saved. No spreadsheet runs a cell of it as a formula.
 * @param written Called with the number of rows so far.
 */
export function exceptionsCsv(
  pages: AsyncIterable<readonly ResourceException[]>,
  written: (rows: number) => void,
): TransportResponse {
  const table = stringify({ header: true, columns, bom: true });
  const source = Readable.from(rowsOf(pages, written));
  // `pipe` alone would not pass on an error of a request.
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
