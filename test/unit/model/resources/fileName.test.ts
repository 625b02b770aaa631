import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { clashingNames, distinctNames, safeFileName } from '../../../../src/model/resources/fileName.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

/** Asserts that the safe form of `name` is valid on every file system. */
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

describe('safeFileName', () => {
  it('returns a name unchanged if the name is valid on every file system', () => {
    for (const name of ['Tide tables.pdf', 'Préfecture – 2021.docx', '潮汐表.xlsx', 'a.tar.gz', '-rf'])
      assert.equal(safeFileName(name), name);
  });

  it('returns no device name, no hidden file, no path and no name that Windows would change', () => {
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

  it('replaces a text direction override, which would disguise the file extension', () => {
    assert.equal(safeFileName('invoice\u202egpj.exe'), 'invoice_gpj.exe');
  });

  it('limits the length of a name in bytes, and keeps the file extension', () => {
    assert.match(safeFileName(`${'潮'.repeat(300)}.pdf`), /^潮{45}\.pdf$/);
    assert.match(safeFileName(`${'a'.repeat(1_000_000)}.docx`), /^a{135}\.docx$/);
    assert.ok(safeFileName('👩‍👩‍👧‍👦'.repeat(100)).isWellFormed());
  });

  for (const { name, text } of hostileStrings)
    it(`returns a safe file name for ${name}`, () => {
      check(text);
      check(`${text}.pdf`);
    });

  it('returns names that this machine’s file system accepts and keeps distinct', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'names-'));
    try {
      const names = new Set(hostileStrings.map(({ text }) => safeFileName(text)));
      for (const name of names) await writeFile(path.join(folder, name), '');
      assert.deepEqual(new Set(await readdir(folder)), names);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('returns a safe file name for any input', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), check), { numRuns: 2_000 });
  });
});

describe('distinctNames', () => {
  it('adds a number before the file extension if a name is already in use', () => {
    assert.deepEqual(distinctNames(['tides.txt', 'tides.txt', 'TIDES.txt', 'berths'], ['Berths', 'x']), [
      'tides.txt',
      'tides (2).txt',
      'TIDES (3).txt',
      'berths (2)',
    ]);
    assert.deepEqual(distinctNames(['a.txt', 'a (2).txt', 'a.txt'], []), ['a.txt', 'a (2).txt', 'a (3).txt']);
  });

  it('treats the NFC form and the NFD form of a name as the same name', () => {
    const [composed, decomposed] = ['Größe.txt'.normalize('NFC'), 'Größe.txt'.normalize('NFD')];
    assert.deepEqual(distinctNames([composed], [decomposed]), ['Größe (2).txt']);
    assert.deepEqual(clashingNames([composed, 'b'], [decomposed, 'c']), [composed]);
  });

  it('returns unique names of limited length for any input', () => {
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

  it('makes 10,000 equal names distinct within the time limit of the test', () => {
    const names = distinctNames(
      Array.from({ length: 10_000 }, () => 'tides.txt'),
      [],
    );
    assert.equal(names.at(-1), 'tides (10000).txt');
  });
});
