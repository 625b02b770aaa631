import assert from 'node:assert/strict';
import { decodeText } from '../../../../src/onna/transport/charset.ts';

const latin1 = Buffer.from('Über die Größe: £5', 'latin1');
const words = 'Über die Größe: £5';

describe('decodeText', () => {
  const read = (bytes: Uint8Array, contentType: string): string => decodeText(bytes, contentType);

  it('uses the charset in the Content-Type header, in every notation', () => {
    for (const type of [
      'text/plain; charset=ISO-8859-1',
      'text/csv;charset="iso-8859-1"',
      'text/plain; format=flowed; Charset = latin1',
    ])
      assert.equal(read(latin1, type), words, type);
    assert.equal(read(Buffer.from([0x83, 0x65]), 'text/plain; charset=Shift_JIS'), 'テ');
    assert.equal(read(Buffer.from([0x80]), 'text/plain; charset=windows-1252'), '€');
  });

  it('prefers the byte order mark to the charset in the Content-Type header', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(words, 'utf16le')]);
    assert.equal(read(utf16, 'text/plain; charset=utf-8'), words);
    assert.equal(read(Buffer.from(`\ufeff${words}`), 'text/plain; charset=iso-8859-1'), words);
  });

  it('uses the encoding that an HTML or XML file declares', () => {
    const html = Buffer.from(`<!doctype html><meta charset="koi8-r"><p>`, 'latin1');
    assert.match(read(Buffer.concat([html, Buffer.from([0xc4, 0xc1])]), 'text/html'), /да$/);
    const xml = Buffer.from(`<?xml version="1.0" encoding="iso-8859-5"?><a>`, 'latin1');
    assert.match(read(Buffer.concat([xml, Buffer.from([0xd4])]), 'application/atom+xml'), /д$/);
  });

  it('tries UTF-8 and then windows-1252 if the charset is unknown or missing', () => {
    for (const type of ['text/plain; charset=klingon', 'text/plain', '', 'text/plain; charset=']) {
      assert.equal(read(Buffer.from(words), type), words, type);
      assert.equal(read(latin1, type), words, type);
    }
  });

  it('reads JSON as UTF-8 even if the Content-Type header specifies another charset', () => {
    assert.equal(read(Buffer.from(`"${words}"`), 'application/json; charset=iso-8859-1'), `"${words}"`);
  });
});
