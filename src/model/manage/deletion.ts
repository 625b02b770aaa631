import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { ManageContext } from './nodeEdits.ts';

/** The failures after which the node may be gone: there was no answer, or another user deleted the node. */
const maybeGone = ['timeout', 'unreachable', 'serverError', 'decode', 'tooLarge', 'notFound'] as const;

/**
 * Deletes a node with everything below it. The request is sent once. If the outcome is unknown, the node is
 * read. A node that no longer exists counts as deleted.
 * @returns False if the service accepted the request, but the node still exists.
 * @throws OnnaError
 */
export async function deleteNode(
  { client: clientOf, store, clock, acted, forgetPermissions }: ManageContext,
  connectionId: string,
  path: NodePath,
  signal?: AbortSignal,
): Promise<boolean> {
  let isThere: boolean | undefined;
  const client = await clientOf(connectionId);
  try {
    await client.content.remove(path, signal);
    isThere = await exists(client, path, signal);
  } catch (error) {
    if (isOnnaError(error, 'noPermission')) forgetPermissions(connectionId);
    if (isOnnaError(error, 'noPermission', ...maybeGone)) acted(connectionId);
    if (!isOnnaError(error, ...maybeGone) || (await exists(client, path, signal)) !== false) throw error;
    isThere = false;
  }
  if (isThere !== true) store.remove(connectionId, path, clock.now());
  acted(connectionId);
  return isThere !== true;
}

/**
 * Whether the node exists; undefined if unknown. Below a parent that the user may not access, the service answers 401
 * even for a missing node.
 */
async function exists(
  client: OnnaClient,
  path: NodePath,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  try {
    await client.content.read(path, signal);
    return true;
  } catch (error) {
    if (!(error instanceof OnnaError)) throw error;
    return isOnnaError(error, 'notFound') ? false : undefined;
  }
}
