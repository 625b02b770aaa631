import * as vscode from 'vscode';
import type { ExceptionsEnd, ResourceException } from '../../model/history/exceptionList.ts';
import { saveDownload } from '../commands/saveDownload.ts';
import { showBriefly, warn } from '../text/messages.ts';
import { withCancel } from '../text/progress.ts';
import { chooseCsvFile } from './chooseCsvFile.ts';
import { exceptionsCsv } from './exceptionsCsv.ts';

/**
 * Asks where to save the exceptions of a Datasource, saves them as CSV, and shows the outcome.
 * @param name The name of the Datasource
 * @param pages Reads the exceptions. Must call `ended` after the last page.
 * @throws OnnaError, or an Error with a message for the user
 */
export async function saveExceptions(
  name: string,
  pages: (
    signal: AbortSignal,
    ended: (end: ExceptionsEnd) => void,
  ) => AsyncIterable<readonly ResourceException[]>,
): Promise<void> {
  const title = vscode.l10n.t('Save the Exceptions of “{0}”', name);
  const uri = await chooseCsvFile(title, `${name} exceptions`);
  if (!uri) return;
  let saved = 0;
  let end: ExceptionsEnd | undefined;
  await withCancel(vscode.l10n.t('Saving the exceptions of “{0}”', name), (signal, report) => {
    const read = pages(signal, (ended) => (end = ended));
    const table = exceptionsCsv(read, (rows) => {
      saved = rows;
      report(vscode.l10n.t('{0} rows', inWords(rows)));
    });
    return saveDownload(table, uri, { overwrite: true, signal, report: () => undefined });
  });
  const rows = inWords(saved);
  if (end?.isIncomplete !== true)
    showBriefly(vscode.l10n.t('The exceptions of “{0}” were saved ({1} rows)', name, rows));
  // The file looks complete, so this warning stays until the user closes it.
  else if (end.total === undefined)
    warn(
      vscode.l10n.t(
        '{1} exceptions of “{0}” were saved, but the service may not have returned all of them. To get the rest, choose one kind at a time, and save each kind in its own file.',
        name,
        rows,
      ),
    );
  else
    warn(
      vscode.l10n.t(
        'Only {1} of {2} exceptions of “{0}” were saved: the service did not return the others. Choose one kind at a time, and save each kind in its own file.',
        name,
        rows,
        inWords(end.total),
      ),
    );
}

function inWords(count: number): string {
  return count.toLocaleString(vscode.env.language);
}
