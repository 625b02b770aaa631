import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Names of iconv-lite for encodings that it does not know under the name of the Encoding Standard. */
const iconvNames: Readonly<Record<string, string>> = { 'x-mac-cyrillic': 'maccyrillic' };

/**
 * The encoding that a label in a document stands for, such as `windows-1252` for `latin1`. Undefined if the label is
 * unknown, or says nothing because everybody writes it.
 */
export function encodingOf(label: string): string | undefined {
  const name = label.trim().toLowerCase();
  if (name === '' || name === 'us-ascii' || name === 'ascii' || name === 'x-user-defined') return undefined;
  let encoding: string;
  try {
    ({ encoding } = new TextDecoder(name));
  } catch {
    encoding = name;
  }
  return encoding === 'iso-2022-jp' || iconv.encodingExists(iconvNames[encoding] ?? encoding)
    ? encoding
    : undefined;
}

/** Decodes bytes. Writes U+FFFD for each byte that is not valid. @throws Error if the encoding is not known */
export function decodeAs(bytes: Uint8Array, encoding: string): string {
  // iconv-lite does not know this encoding. For single-byte encodings its tables are better: they leave undefined
  // bytes undefined, which tells that an encoding was guessed wrong.
  if (encoding === 'iso-2022-jp' || encoding === 'utf-8') return new TextDecoder(encoding).decode(bytes);
  return iconv.decode(bytes, iconvNames[encoding] ?? encoding);
}

/** Returns the text if all bytes are valid. */
export function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  if (encoding === 'utf-8' && !isUtf8(bytes)) return undefined;
  const text = decodeAs(bytes, encoding);
  return encoding !== 'utf-8' && text.includes('\ufffd') ? undefined : text;
}
