import { badPath, notFound } from './refusals.ts';

/**
 * Segments of a path that is still encoded; empty ones are dropped (docs/onna-api.md §0).
 * @throws Refusal 400 when it can't be decoded, 404 when it holds what no id can
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
      // Never a file path, but such a segment is nobody's id either.
      if (decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded)) throw notFound();
      return decoded;
    });
}
