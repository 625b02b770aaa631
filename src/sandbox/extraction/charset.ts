import { isAscii, isUtf8 } from 'node:buffer';
import { decodeAs, decodeStrictly, encodingOf } from './encodings.ts';
import { decodeWide, hasWideAscii } from './wideText.ts';

/** The text of a file, or the reason why it has none. */
export type Decoding =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Whether the text contains U+FFFD for bytes that could not be decoded. */
      readonly isDamaged: boolean;
    }
  /** Text in an encoding that could not be found out. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'binary' };

/** Maximum share of control characters in UTF-8 text. Some logs separate their fields with control characters. */
const maxControls = 0.2;

/** The same for text with NULs and for text that is not UTF-8. Control characters are the best sign of binary data. */
const maxControlsOfDoubtful = 0.02;

/** Minimum length of a text with NULs that is not UTF-8, in bytes. Shorter ones are rather binary. */
const minWithNuls = 64;

/** Number of bytes at each end of a file that are checked for control characters. */
const edge = 65_536;

function fromBom(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length > 4 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : undefined;
}

/** Share of bytes at both ends of a file that are control characters which text does not contain. NULs do not count. */
function controls(bytes: Uint8Array): number {
  const ends =
    bytes.length <= 2 * edge ? [bytes] : [bytes.subarray(0, edge), bytes.subarray(bytes.length - edge)];
  let found = 0;
  let length = 0;
  for (const end of ends)
    for (const byte of end) {
      if (byte === 0) continue;
      length += 1;
      // Text contains bell, backspace, tab, line ends, form feed and escape.
      if ((byte < 0x20 && (byte < 7 || byte > 13) && byte !== 0x1b) || byte === 0x7f) found += 1;
    }
  return length === 0 ? 1 : found / length;
}

/** Replaces each run of NULs with a space. A crash or a preallocated file leaves NULs in a log. */
function withoutNuls(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte !== 0) kept[length++] = byte;
    else if (index === 0 || bytes[index - 1] !== 0) kept[length++] = 0x20;
  }
  return kept.subarray(0, length);
}

/** ISO-2022-JP and ISO-2022-KR are 7-bit encodings, so they look like ASCII. Their escape sequences are unmistakable. */
function fromEscapes(bytes: Uint8Array): string | undefined {
  if (!bytes.includes(0x1b) || !isAscii(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2 * edge)).toString(
    'latin1',
  );
  // eslint-disable-next-line no-control-regex -- the escape sequence of the encoding
  if (/\x1b\$\)C/.test(text)) return 'iso-2022-kr';
  // eslint-disable-next-line no-control-regex -- the escape sequences of the encoding
  return /\x1b\$[@B][\x21-\x7e]{2}/.test(text) ? 'iso-2022-jp' : undefined;
}

function text(decoded: string): Decoding {
  return { kind: 'text', text: decoded, isDamaged: decoded.includes('\ufffd') };
}

/** Number of characters outside ASCII. */
function beyondAscii(decoded: string): number {
  return decoded.match(/[^\0-\x7f]/gu)?.length ?? 0;
}

/**
 * Decodes bytes with the encoding that a document states for itself. A statement that the bytes contradict is ignored:
 * they are not valid in the encoding, or they are UTF-8, which other encodings practically never look like.
 */
function fromStatement(bytes: Uint8Array, label: string | undefined): string | undefined {
  const encoding = encodingOf(label ?? '');
  // A document whose statement could be read as ASCII is not UTF-16.
  if (encoding === undefined || encoding === 'utf-8' || encoding.startsWith('utf-16')) return undefined;
  const utf8 = isAscii(bytes) ? undefined : decodeStrictly(bytes, 'utf-8');
  if (utf8 !== undefined && beyondAscii(utf8) >= 2) return undefined;
  return decodeStrictly(bytes, encoding);
}

async function withoutNul(bytes: Uint8Array, label: string | undefined, most: number): Promise<Decoding> {
  const escaped = fromEscapes(bytes);
  if (escaped === 'iso-2022-jp') return text(decodeAs(bytes, escaped));
  if (escaped !== undefined) return { kind: 'unknown' };
  const stated = fromStatement(bytes, label);
  if (stated !== undefined) return text(stated);
  if (isUtf8(bytes))
    return controls(bytes) <= most
      ? { kind: 'text', text: decodeAs(bytes, 'utf-8'), isDamaged: false }
      : { kind: 'binary' };
  const isBinary = controls(bytes) > maxControlsOfDoubtful;
  // Few files come here, and the library is large.
  const detection = isBinary ? undefined : await import('./charsetDetection.ts');
  const decoded = detection?.decodeUndeclared(bytes) ?? decodeWide(bytes);
  if (decoded !== undefined) return text(decoded);
  return { kind: isBinary ? 'binary' : 'unknown' };
}

/**
 * Decodes a text. The encoding is, in this order: the byte order mark, the one that the document states, UTF-8, and
 * the one that a library detects.
 * @param label the encoding that the document or its container states
 */
export async function decode(bytes: Uint8Array, label?: string): Promise<Decoding> {
  const marked = fromBom(bytes);
  if (marked !== undefined) return text(decodeAs(bytes, marked).replace(/^\ufeff/, ''));
  if (!bytes.includes(0)) return withoutNul(bytes, label, maxControls);
  const isNarrow = !hasWideAscii(bytes) && controls(bytes) <= maxControlsOfDoubtful;
  const narrow = isNarrow ? withoutNuls(bytes) : undefined;
  if (narrow !== undefined && isUtf8(narrow)) return withoutNul(narrow, label, maxControlsOfDoubtful);
  const wide = decodeWide(bytes);
  if (wide !== undefined) return text(wide.replaceAll(/\0+/g, ' '));
  return narrow === undefined || narrow.length < minWithNuls
    ? { kind: 'binary' }
    : withoutNul(narrow, label, maxControlsOfDoubtful);
}
