import { createHash } from 'node:crypto';
import mime from 'mime';
import { safeName } from '../content/address.ts';

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** The id that stands for a folder of the origin. */
export function folderId(folder: string): string {
  return hash(folder, 8);
}

/**
 * Where a file of the origin stands below its Datasource: an id of its folder, then a name that ids allow
 * (API notes §0 and §4).
 * @param isTaken Two names can become the same one; then the second gets a suffix of its own.
 */
export function resourcePath(originKey: string, isTaken: (path: string) => boolean): string {
  const folder = originKey.slice(0, Math.max(0, originKey.lastIndexOf('/')));
  const name = safeName(originKey.slice(originKey.lastIndexOf('/') + 1));
  const plain = `${folderId(folder)}/${name}`;
  if (!isTaken(plain)) return plain;
  // A file may be called what another one got with its suffix.
  for (let number = 0; ; number++) {
    const distinct = `${folderId(folder)}/${hash(`${originKey}${'/'.repeat(number)}`, 12)}-${name}`;
    if (!isTaken(distinct)) return distinct;
  }
}

/** Lower case, without the dot; `''` when the name has none. */
export function extensionOf(originKey: string): string {
  return /[^/]\.([^./]+)$/.exec(originKey)?.[1]?.toLowerCase() ?? '';
}

/** By the name alone, as file stores do. */
export function contentTypeOf(originKey: string): string {
  return mime.getType(originKey) ?? 'application/octet-stream';
}
