/** Percent-encodes each segment of a path below the account; `@` stays readable, as the service writes it. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%40', '@'))
    .join('/');
}

/** A title as the first part of an id: lower case, `-` for all else. */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 60) || 'item';
}

/** A name that the id rules of docs/onna-api.md §4 allow, close to `text`. Kept narrower than them, so that no URL needs encoding. */
export function safeName(text: string): string {
  const cleaned = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[_.-]+/, '');
  return cleaned || 'file';
}
