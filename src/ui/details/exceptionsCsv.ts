import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
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

/** Yields one chunk per page. A larger chunk would need more memory, and smaller chunks would be slower. */
async function* chunksOf(
  pages: AsyncIterable<readonly ResourceException[]>,
  written: (rows: number) => void,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  yield Buffer.from(stringify([columns], { bom: true }));
  for await (const page of pages) {
    // Let other work run first, because reading a page already takes a while.
    await setImmediate();
    yield Buffer.from(stringify(page.map(rowOf)));
    count += page.length;
    written(count);
  }
}

/**
 * A CSV table of exceptions, as a download response. A spreadsheet does not run any of its cells as a
 * formula.
 * @param written Called after each page with the total number of rows so far.
 */
export function exceptionsCsv(
  pages: AsyncIterable<readonly ResourceException[]>,
  written: (rows: number) => void,
): TransportResponse {
  const body = Readable.from(chunksOf(pages, written));
  return withoutFormulas({
    status: 200,
    statusText: '',
    headers: new Map(),
    body,
    destroy: () => body.destroy(),
  });
}
