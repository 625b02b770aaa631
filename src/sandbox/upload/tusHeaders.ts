import { randomUUID } from 'node:crypto';
import { Refusal, json } from '../http/answer.ts';
import { schemaViolation } from '../http/refusals.ts';
import type { ViewRequest } from '../http/view.ts';
import { uploadLimitBytes } from './uploadStore.ts';

/** Headers of every successful TUS 1.0.0 response. As in the framework, a refusal does not have them. */
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
 * Parses a header that is compared with a byte count. Like the framework, it accepts any integer, and spaces.
 * @throws Refusal 412 for any other value
 */
export function numberHeader(header: ViewRequest['header'], name: string): number | undefined {
  const value = header(name);
  if (value === undefined) return undefined;
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(value)) throw schemaViolation('body', name, 'A number is required');
  return Number(value);
}

/** Reads `UPLOAD-MD5`, which the client may send when it creates an upload. @throws Refusal 412 for another format */
export function md5Header(header: ViewRequest['header']): string | undefined {
  const value = header('upload-md5')?.toLowerCase();
  if (value !== undefined && !/^[0-9a-f]{32}$/.test(value))
    throw schemaViolation('body', 'UPLOAD-MD5', 'An MD5 of 32 hexadecimal digits is required');
  return value;
}

/** 412 with only a reason, as the framework refuses uploads. */
export function refusedUpload(reason: string): Refusal {
  return new Refusal(json({ reason }, 412));
}

/** Whether a POST stands for a PATCH, for clients that can't send PATCH (docs/onna-api.md §18). Case matters. */
export function isPatch(header: ViewRequest['header']): boolean {
  return header('x-http-method-override') === 'PATCH';
}

/** The name in the headers of `@upload`. Undefined if there is none. */
export function uploadedName(header: ViewRequest['header']): string | undefined {
  const encoded = header('x-upload-filename-b64');
  return (
    header('x-upload-filename') ??
    (encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8'))
  );
}

/**
 * Returns the name of an uploaded file, without folders. A file without a name gets a random one.
 * @throws Refusal 412 if the name is not valid
 */
export function readFileName(name = randomUUID().replaceAll('-', '')): string {
  const plain =
    name
      .split(/[/\\]/)
      .at(-1)
      ?.replaceAll(/\p{Cc}/gu, '')
      .trim() ?? '';
  if (plain === '' || plain === '.' || plain === '..' || plain.length > 255)
    throw schemaViolation('body', 'filename', 'A file name of up to 255 characters is required');
  return plain;
}

/**
 * The type in `Content-Type`. Undefined for the type that stands for any bytes: the name then says more. The framework
 * reads a type that is not valid as plain text.
 */
export function sentContentType(header: ViewRequest['header']): string | undefined {
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type === 'application/octet-stream') return undefined;
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'text/plain';
}

/** Reads `filename` from `Upload-Metadata`, which contains pairs of a key and a base64 value. */
export function metadataFileName(metadata: string | undefined): string | undefined {
  const pairs = (metadata ?? '').split(',').map((pair) => pair.trim().split(/\s+/));
  const value = pairs.find(([key]) => key?.toLowerCase() === 'filename')?.[1];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}
