import { badPath, notFound } from './refusals.ts';

/**
 * Splits and decodes a path. Empty segments are dropped (docs/onna-api.md §0).
 * @throws Refusal 400 if it can't be decoded, 404 if a segment can't be an id
 */
export function segmentsOf(rawPath: string): string[] {
  return rawPath
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      let decoded;
      try {
        decoded = decodeURIComponent(segment);
      } catch {
        throw badPath('URI malformed', 'URIError');
      }
      // These can't be ids. It is not a security check: segments never become file paths.
      if (decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded)) throw notFound();
      return decoded;
    });
}
