import { createHash } from 'node:crypto';
import mime from 'mime';
import { safeName } from './address.ts';

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/**
 * Makes an id from the path of an origin folder. The id always contains both digits and letters, so that
 * nobody mistakes it for a year or a word.
 */
export function folderId(folder: string): string {
  const digits = hash(folder, 64);
  return /(?=[0-9a-f]{0,7}\d)(?=[0-9a-f]{0,7}[a-f])[0-9a-f]{8}/.exec(digits)?.[0] ?? digits.slice(0, 8);
}

/** Matches names that are valid as an id (docs/onna-api.md §4). */
const allowedName = /^(?!\.{1,2}$)[0-9A-Za-z.\-$^()+ =][0-9A-Za-z.\-_@$^()+ =]*$/;

/**
 * Makes a suffix of six characters that contains both letters and digits. Onna adds such suffixes to ids made
 * from titles (docs/onna-api.md §4).
 */
function idSuffix(text: string): string {
  const signs = createHash('sha256')
    .update(text)
    .digest('base64')
    .replaceAll(/[^0-9A-Za-z]/g, '');
  return /(?=[0-9A-Za-z]{0,5}\d)(?=[0-9A-Za-z]{0,5}[A-Za-z])[0-9A-Za-z]{6}/.exec(signs)?.[0] ?? 'x0x0x0';
}

/**
 * Returns the name if it is valid as an id. Otherwise, returns its valid characters and a suffix. The suffix
 * shows that the name was changed.
 */
function nameId(name: string): string {
  if (allowedName.test(name)) return name;
  const extension = /[^.](\.[0-9A-Za-z]{1,15})$/.exec(name)?.[1] ?? '';
  const stem = safeName(name.slice(0, name.length - extension.length));
  return `${stem}-${idSuffix(name)}${extension}`;
}

/**
 * Makes the path of a Resource below its Datasource from the path of its origin file. The path consists of
 * the folder and a name that is valid as an id (docs/onna-api.md §0 and §4).
 * @param folder Path of the folder below the Datasource, if a client created the folder. Default: an id made
 * from the path of the origin folder.
 * @param isTaken Whether a path is in use. Two names can map to the same path. The second name then gets a
 * unique prefix.
 */
export function resourcePath(
  originKey: string,
  isTaken: (path: string) => boolean,
  folder = folderId(originKey.slice(0, Math.max(0, originKey.lastIndexOf('/')))),
): string {
  const name = nameId(originKey.slice(originKey.lastIndexOf('/') + 1));
  const plain = `${folder}/${name}`;
  if (!isTaken(plain)) return plain;
  // The real name of a file may equal the generated name of another file.
  for (let number = 0; ; number++) {
    const distinct = `${folder}/${hash(`${originKey}${'/'.repeat(number)}`, 12)}-${name}`;
    if (!isTaken(distinct)) return distinct;
  }
}

/** Returns the extension in lower case, without the dot, or `''` if the name has no extension. */
export function extensionOf(originKey: string): string {
  return /[^/]\.([^./]+)$/.exec(originKey)?.[1]?.toLowerCase() ?? '';
}

/** Guesses the content type from the file name alone, as cloud storage services do. */
export function contentTypeOf(originKey: string): string {
  return mime.getType(originKey) ?? 'application/octet-stream';
}
