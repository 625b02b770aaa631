import assert from 'node:assert/strict';
import { extracted } from '../support/extracted.ts';

async function textOf(rtf: string | Uint8Array): Promise<string> {
  return (await extracted('a.rtf', rtf)).text;
}

describe('Text extraction from Rich Text documents', () => {
  it('reads the text without fonts, pictures, field codes and hidden text', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Times New Roman;}}{\colortbl;\red0\green0\blue255;}
{\*\generator Noise;}{\info{\title Harbour report}{\author In\'e9s}{\operator Noise}}
\pard\b Tides\b0\par High\tab water\line twice{\pict\wmetafile8 0123456789abcdef}\par
{\field{\*\fldinst HYPERLINK "noise"}{\fldrslt a link}} \{braces\}{\v hidden}{\footnote A footnote}\par}`;
    assert.equal(
      await textOf(rtf),
      'Harbour report\nInés\n\nTides\nHigh\twater\ntwice\na link {braces}A footnote',
    );
  });

  it('reads escapes in the code page of the document or of the font, and Unicode with its fallback', async () => {
    assert.equal(await textOf(String.raw`{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'eb\'e8\'e2\par}`), 'Прилив');
    const fonts = String.raw`{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset128 B;}{\f2\fcharset204 C;}}`;
    const text = String.raw`\f1\'8c\'5f\'96\'f1\'8f\'91 {\f2\'cf\'f0} \f0 caf\'e9`;
    assert.equal(await textOf(String.raw`{\rtf1\ansi${fonts}${text}\par}`), '契約書 Пр café');
    assert.equal(
      await textOf(String.raw`{\rtf1\uc1 \u28526?\u27728\'3f{\uc2 \u-10179??\u-8704??}{\uc0\u233}t\'e9}`),
      '潮汐😀été',
    );
  });

  it('skips binary data, whatever it contains', async () => {
    const [before, after] = [String.raw`{\rtf1 before {\pict\bin6 `, String.raw`}after}`];
    assert.equal(await textOf(Buffer.from(`${before}\x00}}{\\\xff${after}`, 'latin1')), 'before after');
  });

  it('gives a document without text a note', async () => {
    assert.equal((await extracted('a.rtf', String.raw`{\rtf1{\pict 00}}`)).exception, 'No Text Content');
  });
});
