import { extensionOf } from '../store/naming.ts';
import type { SourceFile } from './extraction.ts';

/**
 * A format that is recognized by its bytes. `zip` and `compound` are containers: their readers look inside to find out
 * whether they hold a document. `media` has no text. `unsupported` can have text, but has no reader.
 */
export type BinaryFormat = 'compound' | 'gzip' | 'media' | 'pdf' | 'rtf' | 'tar' | 'unsupported' | 'zip';

interface Signature {
  readonly format: BinaryFormat;
  readonly start: string;
  /** Offset of `start`, in bytes. Default: 0. */
  readonly offset?: number;
  /** Bytes that must follow at another offset. */
  readonly and?: readonly [offset: number, bytes: string];
  /** Text can begin like this, too. So the file must also contain a NUL byte near its beginning. */
  readonly needsNul?: boolean;
}

/** First bytes of the formats, as Latin-1 text. */
const signatures: readonly Signature[] = [
  { format: 'pdf', start: '%PDF-' },
  { format: 'rtf', start: '{\\rtf' },
  { format: 'zip', start: 'PK\x03\x04' },
  { format: 'zip', start: 'PK\x05\x06' },
  { format: 'zip', start: 'PK\x07\x08PK\x03\x04' },
  { format: 'compound', start: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { format: 'gzip', start: '\x1f\x8b\x08' },
  { format: 'tar', start: 'ustar', offset: 257 },
  // Pictures
  { format: 'media', start: '\x89PNG\r\n\x1a\n' },
  { format: 'media', start: '\xff\xd8\xff' },
  { format: 'media', start: 'GIF87a' },
  { format: 'media', start: 'GIF89a' },
  { format: 'media', start: 'II*\0' },
  { format: 'media', start: 'MM\0*' },
  { format: 'media', start: 'BM', and: [6, '\0\0\0\0'] },
  { format: 'media', start: '\0\0\x01\0' },
  { format: 'media', start: '8BPS\0' },
  { format: 'media', start: '\0\0\0\x0cJXL ' },
  { format: 'media', start: '\0\0\0\x0cjP  ' },
  { format: 'media', start: '\xd7\xcd\xc6\x9a' },
  { format: 'media', start: '\x01\0\0\0', and: [40, ' EMF'] },
  // Audio and video
  { format: 'media', start: 'RIFF', needsNul: true },
  { format: 'media', start: 'ID3\x02' },
  { format: 'media', start: 'ID3\x03' },
  { format: 'media', start: 'ID3\x04' },
  { format: 'media', start: '\xff\xfb' },
  { format: 'media', start: '\xff\xf3' },
  { format: 'media', start: '\xff\xf1' },
  { format: 'media', start: 'fLaC\0' },
  { format: 'media', start: 'OggS\0' },
  { format: 'media', start: 'MThd\0' },
  { format: 'media', start: 'FORM', needsNul: true },
  { format: 'media', start: 'ftyp', offset: 4, needsNul: true },
  { format: 'media', start: 'moov', offset: 4, needsNul: true },
  { format: 'media', start: '\x1a\x45\xdf\xa3' },
  { format: 'media', start: 'FLV\x01' },
  { format: 'media', start: '\0\0\x01\xba' },
  { format: 'media', start: '0&\xb2u\x8ef\xcf\x11' },
  // Fonts
  { format: 'media', start: '\0\x01\0\0\0' },
  { format: 'media', start: 'OTTO\0' },
  { format: 'media', start: 'ttcf\0' },
  { format: 'media', start: 'wOFF', needsNul: true },
  { format: 'media', start: 'wOF2', needsNul: true },
  // Programs
  { format: 'media', start: '\x7fELF' },
  { format: 'media', start: 'MZ', needsNul: true },
  { format: 'media', start: '\xca\xfe\xba\xbe' },
  { format: 'media', start: '\xcf\xfa\xed\xfe' },
  { format: 'media', start: '\xce\xfa\xed\xfe' },
  { format: 'media', start: '\0asm' },
  // Archives and documents that no reader opens
  { format: 'unsupported', start: '7z\xbc\xaf\x27\x1c' },
  { format: 'unsupported', start: 'Rar!\x1a\x07' },
  { format: 'unsupported', start: '\xfd7zXZ\0' },
  { format: 'unsupported', start: 'BZh', and: [4, '1AY&SY'] },
  { format: 'unsupported', start: '\x28\xb5\x2f\xfd' },
  { format: 'unsupported', start: '\x04\x22\x4d\x18' },
  { format: 'unsupported', start: 'MSCF\0' },
  { format: 'unsupported', start: '!<arch>\n', needsNul: true },
  { format: 'unsupported', start: '!<arch>\ndebian-binary' },
  { format: 'unsupported', start: '\xed\xab\xee\xdb' },
  { format: 'unsupported', start: '!BDN' },
  { format: 'unsupported', start: '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d' },
  { format: 'unsupported', start: 'SQLite format 3\0' },
  { format: 'unsupported', start: '\0\x01\0\0Standard ' },
  { format: 'unsupported', start: 'AT&TFORM' },
  { format: 'unsupported', start: 'BOOKMOBI', offset: 60 },
  { format: 'unsupported', start: 'ITSF\x03' },
];

/** Number of bytes that are searched for a NUL byte. */
const nulRange = 512;

/** Number of bytes before the header of a PDF that its specification allows. */
const pdfRange = 1_024;

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}

/**
 * Recognizes a format by the bytes of a file. Only a damaged or unusual file is recognized by its name: a PDF with
 * bytes before its header, or an old `.tar` without a signature.
 * @returns undefined if the file can be text, or is of an unknown binary format
 */
export function binaryFormatOf({ bytes, name, contentType }: SourceFile): BinaryFormat | undefined {
  const head = latin1(bytes, 0, nulRange);
  const found = signatures.find(
    ({ start, offset = 0, and, needsNul }) =>
      head.startsWith(start, offset) &&
      (and === undefined || head.startsWith(and[1], and[0])) &&
      (needsNul !== true || head.includes('\0')),
  );
  if (found !== undefined) return found.format;
  // A PDF that is damaged must not be read as text.
  if (contentType === 'application/pdf') return 'pdf';
  if (extensionOf(name) === 'tar' && isTarHeader(bytes)) return 'tar';
  // A text that mentions the header of PDFs is no PDF. So the file must have the line of binary bytes that follows it.
  if (/%PDF-\d\.\d\s{1,2}%[\x80-\xff]{4}/.test(latin1(bytes, 0, pdfRange + 15))) return 'pdf';
  return undefined;
}

/** Whether a file begins with a header of a TAR archive whose checksum is right. */
export function isTarHeader(bytes: Uint8Array): boolean {
  const header = bytes.subarray(0, 512);
  if (header.length < 512) return false;
  const stated = Number.parseInt(latin1(header, 148, 156), 8);
  // The checksum counts its own field as eight spaces.
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  return sum === stated && stated > 256;
}
