/** Matches a run of percent-encoded bytes. */
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;

/**
 * Decodes a percent-encoded path. An invalid escape such as `%zz` is left unchanged, and bytes that are not UTF-8
 * become replacement characters. Such a path therefore names an object that does not exist (docs/onna-api.md §18).
 */
export function decodePath(raw: string): string {
  return raw.replaceAll(encodedBytes, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Decodes a path and then splits it, so an encoded slash also separates segments. Empty segments are dropped. */
export function segmentsOf(rawPath: string): string[] {
  return decodePath(rawPath)
    .split('/')
    .filter((segment) => segment !== '');
}
