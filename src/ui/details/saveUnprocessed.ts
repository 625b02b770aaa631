import * as vscode from 'vscode';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { saveDownload } from '../commands/saveDownload.ts';
import { chooseCsvFile } from './chooseCsvFile.ts';
import { withoutFormulas } from './formulaGuard.ts';

/**
 * Asks where to save the result of `@downloadUnprocessedCsv`, and saves it.
 * @param run Runs the download with a cancellable progress notification.
 * @returns False if the user chose no file.
 * @throws OnnaError, or an Error with a message for the user
 */
export async function saveUnprocessed(
  client: OnnaClient,
  path: NodePath,
  name: string,
  run: (work: (signal: AbortSignal) => Promise<void>) => Thenable<void>,
): Promise<boolean> {
  const title = vscode.l10n.t('Save the Unprocessed Resources of “{0}”', name);
  const uri = await chooseCsvFile(title, `${name} unprocessed`);
  if (!uri) return false;
  await run(async (signal) => {
    const response = await client.unprocessedCsv(path, signal);
    await saveDownload(withoutFormulas(response), uri, { overwrite: true, signal, report: () => undefined });
  });
  return true;
}
