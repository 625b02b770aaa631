import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { clashingNames, distinctNames, safeFileName } from '../../../../src/model/resources/fileName.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

/** Asserts that a safe name contains nothing that could cause problems on any file system. */
function check(name: string): void {
  const safe = safeFileName(name);
  assert.ok(safe.isWellFormed());
  assert.doesNotMatch(safe, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/u);
  assert.doesNotMatch(safe, /^\.|^\s|[. ]$/);
  assert.doesNotMatch(safe, /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i);
  assert.ok(Buffer.byteLength(safe) > 0 && Buffer.byteLength(safe) <= 150, String(Buffer.byteLength(safe)));
  assert.equal(path.posix.join('/downloads', safe), `/downloads/${safe}`);
  assert.equal(path.win32.join('C:\\downloads', safe), `C:\\downloads\\${safe}`);
}

describe('The file name of a download', () => {
  it('is the Resource’s name if that is valid on every file system', () => {
    for (const name of ['Tide tables.pdf', 'Préfecture – 2021.docx', '潮汐表.xlsx', 'a.tar.gz', '-rf'])
      assert.equal(safeFileName(name), name);
  });

  it('never denotes a device, a hidden file, another folder or a name that Windows would change', () => {
    assert.equal(safeFileName('CON'), '_CON');
    assert.equal(safeFileName('com1.txt'), '_com1.txt');
    assert.equal(safeFileName('LPT².log'), '_LPT².log');
    assert.equal(safeFileName('aux .json'), '_aux .json');
    assert.equal(safeFileName('nul.'), '_nul');
    assert.equal(safeFileName('CONSOLE.txt'), 'CONSOLE.txt');
    assert.equal(safeFileName('../../etc/passwd'), '__.._etc_passwd');
    assert.equal(safeFileName('.bashrc'), '_bashrc');
    assert.equal(safeFileName('notes.txt:hidden'), 'notes.txt_hidden');
    assert.equal(safeFileName('report.exe . . '), 'report.exe');
    assert.equal(safeFileName('..'), '_');
    assert.equal(safeFileName(' \u200b. '), '_');
    assert.equal(safeFileName(''), 'resource');
  });

  it('shows the file’s true extension', () => {
    assert.equal(safeFileName('invoice\u202egpj.exe'), 'invoice_gpj.exe');
  });

  it('has a limited length in bytes, and still ends with the extension', () => {
    assert.match(safeFileName(`${'潮'.repeat(300)}.pdf`), /^潮{45}\.pdf$/);
    assert.match(safeFileName(`${'a'.repeat(1_000_000)}.docx`), /^a{135}\.docx$/);
    assert.ok(safeFileName('👩‍👩‍👧‍👦'.repeat(100)).isWellFormed());
  });

  for (const { name, text } of hostileStrings)
    it(`is harmless given ${name}`, () => {
      check(text);
      check(`${text}.pdf`);
    });

  it('is valid on this machine’s file system, where different names denote different files', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'names-'));
    try {
      const names = new Set(hostileStrings.map(({ text }) => safeFileName(text)));
      for (const name of names) await writeFile(path.join(folder, name), '');
      assert.deepEqual(new Set(await readdir(folder)), names);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is harmless for any input', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), check), { numRuns: 2_000 });
  });
});

describe('The file names of downloads in one folder', () => {
  it('get a number before the extension if a name is taken', () => {
    assert.deepEqual(distinctNames(['tides.txt', 'tides.txt', 'TIDES.txt', 'berths'], ['Berths', 'x']), [
      'tides.txt',
      'tides (2).txt',
      'TIDES (3).txt',
      'berths (2)',
    ]);
    assert.deepEqual(distinctNames(['a.txt', 'a (2).txt', 'a.txt'], []), ['a.txt', 'a (2).txt', 'a (3).txt']);
  });

  it('stay distinct on a file system that treats NFC and NFD as the same name', () => {
    const [composed, decomposed] = ['Größe.txt'.normalize('NFC'), 'Größe.txt'.normalize('NFD')];
    assert.deepEqual(distinctNames([composed], [decomposed]), ['Größe (2).txt']);
    assert.deepEqual(clashingNames([composed, 'b'], [decomposed, 'c']), [composed]);
  });

  it('are unique and have a limited length for any input', () => {
    const name = fc.constantFrom('a.txt', 'A.TXT', 'a (2).txt', `${'é'.repeat(90)}.tar.gz`, 'x'.repeat(200));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 30 }), fc.array(name), (wanted, taken) => {
        const names = distinctNames(wanted.map(safeFileName), taken.map(safeFileName));
        const compared = names.map((each) => each.normalize('NFC').toLowerCase());
        assert.equal(names.length, wanted.length);
        assert.equal(new Set(compared).size, names.length);
        assert.deepEqual(clashingNames(names, taken.map(safeFileName)), []);
        for (const each of names) assert.ok(Buffer.byteLength(each) <= 150);
      }),
    );
  });

  it('are found quickly for ten thousand files with the same name', () => {
    const names = distinctNames(
      Array.from({ length: 10_000 }, () => 'tides.txt'),
      [],
    );
    assert.equal(names.at(-1), 'tides (10000).txt');
  });
});
