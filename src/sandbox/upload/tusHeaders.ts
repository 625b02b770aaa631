import { schemaViolation } from '../http/refusals.ts';
import type { ViewRequest } from '../http/view.ts';
import { uploadLimitBytes } from './uploadStore.ts';

/** Headers of every TUS 1.0.0 response. */
export const tusHeaders: Readonly<Record<string, string>> = { 'tus-resumable': '1.0.0' };

/** Parses a header whose value is a byte count. @throws Refusal 412 if the value is not a valid count */
export function bytesHeader(header: ViewRequest['header'], name: string): number | undefined {
  const value = header(name);
  if (value === undefined) return undefined;
  const bytes = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(bytes <= uploadLimitBytes))
    throw schemaViolation('body', name, `A number of bytes up to ${uploadLimitBytes} is required`);
  return bytes;
}

/**
 * Requires the header `TUS-Resumable` (docs/onna-api.md §4).
 * @throws Refusal 412 if it is missing or has another version
 */
export function requireTus(header: ViewRequest['header']): void {
  if (header('tus-resumable') !== '1.0.0')
    throw schemaViolation('body', 'TUS-Resumable', '1.0.0 is required');
}

/** Returns the name of an uploaded file, without folders. @throws Refusal 412 if the name is missing or not valid */
export function readFileName(name: string | undefined): string {
  const plain =
    name
      ?.split(/[/\\]/)
      .at(-1)
      ?.replaceAll(/\p{Cc}/gu, '')
      .trim() ?? '';
  if (plain === '' || plain === '.' || plain === '..' || plain.length > 255)
    throw schemaViolation('body', 'filename', 'A file name of up to 255 characters is required');
  return plain;
}

/** Reads `filename` from `Upload-Metadata`, which contains pairs of a key and a base64 value. */
export function metadataFileName(metadata: string | undefined): string | undefined {
  const pairs = (metadata ?? '').split(',').map((pair) => pair.trim().split(/\s+/));
  const value = pairs.find(([key]) => key?.toLowerCase() === 'filename')?.[1];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}
