/** The characters of ids that a URL may contain and the service does not encode, encoded. */
const encoded: Readonly<Record<string, string>> = { '%24': '$', '%2B': '+', '%3D': '=', '%40': '@' };

/** Percent-encodes each segment of a path below the account, except `$`, `+`, `=` and `@`. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replaceAll(/%(?:24|2B|3D|40)/g, (code) => encoded[code] ?? code),
    )
    .join('/');
}

/**
 * Makes the first part of an id from a title: keeps ASCII letters (in lower case) and digits, and replaces everything
 * else with `-`.
 */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 60) || 'item';
}

/**
 * Makes a valid id that resembles `text`. Uses only characters that need no encoding in URLs, which is stricter than
 * the rules of docs/onna-api.md §4.
 */
export function safeName(text: string): string {
  const cleaned = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[_.-]+/, '');
  return cleaned || 'file';
}
