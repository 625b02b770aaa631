import { badPath, notFound } from './refusals.ts';

/** @throws Refusal 400 if the percent-encoding is invalid */
export function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badPath('URI malformed', 'URIError');
  }
}

/**
 * Splits and decodes a path. Empty segments are dropped (docs/onna-api.md §0).
 * @throws Refusal 400 if a segment can't be decoded, 404 if it can't be an id
 */
export function segmentsOf(rawPath: string): string[] {
  return rawPath
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      const decoded = decodePath(segment);
      // Such segments can't be ids. Security does not depend on this check: segments never become file paths.
      if (decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded)) throw notFound();
      return decoded;
    });
}
