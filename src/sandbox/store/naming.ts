import { createHash } from 'node:crypto';
import mime from 'mime';
import { safeName } from './address.ts';

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** The id of an origin folder. It always mixes digits and letters, so it is never mistaken for a year or a word. */
export function folderId(folder: string): string {
  const digits = hash(folder, 64);
  return /(?=[0-9a-f]{0,7}\d)(?=[0-9a-f]{0,7}[a-f])[0-9a-f]{8}/.exec(digits)?.[0] ?? digits.slice(0, 8);
}

/** A name that is valid as an id (docs/onna-api.md §4). */
const allowedName = /^(?!\.{1,2}$)[0-9A-Za-z.\-$^()+ =][0-9A-Za-z.\-_@$^()+ =]*$/;

/** Six characters, both letters and digits: Onna adds such suffixes to ids made from titles (docs/onna-api.md §4). */
function idSuffix(text: string): string {
  const signs = createHash('sha256')
    .update(text)
    .digest('base64')
    .replaceAll(/[^0-9A-Za-z]/g, '');
  return /(?=[0-9A-Za-z]{0,5}\d)(?=[0-9A-Za-z]{0,5}[A-Za-z])[0-9A-Za-z]{6}/.exec(signs)?.[0] ?? 'x0x0x0';
}

/** The name if it is valid as an id; otherwise its valid characters and a suffix, to show that it was changed. */
function nameId(name: string): string {
  if (allowedName.test(name)) return name;
  const extension = /[^.](\.[0-9A-Za-z]{1,15})$/.exec(name)?.[1] ?? '';
  const stem = safeName(name.slice(0, name.length - extension.length));
  return `${stem}-${idSuffix(name)}${extension}`;
}

/**
 * The path of an origin file below its Datasource: the id of its folder, then a name that is valid as an id
 * (docs/onna-api.md §0 and §4).
 * @param isTaken Two names can map to the same path; the second one then gets a unique prefix.
 */
export function resourcePath(originKey: string, isTaken: (path: string) => boolean): string {
  const folder = originKey.slice(0, Math.max(0, originKey.lastIndexOf('/')));
  const name = nameId(originKey.slice(originKey.lastIndexOf('/') + 1));
  const plain = `${folderId(folder)}/${name}`;
  if (!isTaken(plain)) return plain;
  // A file's real name may equal another file's generated one.
  for (let number = 0; ; number++) {
    const distinct = `${folderId(folder)}/${hash(`${originKey}${'/'.repeat(number)}`, 12)}-${name}`;
    if (!isTaken(distinct)) return distinct;
  }
}

/** Lower case, without the dot; `''` if the name has no extension. */
export function extensionOf(originKey: string): string {
  return /[^/]\.([^./]+)$/.exec(originKey)?.[1]?.toLowerCase() ?? '';
}

/** Guessed from the name alone, as file stores do. */
export function contentTypeOf(originKey: string): string {
  return mime.getType(originKey) ?? 'application/octet-stream';
}
