import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readText } from '../../onna/transport/body.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';

/** The text of a Resource, or the content type of its file if that is not text. */
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
  // A 206 would be part of the file, but no range was requested.
  throw new OnnaError(
    response.status === 204 || response.status === 205
      ? { kind: 'noContent' }
      : { kind: 'unexpectedStatus', status: response.status },
  );
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
