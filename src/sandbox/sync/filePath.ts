import { isUtf8 } from 'node:buffer';
import path from 'node:path';

/**
 * A path on this machine. A path that is not UTF-8 is a Buffer: converted to a string, it would lead to a
 * different file or to no file.
 */
export type FilePath = string | Buffer;

/** Converts the bytes of a path or name to a string if they are UTF-8. Otherwise, returns the bytes. */
export function toFilePath(bytes: Buffer): FilePath {
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

/** Joins a folder and a name. Does not normalize the path, so that the name `.` remains. */
export function joinPath(folder: FilePath, name: FilePath): FilePath {
  const parts = folder.toString().endsWith(path.sep) ? [folder, name] : [folder, path.sep, name];
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Whether two paths are the same, byte by byte. */
export function isSamePath(left: FilePath, right: FilePath): boolean {
  return Buffer.from(left).equals(Buffer.from(right));
}

/** Whether a path is a folder or below it. Callers must first resolve the symbolic links in both paths. */
export function isAtOrBelow(folder: FilePath, candidate: FilePath): boolean {
  if (isSamePath(folder, candidate)) return true;
  const start = Buffer.from(joinPath(folder, ''));
  return Buffer.from(candidate).subarray(0, start.length).equals(start);
}

/**
 * Matches a backslash that looks like the start of an escaped byte. The backslash is the only ASCII character
 * that is escaped, and only in this case.
 */
const ambiguousBackslash = /\\(?=x(?:[89a-f][0-9a-f]|5c))/g;

function escaped(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Returns the length of the UTF-8 character at the start of `bytes`, or 0 if there is none. */
function characterLength(bytes: Buffer): number {
  for (let length = 1; length <= 4 && length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(0, length))) return length;
  return 0;
}

/**
 * Converts a name to text. Writes each byte that is not UTF-8 as an escape such as `\xff`. Two names never have the
 * same text, because a literal `\xff` in a name becomes `\x5cxff`. All other names are unchanged.
 */
export function readableName(name: FilePath): string {
  if (typeof name === 'string') return name.replace(ambiguousBackslash, escaped(0x5c));
  let text = '';
  let validFrom = 0;
  let at = 0;
  const addValid = (): void => {
    text += readableName(name.toString('utf8', validFrom, at));
  };
  while (at < name.length) {
    const length = characterLength(name.subarray(at));
    if (length === 0) {
      addValid();
      text += escaped(name[at] ?? 0);
      validFrom = at + 1;
    }
    at += Math.max(1, length);
  }
  addValid();
  return text;
}
