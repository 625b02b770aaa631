import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { readText } from '../../onna/transport/body.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';

/** What a Resource says, or why there is nothing to read. */
export type ResourceText =
  | { readonly kind: 'text'; readonly text: string }
  /** It has a file, but no text was extracted from it, and the file is no text itself. */
  | { readonly kind: 'notText'; readonly contentType: string };

const textTypes = /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript|x-yaml|yaml)\b)/i;

/**
 * A Resource's file, unread.
 * @throws OnnaError `noContent` where the Resource is there, but has no file.
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
    // The same 404 stands for a missing file and a missing Resource: reading the Resource tells them apart.
    await client.resource(path, signal);
    throw new OnnaError({ kind: 'noContent' }, error.request);
  }
  if (response.status === 200) return response;
  response.destroy();
  // 206 would be a part of the file, which nobody asked for.
  throw new OnnaError(
    response.status === 204 || response.status === 205
      ? { kind: 'noContent' }
      : { kind: 'unexpectedStatus', status: response.status },
  );
}

/**
 * The text that processing extracted from a Resource, else its file where that is text.
 * @param limitBytes More is refused with `tooLarge`.
 * @throws OnnaError `noContent` where the Resource has neither.
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
