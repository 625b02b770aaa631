import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { saveFile } from '../../../../src/model/resources/saveFile.ts';
import { withoutFormulas } from '../../../../src/ui/details/formulaGuard.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

const bom = '\ufeff';

/** Passes these chunks of a table through the guard, and returns the guarded table. */
async function guardChunks(...chunks: readonly Uint8Array[]): Promise<Buffer> {
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  })();
  const table = { status: 200, statusText: '', headers: new Map(), body, destroy: () => undefined };
  const parts: Uint8Array[] = [];
  for await (const part of withoutFormulas(table).body) parts.push(part);
  return Buffer.concat(parts);
}

async function guard(text: string): Promise<string> {
  return (await guardChunks(Buffer.from(text))).toString('utf8');
}

/** Reads a table like a spreadsheet: a quotation mark is special only at the start of a cell. */
function cellsOf(table: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let isAtStart = true;
  const end = (): void => {
    cells.push(cell);
    [cell, isAtStart] = ['', true];
  };
  const text = table.startsWith(bom) ? table.slice(1) : table;
  for (let index = 0; index < text.length; index++) {
    const sign = text.charAt(index);
    if (isQuoted && sign === '"' && text[index + 1] === '"') {
      cell += sign;
      index++;
    } else if (isQuoted) {
      if (sign === '"') isQuoted = false;
      else cell += sign;
    } else if (isAtStart && sign === '"') [isQuoted, isAtStart] = [true, false];
    else if (sign === delimiter || sign === '\n' || sign === '\r') end();
    else {
      cell += sign;
      isAtStart = false;
    }
  }
  end();
  return cells;
}

/** Some programs ignore tabs and line breaks before a formula. */
const isFormula = (cell: string): boolean => /^[\t\r]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell);

/** Asserts that `after` equals `before`, except for inserted apostrophes. */
function checkOnlyAdded(before: string, after: string): void {
  let kept = 0;
  for (const sign of after) {
    if (before.startsWith(sign, kept)) kept += sign.length;
    else assert.equal(sign, "'");
  }
  assert.equal(kept, before.length);
}

describe('withoutFormulas', () => {
  for (const [title, before, after] of [
    ['a formula', '=1+1', "'=1+1"],
    ['each sign that starts a formula', '=a,+b,-c,@d', "'=a,'+b,'-c,'@d"],
    ['full-width signs', '＝a,＋b,－c,＠d,ａ', "'＝a,'＋b,'－c,'＠d,ａ"],
    ['signs inside a cell', 'a=b,c-d,1+1,m@x', 'a=b,c-d,1+1,m@x'],
    ['a formula in quotes', 'a,"=1,2",b', 'a,"\'=1,2",b'],
    ['a tab or a line break at the start of a quoted cell', '"\t=a","\r=b"', '"\'\t=a","\'\r=b"'],
    ['a formula after quotes that are part of the text', '"""=a""","b""\n=c"', '"""=a""","b""\n=c"'],
    ['a formula after empty quotes', '""=a,b', '""\'=a,b'],
    ['line breaks and delimiters in quotes', 'a,"b\n-c,=d\r\n+e",f', 'a,"b\n-c,=d\r\n+e",f'],
    ['each kind of line break', '=a\n=b\r\n=c\r=d', "'=a\n'=b\r\n'=c\r'=d"],
    ['empty cells and lines', ',,=a\n\n,=b,\n', ",,'=a\n\n,'=b,\n"],
    ['semicolons', 'a;=b;"c;=d";-e', 'a;\'=b;"c;=d";\'-e'],
    ['tabs', 'a\t\t=b\t"\t"', 'a\t\t\'=b\t"\'\t"'],
    ['a delimiter of spreadsheets in other languages', 'a,b;=c,d;"=e"', 'a,b;\'=c,d;"\'=e"'],
    ['a quote after such a delimiter', 'a,b;"c,=d', 'a,b;"c,\'=d'],
    ['a quote inside a cell', 'a"b,=c,d"', 'a"b,\'=c,d"'],
    ['text after quotes', '"a"b,=c', '"a"b,\'=c'],
    ['quotes that never end', 'a,"b\n=c', 'a,"b\n=c'],
    ['an apostrophe', "'=a,'b", "'=a,'b"],
    ['a byte order mark', `${bom}=a,b`, `${bom}'=a,b`],
    ['a byte order mark before quotes', `${bom}"=a",b`, `${bom}"'=a",b`],
    ['a byte order mark inside the table', `a,${bom}=b`, `a,${bom}=b`],
    ['an empty table', '', ''],
    ['only a delimiter', ',', ','],
  ] as const)
    it(`inserts an apostrophe before each formula and nowhere else, given ${title}`, async () => {
      assert.equal(await guard(before), after);
      checkOnlyAdded(before, after);
    });

  it('returns the same table wherever a chunk ends', async () => {
    const table = `${bom}=a,"＝b","+c""\n",＠d;=e\r\n""－f\t"\t=g",ａ－\n`;
    const bytes = Buffer.from(table);
    const expected = await guardChunks(bytes);
    assert.ok(expected.length > bytes.length);
    for (let cut = 0; cut <= bytes.length; cut++)
      assert.deepEqual(await guardChunks(bytes.subarray(0, cut), bytes.subarray(cut)), expected, String(cut));
    assert.deepEqual(await guardChunks(...[...bytes].map((byte) => Buffer.of(byte))), expected);
  });

  it('keeps all bytes in any encoding, even an incomplete character at the end', async () => {
    const all = Buffer.from(Array.from({ length: 512 }, (_, index) => (index % 2 === 0 ? 0x61 : index >> 1)));
    assert.deepEqual(await guardChunks(all), all);
    for (const end of [[0xef], [0xef, 0xbc], [0xef, 0xbb], [0xc3]]) {
      const table = Buffer.from([0x61, 0x2c, ...end]);
      assert.deepEqual(await guardChunks(table), table);
    }
    const latin = Buffer.from('caf\u00e9,=b,\u00ef\u00bc', 'latin1');
    assert.equal((await guardChunks(latin)).toString('latin1'), "caf\u00e9,'=b,\u00ef\u00bc");
  });

  for (const { name, text: whole } of hostileStrings)
    it(`leaves no formula, and only inserts apostrophes, given ${name}`, async () => {
      const text = whole.slice(0, 5_000).toWellFormed();
      const rows = [
        ['title', 'exception', 'path'],
        ...['', '=', '+', '-', '@', '\t', '\r', '＝'].map((sign) => [sign + text, text, `=${text}`]),
      ];
      for (const delimiter of [',', ';', '\t'])
        for (const quoted of [true, false]) {
          const before = stringify(rows, { delimiter, quoted, bom: true });
          const after = await guard(before);
          const cells = cellsOf(after, delimiter);
          assert.ok(!cells.some(isFormula));
          const expected = cellsOf(before, delimiter);
          assert.equal(cells.length, expected.length);
          for (const [index, cell] of expected.entries()) checkOnlyAdded(cell, cells[index] ?? '');
        }
    });

  it('leaves no formula, and only inserts apostrophes, in any table', async () => {
    const signs = fc.constantFrom(...',;\t\n\r"=+-@ax\'＝'.split(''));
    const cut = fc.nat({ max: 40 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: signs, maxLength: 40 }), cut, async (rest, at) => {
        for (const delimiter of [',', ';', '\t']) {
          const before = `a${delimiter}${rest}`;
          const bytes = Buffer.from(before);
          const after = (await guardChunks(bytes.subarray(0, at), bytes.subarray(at))).toString('utf8');
          checkOnlyAdded(before, after);
          assert.deepEqual(cellsOf(after, delimiter).filter(isFormula), []);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('needs at most 32 MB more memory for a table of 60 MB than for a table of 10 MB', async function () {
    this.timeout(60_000);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const chunk = Buffer.from('=1+1,"north, a file.pdf",Has Error,2026-03-01T12:00:00Z\r\n'.repeat(1_170));
    const total = 60 << 20;
    const used: number[] = [];
    const body = (async function* (): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < total; sent += chunk.length) {
        if (sent >= (used.length + 1) * (10 << 20)) {
          collect();
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          used.push(heapUsed + arrayBuffers);
        }
        yield await Promise.resolve(Buffer.from(chunk));
      }
    })();
    const folder = await mkdtemp(path.join(tmpdir(), 'onna-guard-'));
    try {
      const table = { status: 200, statusText: '', headers: new Map(), body, destroy: () => undefined };
      const target = path.join(folder, 'unprocessed.csv');
      await saveFile(withoutFormulas(table), target, new AbortController().signal, () => undefined);
      assert.ok((await stat(target)).size > total);
      assert.ok(used.length >= 5);
      assert.ok(Math.max(...used) - (used[0] ?? 0) < 32 << 20, used.map((bytes) => bytes >> 20).join());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads the table only as fast as the caller does, and stops when the caller closes it', async () => {
    let sent = 0;
    let isClosed = false;
    const body = (async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (; sent < 100; sent++) yield await Promise.resolve(Buffer.from('=a\n'));
      } finally {
        isClosed = true;
      }
    })();
    let isDestroyed = false;
    const destroy = (): void => {
      isDestroyed = true;
    };
    const table = withoutFormulas({ status: 200, statusText: '', headers: new Map(), body, destroy });
    let taken = 0;
    for await (const part of table.body) {
      assert.equal(String(part), "'=a\n");
      assert.equal(sent, taken);
      if (++taken === 5) break;
    }
    assert.ok(isClosed);
    table.destroy();
    assert.ok(isDestroyed);
  });
});
