import assert from 'node:assert/strict';
import type { ResourceException } from '../../../../src/model/history/exceptionList.ts';
import { OnnaError, isOnnaError } from '../../../../src/onna/errors.ts';
import { exceptionsCsv } from '../../../../src/ui/details/exceptionsCsv.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');

function exception(title: string, kind = 'Has Error', at: number | undefined = noon): ResourceException {
  const hit = { id: '/ws/wiki/a', title, path: '/ws/wiki/a', highlights: [] };
  const unknown = {
    ...{ uid: undefined, typeName: undefined, extension: undefined, contentType: undefined },
    ...{ modified: undefined, datasource: undefined },
  };
  return { hit: { ...hit, ...unknown }, kind, isNote: false, at };
}

async function* pagesOf(
  ...pages: readonly (readonly ResourceException[])[]
): AsyncGenerator<readonly ResourceException[]> {
  for (const page of pages) yield await Promise.resolve(page);
}

async function textOf(table: ReturnType<typeof exceptionsCsv>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of table.body) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

describe('exceptionsCsv', () => {
  it('writes a header row and one row per exception, and reports the number of rows after each page', async () => {
    const counts: number[] = [];
    const pages = pagesOf(
      [exception('a.pdf'), exception('b, c.pdf', 'Download Error')],
      [{ ...exception('d.pdf'), at: undefined }],
    );
    const text = await textOf(exceptionsCsv(pages, (rows) => counts.push(rows)));
    assert.equal(
      text,
      '\ufefftitle,exception,is_note,processing_date,path,id\n' +
        'a.pdf,Has Error,false,2026-03-01T12:00:00.000Z,/ws/wiki/a,/ws/wiki/a\n' +
        '"b, c.pdf",Download Error,false,2026-03-01T12:00:00.000Z,/ws/wiki/a,/ws/wiki/a\n' +
        'd.pdf,Has Error,false,,/ws/wiki/a,/ws/wiki/a\n',
    );
    assert.deepEqual(counts, [2, 3]);
  });

  it('writes no formula, whatever the title and the kind of an exception contain', async () => {
    for (const { text: whole } of hostileStrings) {
      const text = whole.slice(0, 5_000).toWellFormed();
      const rows = ['=', '+', '-', '@', '\t', '\r', '＝'].map((sign) => exception(sign + text, sign + text));
      const table = await textOf(exceptionsCsv(pagesOf(rows), () => undefined));
      assert.doesNotMatch(table, /(?:^|[,\n])"?[\t\r]*[=+\-@＝]/m);
    }
  });

  it('fails with the error of a page that cannot be read', async () => {
    const pages = (async function* (): AsyncGenerator<readonly ResourceException[]> {
      yield await Promise.resolve([exception('a.pdf')]);
      throw new OnnaError({ kind: 'serverError', status: 500 });
    })();
    await assert.rejects(textOf(exceptionsCsv(pages, () => undefined)), (error) =>
      isOnnaError(error, 'serverError'),
    );
  });
});
