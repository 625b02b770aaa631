import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import { languages } from './languages.ts';
import { extractNamed } from '../support/extracted.ts';

async function textOf(name: string, bytes: Uint8Array): Promise<string> {
  const { text, exception } = await extractNamed(name, bytes);
  assert.equal(exception, undefined, `${name}: ${text.slice(0, 60)}`);
  return text;
}

describe('The encoding of a text', () => {
  for (const [language, encodings, text] of languages) {
    it(`is detected for ${language} in ${encodings.join(', ')}`, async () => {
      for (const encoding of encodings)
        assert.equal(await textOf('words.log', iconv.encode(text, encoding)), text, encoding);
    });

    it(`is found for ${language} in UTF-8, UTF-16 and UTF-32, with and without a byte order mark`, async () => {
      const lines = `${text}\r\n${text} 1\r\n`;
      for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])
        for (const addBOM of [true, false])
          assert.equal(
            await textOf('words', iconv.encode(lines, encoding, { addBOM })),
            lines,
            `${encoding} ${addBOM}`,
          );
    });

    it(`is taken from the statement of an HTML or XML document for ${language}`, async () => {
      const [word = ''] = text.split(' ');
      for (const encoding of encodings) {
        const documents = {
          'meta.html': `<html><head><meta charset="${encoding}"><title>x</title></head><body>${word}</body>`,
          'equiv.htm': `<META content='text/html; charset=${encoding}' http-equiv=Content-Type><p>${word}`,
          'words.xml': `<?xml version='1.0' encoding='${encoding}'?>\n<a>${word}</a>`,
        };
        for (const [name, source] of Object.entries(documents))
          assert.ok(
            (await textOf(name, iconv.encode(source, encoding))).includes(word),
            `${name} in ${encoding}`,
          );
      }
    });
  }

  it('is detected in a long text that is mostly ASCII', async () => {
    const lines = Array.from(
      { length: 600 },
      (_, index) => `map ${index} "über größe" to :emenu 20.${index}<CR>\n`,
    ).join('');
    assert.equal(await textOf('menu.vim', Buffer.from(lines, 'latin1')), lines);
  });

  it('is recognized by the escape sequences of ISO-2022-JP', async () => {
    assert.equal(await textOf('mail.txt', Buffer.from('1b2442467c4b5c386c1b28420a', 'hex')), '日本語\n');
  });

  it('is UTF-8 if the bytes are UTF-8, whatever the document states', async () => {
    const html = '<meta charset=iso-8859-1><p>Übergrößenträger 契約書';
    assert.equal(await textOf('wrong.html', Buffer.from(html)), 'Übergrößenträger 契約書');
  });

  it('is ASCII with colors or overprinted characters in the output of programs', async () => {
    const output = '\x1b[31;1mERROR\x1b[0m N\bNA\bAM\bME\bE\n\x1b]0;title\x07done\n';
    assert.equal(await textOf('typescript', Buffer.from(output)), 'ERROR NAME\ndone\n');
  });
});

describe('A text with bytes that do not belong to it', () => {
  it('is read if a crash has left NULs in a log', async () => {
    const log = `first start${'\0'.repeat(300)}\nGröße\n${'\0'.repeat(4_096)}end\n`;
    assert.match(await textOf('a.log', Buffer.from(log)), /^first start \nGröße\n end\n$/);
    const latin1 = await textOf(
      'b.log',
      Buffer.from(`${log}Die Übergröße ist für uns möglich. ${'x\n'.repeat(20)}`, 'latin1'),
    );
    assert.match(latin1, /Größe\n end\nDie Übergröße ist für uns möglich\./);
  });

  it('is read in both encodings if programs with different encodings wrote the log', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Größe aus dem ersten Programm\nschön\n'),
      Buffer.from('Größe aus dem zweiten Programm für alle\n', 'latin1'),
      Buffer.from('契約書\n'),
    ]);
    assert.equal(
      await textOf('a.log', bytes),
      'Größe aus dem ersten Programm\nschön\nGröße aus dem zweiten Programm für alle\n契約書\n',
    );
  });

  it('is kept if a byte of a character is missing, and gets a note', async () => {
    const whole = Buffer.from('Zeile für Zeile über alles\n'.repeat(5_000));
    const at = whole.indexOf('ü', 70_000) + 1;
    const { text, exception } = await extractNamed(
      'a.log',
      Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]),
    );
    assert.equal(exception, 'Partly Unknown Encoding');
    assert.equal(text.match(/über alles/g)?.length, 5_000);
    assert.equal(text.match(/\ufffd/g)?.length, 1);
  });

  it('is not invented from random bytes, whatever the name', async () => {
    for (const [name, expected] of [
      ['data', 'No Text Content'],
      ['data.bin', 'No Text Content'],
      ['data.txt', 'Has Error'],
      ['data.json', 'Has Error'],
    ] as const)
      for (const size of [100, 1_000, 100_000]) {
        const { text, exception } = await extractNamed(name, randomBytes(size));
        assert.deepEqual({ text, exception }, { text: '', exception: expected }, `${name}, ${size} bytes`);
      }
  });

  it('has an unknown encoding if no encoding makes words of it', async () => {
    const letters = Array.from(
      { length: 3_000 },
      (_, index) => 0x80 + ((index * index * 31 + index * 7) % 128),
    );
    assert.equal((await extractNamed('a.txt', Uint8Array.from(letters))).exception, 'Unknown Encoding');
    // EBCDIC, the encoding of mainframes, which the sandbox can't decode: "HELLO WORLD THIS IS THE HARBOUR LOG"
    const ebcdic = Buffer.from(
      'c8c5d3d3d640e6d6d9d3c440e3c8c9e240c9e240e3c8c540c8c1d9c2d6e4d940d3d6c7',
      'hex',
    );
    const { text, exception } = await extractNamed('b.txt', Buffer.concat([ebcdic, ebcdic, ebcdic]));
    assert.deepEqual({ text, exception }, { text: '', exception: 'Unknown Encoding' });
  });

  it('needs no note if it is empty', async () => {
    assert.deepEqual(await extractNamed('a.txt', ''), { text: '', exception: undefined, parts: [] });
  });
});
