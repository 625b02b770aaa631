/** Percent-encodes each segment of a path below the account, except `@`, which the service does not encode. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%40', '@'))
    .join('/');
}

/** A title as the first part of an id: lower-case letters and digits, with `-` for everything else. */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 60) || 'item';
}

/** A valid id (docs/onna-api.md §4) that resembles `text`. Stricter than those rules, so that URLs need no encoding. */
export function safeName(text: string): string {
  const cleaned = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[_.-]+/, '');
  return cleaned || 'file';
}
