import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { SearchHit } from '../../onna/wire/search.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';
import { withoutFormulas } from '../details/formulaGuard.ts';

/** The formats in which hits can be exported. */
export type HitsFormat = 'csv' | 'jsonl';

const columns = [
  'title',
  'datasource',
  'type',
  'extension',
  'content_type',
  'date_modified',
  'path',
  'uid',
  'id',
];

function valuesOf(hit: SearchHit): readonly string[] {
  const { title, datasource, typeName, extension, contentType, modified, path, uid, id } = hit;
  const date = modified === undefined ? '' : new Date(modified).toISOString();
  const place = [date, path ?? '', uid ?? '', id];
  return [title ?? '', datasource?.title ?? '', typeName ?? '', extension ?? '', contentType ?? '', ...place];
}

function jsonLine(hit: SearchHit): string {
  const values = valuesOf(hit);
  return `${JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, values[index] ?? ''])))}\n`;
}

async function* textOf(
  pages: AsyncIterable<readonly SearchHit[]>,
  format: HitsFormat,
  written: (hits: number) => void,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  if (format === 'csv') yield Buffer.from(stringify([columns], { bom: true }));
  for await (const page of pages) {
    yield Buffer.from(format === 'csv' ? stringify(page.map(valuesOf)) : page.map(jsonLine).join(''));
    count += page.length;
    written(count);
  }
}

/**
 * A file of hits, in the form of a download response. Only one page of it is in memory at a time. In a
 * CSV file, cells are escaped so that a spreadsheet runs none of them as a formula.
 * @param written Called after each page with the number of hits written so far.
 */
export function hitsFile(
  pages: AsyncIterable<readonly SearchHit[]>,
  format: HitsFormat,
  written: (hits: number) => void,
): TransportResponse {
  const body = Readable.from(textOf(pages, format, written));
  const file = { status: 200, statusText: '', headers: new Map<string, string>(), body };
  const response: TransportResponse = { ...file, destroy: () => body.destroy() };
  return format === 'csv' ? withoutFormulas(response) : response;
}
