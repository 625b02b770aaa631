import assert from 'node:assert/strict';
import { encryptedPdf, pdfOf } from '../../../support/pdf.ts';
import { extracted } from '../support/extracted.ts';

/** Makes an OLE compound file with a directory of one sector, which is all that matters here. */
function compoundFile(...names: readonly string[]): Uint8Array {
  const file = Buffer.alloc(512 * 3);
  file.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1');
  file.writeUInt16LE(9, 30);
  // The table of sectors is sector 0, and the directory is sector 1.
  file.writeUInt32LE(0, 76);
  file.writeUInt32LE(1, 48);
  file.writeUInt32LE(0xfffffffd, 512);
  file.writeUInt32LE(0xfffffffe, 516);
  names.forEach((name, index) => {
    const at = 1_024 + index * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(name.length * 2 + 2, at + 64);
  });
  return file;
}

describe('The outcome for binary files', () => {
  async function outcome(name: string, bytes: Uint8Array | string): Promise<string | undefined> {
    return (await extracted(name, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes))
      .exception;
  }

  it('is a note for pictures, sound, video, fonts and programs, whatever their names are', async () => {
    for (const [name, start] of Object.entries({
      'map.png': '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
      'photo.txt': '\xff\xd8\xff\xe0\0\x10JFIF\0',
      'scan.tif': 'II*\0\x08\0\0\0',
      'song.mp3': 'ID3\x04\0\0\0\0\0',
      'film.mp4': '\0\0\0\x20ftypisom\0\0\0\0',
      'font.ttf': '\0\x01\0\0\0\x10',
      'tool.exe': 'MZ\x90\0\x03\0',
      tool: '\x7fELF\x02\x01\x01\0',
    }))
      assert.equal(await outcome(name, start), 'No Text Content', name);
  });

  it('is an exception for formats that can have text but have no reader', async () => {
    for (const [name, start] of Object.entries({
      'a.7z': '7z\xbc\xaf\x27\x1c\0\x04',
      'a.rar': 'Rar!\x1a\x07\x01\0',
      'a.tar.xz': '\xfd7zXZ\0\0\x04',
      'a.bz2': 'BZh91AY&SY\0',
      'a.sqlite': 'SQLite format 3\0\x10\0',
    }))
      assert.equal(await outcome(name, start), 'Unsupported Format', name);
    assert.equal(await outcome('a.doc', compoundFile('Root Entry', 'WordDocument')), 'Unsupported Format');
  });

  it('is a note for an Office document that needs a password', async () => {
    const document = compoundFile('Root Entry', 'EncryptionInfo', 'EncryptedPackage');
    assert.equal(await outcome('a.docx', document), 'Encrypted Document');
  });

  it('is nothing for an empty file, and a note for a file of spaces', async () => {
    assert.equal(await outcome('a.txt', ''), undefined);
    assert.equal(await outcome('a.txt', ' \n'), 'No Text Content');
  });

  it('depends on the content of a text, even if it begins like a binary format', async () => {
    assert.equal(await outcome('a.md', 'MZ, BM and RIFF are signatures, and so is %PDF-1.4'), undefined);
  });

  it('is the text for a PDF under another name, and an exception for a text under the name of a PDF', async () => {
    assert.match((await extracted('report.dat', pdfOf('Soundings'))).text, /^Soundings$/);
    assert.equal(await outcome('report', encryptedPdf()), 'Encrypted Document');
    assert.equal(await outcome('report.pdf', 'words'), 'Has Error');
  });
});
