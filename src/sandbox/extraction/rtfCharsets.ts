import { TextDecoder } from 'node:util';

/** Encodings of the code pages that RTF names, where the name is not `windows-` and the number. */
const codePages: Readonly<Record<number, string>> = {
  708: 'iso-8859-6',
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  1361: 'euc-kr',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
  20866: 'koi8-r',
  54936: 'gb18030',
  65001: 'utf-8',
};

/** Code pages of the character sets of fonts (`\fcharset`). The ones that are missing use that of the document. */
const fontCharsets: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  130: 1361,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

/** Returns the code page of a character set, or undefined if the code page of the document applies. */
export function codePageOf(charset: number): number | undefined {
  return fontCharsets[charset];
}

const decoders = new Map<number, TextDecoder>();

/** Decodes bytes in a code page. An unknown code page is read as Windows-1252, as old programs do. */
export function decodeCodePage(bytes: readonly number[], codePage: number): string {
  let decoder = decoders.get(codePage);
  if (decoder === undefined) {
    const name =
      codePages[codePage] ?? (codePage >= 1250 && codePage <= 1258 ? `windows-${codePage}` : undefined);
    decoder = new TextDecoder(name ?? 'windows-1252');
    decoders.set(codePage, decoder);
  }
  return decoder.decode(Uint8Array.from(bytes));
}
