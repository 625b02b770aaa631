import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { ManageContext } from './nodeEdits.ts';

/** The failures after which the node may be gone: no answer came, or somebody else deleted it. */
const maybeGone = ['timeout', 'unreachable', 'serverError', 'decode', 'tooLarge', 'notFound'] as const;

/**
 * Deletes a node with everything below it. The request is sent once. If its outcome is unknown, the node is read: one
 * that no longer exists counts as deleted.
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

/** Undefined if the service does not say: below a parent without access, even a missing node is answered with 401. */
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
