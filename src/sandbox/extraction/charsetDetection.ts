import { isUtf8 } from 'node:buffer';
import { detect } from 'jschardet';
import { decodeAs, decodeStrictly, encodingOf } from './encodings.ts';

/**
 * The encodings to choose from, by the library's names. The library knows rarer ones, which it would confuse with these
 * in short texts. The last four are for mainframes. They can't be decoded, but choosing another one would be wrong.
 */
const candidates = [
  ...[
    'shift_jis',
    'cp932',
    'euc-jp',
    'gb18030',
    'big5',
    'euc-kr',
    'cp949',
    'utf-16-le',
    'utf-16-be',
    'utf-8',
  ],
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255'],
  ...['windows-1256', 'windows-1257', 'windows-1258', 'cp874', 'tis-620', 'koi8-r', 'koi8-u', 'mac-cyrillic'],
  ...['iso-8859-1', 'iso-8859-2', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8', 'iso-8859-9'],
  ...['iso-8859-15', 'mac-roman', 'cp437', 'cp850', 'cp852', 'cp857', 'cp866', 'cp862', 'cp737'],
  ...['cp500', 'cp1140', 'cp273', 'cp1026'],
];

/** The library's answers that other libraries know under another name. */
const otherNames: Readonly<Record<string, string>> = {
  macroman: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
  'mac-cyrillic': 'x-mac-cyrillic',
  'iso8859-15': 'iso-8859-15',
};

/** Maximum number of bytes that the library sees. It takes about 1 ms per 10,000 bytes. */
const sampleSize = 32_768;

/**
 * Minimum confidence for texts with at least `longText` bytes outside ASCII, if these are most of its bytes. Texts that
 * are mostly ASCII have a low confidence even if the encoding is right. So have short ones. In long ones it was 0.24 or more for texts, and 0.14 or less for random bytes.
 */
const minConfidence = 0.17;
const longText = 500;

/** Lines with bytes outside ASCII that are checked before a file is considered not to be UTF-8. */
const firstLines = 1_000;

interface Line {
  readonly start: number;
  readonly end: number;
}

/** The lines that contain bytes outside ASCII, without their line ends. */
function* foreignLines(bytes: Uint8Array): Generator<Line> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    for (let index = start; index < end; index += 1)
      if ((bytes[index] ?? 0) > 0x7f) {
        yield { start, end };
        break;
      }
    start = end + 1;
  }
}

/** The whole text, or of a long one the lines outside ASCII that fit into the sample. Ends between two characters. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= sampleSize) return bytes;
  const lines: Uint8Array[] = [];
  let size = 0;
  for (const { start, end } of foreignLines(bytes)) {
    const line = bytes.subarray(start, Math.min(end + 1, start + sampleSize - size));
    size += line.length;
    // No encoding has a byte below 0x30 as the second byte of a character, except for a digit in GB18030.
    const isCut = start + line.length < end;
    lines.push(isCut ? line.subarray(0, line.findLastIndex((byte) => byte < 0x30) + 1 || line.length) : line);
    if (size >= sampleSize) break;
  }
  return Buffer.concat(lines);
}

const letters = /[\p{L}\p{M}]/u;
const usual = /[\p{L}\p{M}\p{P}\p{N}\p{Sc}\p{Zs}°©®™±´\u2500-\u25ff]/u;

/**
 * Whether a decoded text looks like written language. Random bytes become letters and signs without order: signs that
 * texts rarely contain, and capitals after small letters.
 */
function isPlausible(text: string): boolean {
  let foreign = 0;
  let odd = 0;
  let previous = '';
  for (const character of text.slice(0, sampleSize)) {
    if (character > '\x7f') {
      foreign += 1;
      const isCapitalInWord =
        /\p{Lu}/u.test(character) && /\p{Ll}/u.test(previous) && letters.test(previous) && previous > '\x7f';
      const isLoneBox = /[\u2500-\u25ff]/.test(character) && letters.test(previous);
      if (!usual.test(character) || isCapitalInWord || isLoneBox) odd += 1;
    }
    previous = character;
  }
  return odd <= Math.max(1, foreign * 0.15);
}

/**
 * Recognizes Japanese by its kana, which the library confuses with other encodings in a single line. Returns undefined
 * for other texts.
 */
function japaneseEncoding(sample: Uint8Array): string | undefined {
  return ['euc-jp', 'shift_jis'].find((encoding) => {
    const text =
      decodeStrictly(sample, encoding)
        ?.match(/[^\0-\x7f]/gu)
        ?.join('') ?? '';
    const kana = text.match(/[\u3041-\u3096\u30a1-\u30fa\u30fc]/g)?.length ?? 0;
    // Texts in other encodings contain many of the bytes that stand for half-width kana.
    const halfWidth = text.match(/[\uff61-\uff9f]/g)?.length ?? 0;
    return kana >= 3 && kana >= text.length * 0.3 && halfWidth <= text.length * 0.1;
  });
}

/**
 * Letters that appear if a text in one encoding for Central Europe is decoded with the other one. The first list is for
 * Polish, the second for the other languages.
 */
const notPolish = /[šťžľ±¶¦]/gi;
const onlyPolish = /[ąśź±©®]/gi;

/** Chooses between two encodings for Central Europe, which are equally probable for the library in short texts. */
function centralEuropean(sample: Uint8Array, language: string | null): string {
  const wrong = (encoding: string): number => {
    const text = decodeAs(sample, encoding);
    return text.match(language === 'pl' ? notPolish : onlyPolish)?.length ?? 0;
  };
  return wrong('windows-1250') <= wrong('iso-8859-2') ? 'windows-1250' : 'iso-8859-2';
}

function detectedEncoding(sample: Uint8Array): string | undefined {
  const { encoding, confidence, language } = detect(sample, { detectEncodings: candidates });
  if (encoding === null) return undefined;
  const foreign = sample.reduce((count, byte) => (byte > 0x7f ? count + 1 : count), 0);
  const isLong = foreign >= Math.max(longText, sample.length / 2);
  if (isLong && confidence < minConfidence) return undefined;
  const name = encoding.toLowerCase();
  // Letters of windows-1250 that the other encoding does not have are certain.
  const isCertain = sample.some((byte) => byte >= 0x80 && byte < 0xa0);
  if ((name === 'iso-8859-2' || name === 'windows-1250') && !isCertain)
    return centralEuropean(sample, language);
  return encodingOf(otherNames[name] ?? name);
}

/** Decodes bytes that are neither UTF-8 nor in a stated encoding. Returns undefined if no encoding fits. */
function decodeDetected(bytes: Uint8Array): string | undefined {
  const sample = sampleOf(bytes);
  const encoding = japaneseEncoding(sample) ?? detectedEncoding(sample);
  if (encoding === undefined || encoding === 'utf-8') return undefined;
  const text = decodeAs(bytes, encoding);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  if (broken > text.length / 1_000 || !isPlausible(decodeAs(sample, encoding))) return undefined;
  return text;
}

/** Whether most of a text is UTF-8: most of its lines outside ASCII, or most of its characters outside ASCII. */
function isMostlyUtf8(bytes: Uint8Array, lines: readonly Line[]): boolean {
  const first = lines.slice(0, firstLines);
  const valid = first.filter(({ start, end }) => isUtf8(bytes.subarray(start, end))).length;
  if (valid * 2 >= first.length && valid > 0) return true;
  const text = decodeAs(bytes.subarray(first[0]?.start ?? 0, first.at(-1)?.end), 'utf-8');
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return foreign - broken >= Math.max(2, 10 * broken);
}

/**
 * Decodes UTF-8 in which some lines are in another encoding, as in the log of several programs. Single broken bytes
 * become U+FFFD, so that they do not hide the rest of the text.
 */
function decodeMixed(bytes: Uint8Array, lines: readonly Line[]): string {
  const others = lines.filter(({ start, end }) => !isUtf8(bytes.subarray(start, end)));
  // Without a valid character outside ASCII, a line is in another encoding.
  const foreign = others.filter(
    ({ start, end }) =>
      !/[\u0080-\ufffc\u{10000}-\u{10ffff}]/u.test(decodeAs(bytes.subarray(start, end), 'utf-8')),
  );
  const joined = Buffer.concat(
    foreign.flatMap(({ start, end }) => [bytes.subarray(start, end), Buffer.from('\n')]),
  );
  const decoded = foreign.length === 0 ? undefined : decodeDetected(joined)?.split('\n');
  let text = '';
  let position = 0;
  for (const [index, { start, end }] of foreign.entries()) {
    text += decodeAs(bytes.subarray(position, start), 'utf-8');
    text += decoded?.[index] ?? decodeAs(bytes.subarray(start, end), 'utf-8');
    position = end;
  }
  return text + decodeAs(bytes.subarray(position), 'utf-8');
}

/** Decodes bytes that do not state their encoding and are not UTF-8. Returns undefined if no encoding fits. */
export function decodeUndeclared(bytes: Uint8Array): string | undefined {
  const lines = [...foreignLines(bytes)];
  return isMostlyUtf8(bytes, lines) ? decodeMixed(bytes, lines) : decodeDetected(bytes);
}
