import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { extract, extracted } from '../support/extracted.ts';

const longName = `${'folder/'.repeat(40)}letter.txt`;

function tar(): Promise<Uint8Array> {
  const mtime = new Date('2026-03-01T12:00:00Z');
  return packTar([
    { header: { name: './logs/', type: 'directory', size: 0 } },
    { header: { name: './logs/tide.log', size: 5, mtime }, body: 'flood' },
    { header: { name: 'link', type: 'symlink', size: 0, linkname: '/etc/passwd' } },
    { header: { name: longName, size: 3 }, body: 'ebb' },
  ]);
}

/** Marks the members of a ZIP file as encrypted. */
function withEncryptionFlag(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  for (const [signature, offset] of [
    ['PK\x03\x04', 6],
    ['PK\x01\x02', 8],
  ] as const)
    for (
      let at = bytes.indexOf(signature, 0, 'latin1');
      at >= 0;
      at = bytes.indexOf(signature, at + 1, 'latin1')
    )
      bytes.writeUInt16LE(bytes.readUInt16LE(at + offset) | 1, at + offset);
  return bytes;
}

describe('Text extraction from archives', () => {
  it('lists the names in a ZIP file as its text, and passes on the members with their folders', async () => {
    const zip = zipSync({
      'logs/': new Uint8Array(),
      'logs/a.txt': strToU8('flood'),
      'übersicht.txt': strToU8('ebb'),
    });
    assert.deepEqual(await extracted('harbour.zip', zip), {
      text: 'logs/\nlogs/a.txt\nübersicht.txt',
      exception: undefined,
      parts: { 'logs/a.txt': 'flood', 'übersicht.txt': 'ebb' },
    });
  });

  it('recognizes archives by their content, whatever their names are', async () => {
    const zip = zipSync({ 'a.txt': strToU8('flood') });
    assert.deepEqual((await extracted('harbour.txt', zip)).parts, { 'a.txt': 'flood' });
    assert.deepEqual((await extracted('harbour', gzipSync(await tar()))).parts[longName], 'ebb');
  });

  it('reads names in code page 437, the encoding of ZIP files that do not state one', async () => {
    const zip = Buffer.from(zipSync({ 'm?we.txt': strToU8('bird') }));
    for (let at = zip.indexOf('m?we'); at >= 0; at = zip.indexOf('m?we', at + 1)) zip[at + 1] = 0x94;
    assert.deepEqual((await extracted('birds.zip', zip)).parts, { 'möwe.txt': 'bird' });
  });

  it('keeps the modification dates of the members', async () => {
    const mtime = new Date(2026, 2, 1, 12, 0, 0);
    const zip = zipSync({ 'a.txt': [strToU8('flood'), { mtime }] });
    const { parts } = await extract({ bytes: zip, name: 'a.zip', contentType: '' });
    assert.equal(parts[0]?.modified, mtime.getTime());
    const tarParts = (await extract({ bytes: await tar(), name: 'a.tar', contentType: '' })).parts;
    assert.equal(tarParts[0]?.modified, Date.UTC(2026, 2, 1, 12));
  });

  it('gives an archive with encrypted members a note, and lists the members without their content', async () => {
    const zip = withEncryptionFlag(zipSync({ 'secret.txt': strToU8('flood') }));
    assert.deepEqual(await extracted('a.zip', zip), {
      text: 'secret.txt',
      exception: 'Encrypted Document',
      parts: { 'secret.txt': 'Encrypted Document' },
    });
  });

  it('reads the members before the damage of a ZIP file, and gives the file an exception', async () => {
    const zip = zipSync({ 'a.txt': strToU8('flood'), 'b.txt': strToU8('ebb '.repeat(1_000)) }, { level: 0 });
    const { exception, parts } = await extracted('a.zip', zip.subarray(0, 1_000));
    assert.deepEqual([exception, parts], ['Has Error', { 'a.txt': 'flood' }]);
  });

  it('detects a wrong checksum, and still passes on the other members', async () => {
    const zip = Buffer.from(zipSync({ 'a.txt': strToU8('flood'), 'b.txt': strToU8('ebb') }, { level: 0 }));
    zip[zip.indexOf('flood')] = 'b'.charCodeAt(0);
    const { exception, parts } = await extracted('a.zip', zip);
    assert.deepEqual([exception, parts], ['Has Error', { 'a.txt': 'Has Error', 'b.txt': 'ebb' }]);
  });

  it('does not expand a member that is larger than the limit for a file', async () => {
    const zip = Buffer.from(zipSync({ 'zeros.bin': new Uint8Array(1_000), 'a.txt': strToU8('flood') }));
    // The size that the table of contents states for the first member, 24 bytes after its beginning
    zip.writeUInt32LE(200 * 1024 * 1024, zip.indexOf('PK\x01\x02', 0, 'latin1') + 24);
    assert.deepEqual((await extracted('bomb.zip', zip)).parts, { 'zeros.bin': 'Large', 'a.txt': 'flood' });
  });

  it('lists everything in a TAR archive, and passes on its files but not its links', async () => {
    const names = ['logs/', 'logs/tide.log', 'link', longName];
    const expected = {
      text: names.join('\n'),
      exception: undefined,
      parts: { 'logs/tide.log': 'flood', [longName]: 'ebb' },
    };
    assert.deepEqual(await extracted('a.tar', await tar()), expected);
    assert.deepEqual(await extracted('a.tgz', gzipSync(await tar())), expected);
  });

  it('reads the members before the missing end of a TAR archive, and gives the file an exception', async () => {
    const cut = (await tar()).subarray(0, 512 * 3);
    for (const [name, bytes] of [
      ['a.tar', cut],
      ['a.tar.gz', gzipSync(cut)],
      ['b.tar.gz', gzipSync(await tar()).subarray(0, 150)],
    ] as const) {
      const { text, exception, parts } = await extracted(name, bytes);
      assert.deepEqual(
        [text, exception, parts],
        ['logs/\nlogs/tide.log', 'Has Error', { 'logs/tide.log': 'flood' }],
        name,
      );
    }
  });

  it('passes on the file in gzip data under its name without .gz', async () => {
    assert.deepEqual(await extracted('syslog.2.gz', gzipSync('flood')), {
      text: 'syslog.2',
      exception: undefined,
      parts: { 'syslog.2': 'flood' },
    });
    const { exception, parts } = await extracted('a.log.gz', gzipSync('flood '.repeat(100)).subarray(0, 20));
    assert.deepEqual([exception, Object.keys(parts).length <= 1], ['Has Error', true]);
  });
});
