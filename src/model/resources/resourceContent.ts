import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readText } from '../../onna/transport/body.ts';
import { announcedBytes } from './saveFile.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';

/** The text of a Resource, or the content type of a file that is not text. */
export type ResourceText =
  | { readonly kind: 'text'; readonly text: string }
  /** The Resource has a file, but the file is not text and no text was extracted from it. */
  | { readonly kind: 'notText'; readonly contentType: string };

const textTypes = /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript|x-yaml|yaml)\b)/i;

/**
 * Opens a Resource's file without reading its body.
 * @throws OnnaError `noContent` if the Resource exists but has no file.
 */
export async function openFile(
  client: OnnaClient,
  path: NodePath,
  signal: AbortSignal,
): Promise<TransportResponse> {
  let response: TransportResponse;
  try {
    response = await client.download(path, 'file', signal);
  } catch (error) {
    if (!isOnnaError(error, 'notFound')) throw error;
    // A missing file and a missing Resource both cause a 404. Reading the Resource distinguishes them.
    await client.resource(path, signal);
    throw new OnnaError({ kind: 'noContent' }, error.request);
  }
  if (response.status === 200) return response;
  response.destroy();
  // A 206 contains only part of the file, although no range was requested.
  throw new OnnaError(
    response.status === 204 || response.status === 205
      ? { kind: 'noContent' }
      : { kind: 'unexpectedStatus', status: response.status },
  );
}

/** The rest of a Resource's file. */
export interface FilePart {
  readonly response: TransportResponse;
  /** The position of the first byte of the body: the requested position, or 0 if the service sends the whole file. */
  readonly start: number;
  /** The size of the whole file in bytes, if the service sends it. */
  readonly total: number | undefined;
}

/**
 * Opens a Resource's file at a position, to continue a download.
 * @throws OnnaError as {@link openFile}
 */
export async function openFileAt(
  client: OnnaClient,
  path: NodePath,
  from: number,
  signal: AbortSignal,
): Promise<FilePart> {
  if (from > 0) {
    const part = await openRange(client, path, from, signal);
    if (part) return part;
  }
  const response = await openFile(client, path, signal);
  return { response, start: 0, total: announcedBytes(response) };
}

/** @returns Undefined if the service can't send this range. The file must then be downloaded from its start. */
async function openRange(
  client: OnnaClient,
  path: NodePath,
  from: number,
  signal: AbortSignal,
): Promise<FilePart | undefined> {
  let response: TransportResponse;
  try {
    response = await client.download(path, 'file', signal, from);
  } catch (error) {
    // 416: the file has become shorter, or all of it was received before.
    if (isOnnaError(error) && 'status' in error.failure && error.failure.status === 416) return undefined;
    throw error;
  }
  if (response.status === 200) return { response, start: 0, total: announcedBytes(response) };
  const [, start, size] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(response.headers.get('content-range') ?? '') ?? [];
  if (response.status === 206 && Number(start) === from)
    return { response, start: from, total: size === '*' ? undefined : Number(size) };
  response.destroy();
  return undefined;
}

/**
 * Reads the extracted text of a Resource. Without extracted text, reads its file if the file is text.
 * @param limitBytes Maximum size; larger texts throw `tooLarge`.
 * @throws OnnaError `noContent` if the Resource has neither extracted text nor a file.
 */
export async function readResource(
  client: OnnaClient,
  path: NodePath,
  limitBytes: number,
  signal: AbortSignal,
): Promise<ResourceText> {
  try {
    const text = await readText(await client.download(path, 'extracted_text', signal), limitBytes);
    if (text !== '') return { kind: 'text', text };
  } catch (error) {
    if (!isOnnaError(error, 'notFound')) throw error;
  }
  const file = await openFile(client, path, signal);
  const contentType = file.headers.get('content-type') ?? '';
  if (textTypes.test(contentType)) return { kind: 'text', text: await readText(file, limitBytes) };
  file.destroy();
  return { kind: 'notText', contentType };
}
