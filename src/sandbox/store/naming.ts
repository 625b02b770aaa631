import { createHash } from 'node:crypto';
import mime from 'mime';
import { safeName } from './address.ts';

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** The id that stands for a folder of the origin: never only digits, as a year, nor only letters, as a word. */
export function folderId(folder: string): string {
  const digits = hash(folder, 64);
  return /(?=[0-9a-f]{0,7}\d)(?=[0-9a-f]{0,7}[a-f])[0-9a-f]{8}/.exec(digits)?.[0] ?? digits.slice(0, 8);
}

/** What ids allow (docs/onna-api.md §4). */
const allowedName = /^(?!\.{1,2}$)[0-9A-Za-z.\-$^()+ =][0-9A-Za-z.\-_@$^()+ =]*$/;

/** Six letters and digits, with some of both: such as Onna ends the ids with that it makes of titles (docs/onna-api.md §4). */
function idEnd(text: string): string {
  const signs = createHash('sha256')
    .update(text)
    .digest('base64')
    .replaceAll(/[^0-9A-Za-z]/g, '');
  return /(?=[0-9A-Za-z]{0,5}\d)(?=[0-9A-Za-z]{0,5}[A-Za-z])[0-9A-Za-z]{6}/.exec(signs)?.[0] ?? 'x0x0x0';
}

/** The name where ids allow it, else what they allow of it and an end that tells that it is not the name. */
function nameId(name: string): string {
  if (allowedName.test(name)) return name;
  const extension = /[^.](\.[0-9A-Za-z]{1,15})$/.exec(name)?.[1] ?? '';
  const stem = safeName(name.slice(0, name.length - extension.length));
  return `${stem}-${idEnd(name)}${extension}`;
}

/**
 * Where a file of the origin stands below its Datasource: an id of its folder, then a name that ids allow
 * (docs/onna-api.md §0 and §4).
 * @param isTaken Two names can become the same one; then the second gets a prefix of its own.
 */
export function resourcePath(originKey: string, isTaken: (path: string) => boolean): string {
  const folder = originKey.slice(0, Math.max(0, originKey.lastIndexOf('/')));
  const name = nameId(originKey.slice(originKey.lastIndexOf('/') + 1));
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
