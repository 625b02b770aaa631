import * as vscode from 'vscode';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { describeError } from '../text/errorText.ts';

/** A node, and the account that contains it. */
export interface FoundNode {
  readonly connectionId: string;
  readonly path: NodePath;
}

/**
 * Asks all accounts for the node with this UID.
 * @returns The node, or a sentence that explains why it was not found.
 */
export async function findUid(
  connectionIds: readonly string[],
  client: (connectionId: string) => Promise<OnnaClient>,
  uid: string,
  signal: AbortSignal,
): Promise<FoundNode | string> {
  const results = await Promise.all(
    connectionIds.map(async (connectionId) => {
      try {
        const { content } = await client(connectionId);
        return { connectionId, path: await content.resolveUid(uid, signal) };
      } catch (error) {
        return { error };
      }
    }),
  );
  for (const result of results)
    if (result.path !== undefined) return { connectionId: result.connectionId, path: result.path };
  const problem = results.find(({ error }) => error !== undefined && !isOnnaError(error, 'notFound'));
  return problem?.error === undefined
    ? vscode.l10n.t('No signed-in account has an object with this UID, or you may not see it. Check the UID.')
    : describeError(problem.error);
}
