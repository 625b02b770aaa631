import * as vscode from 'vscode';
import type { NodePath } from '../../onna/address.ts';
import { inform } from '../text/messages.ts';
import { withCancel } from '../text/progress.ts';
import type { TreeViewController } from './treeViewController.ts';

/**
 * Selects a Resource in the tree, with cancellable progress. Shows a message if the Datasource does not list the
 * Resource.
 * @param title The sanitized title of the Resource.
 */
export async function revealResource(
  tree: Pick<TreeViewController, 'revealResource'>,
  connectionId: string,
  { path, title }: { readonly path: NodePath; readonly title: string },
): Promise<void> {
  const found = await withCancel(vscode.l10n.t('Looking for “{0}” in the tree', title), (signal, report) =>
    tree.revealResource(connectionId, path, signal, (loaded) =>
      report(vscode.l10n.t('{0} Resources loaded', loaded.toLocaleString(vscode.env.language))),
    ),
  );
  if (found === false)
    inform(vscode.l10n.t('“{0}” was not found among the Resources that its Datasource lists.', title));
}
