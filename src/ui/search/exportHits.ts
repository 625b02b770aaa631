import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { HitsOutOfReach, allHits } from '../../model/search/allHits.ts';
import type { SearchQuestion } from '../../model/search/searchRequest.ts';
import { safeFileName } from '../../model/resources/fileName.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { FrontsearchRequest, SearchResults } from '../../onna/wire/search.ts';
import { saveDownload } from '../commands/saveDownload.ts';
import { fail, showInformation } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { plainText } from '../text/plainText.ts';
import { withCancel } from '../text/progress.ts';
import { hitsFile, type HitsFormat } from './hitsFile.ts';

interface ExportDeps {
  readonly notifier: Notifier;
  readonly search: (request: FrontsearchRequest, signal: AbortSignal) => Promise<SearchResults>;
}

/** Maximum size of an exported file outside this machine, in bytes. VS Code writes such a file as a whole. */
const maxBytesElsewhere = 100 << 20;

/**
 * Lets the user choose a file, and saves all hits of a search in it. The file is saved completely or not at all.
 * @param label The name of the scope, as sent by the service.
 */
export async function exportHits(deps: ExportDeps, label: string, question: SearchQuestion): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const name = vscode.l10n.t('{0} hits', plainText(label));
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Hits'),
    defaultUri: vscode.Uri.joinPath(folder, safeFileName(`${name}.csv`)),
    filters: { CSV: ['csv'], 'JSON Lines': ['jsonl'] },
  });
  if (target) await save(deps, target, label, question);
}

async function save(
  deps: ExportDeps,
  target: vscode.Uri,
  label: string,
  question: SearchQuestion,
): Promise<void> {
  const name = plainText(label);
  const format: HitsFormat = path.extname(target.path).toLowerCase() === '.jsonl' ? 'jsonl' : 'csv';
  const inWords = (count: number): string => count.toLocaleString(vscode.env.language);
  let saved = 0;
  /** The service’s latest number of hits, which may be an estimate. */
  let announced = 0;
  let unreadable = 0;
  try {
    await withCancel(vscode.l10n.t('Exporting the hits of “{0}”', name), (signal, report) => {
      const pages = allHits(async (request) => {
        const results = await deps.search(request, signal);
        announced = results.total ?? 0;
        unreadable += results.dropped;
        return results;
      }, question);
      const file = hitsFile(pages, format, (hits) => {
        saved = hits;
        report(vscode.l10n.t('{0} hits', inWords(hits)));
      });
      const options = { overwrite: true, signal, report: () => undefined, maxBytes: maxBytesElsewhere };
      return saveDownload(file, target, options);
    });
  } catch (error) {
    if (isOnnaError(error, 'cancelled')) return;
    if (error instanceof HitsOutOfReach) {
      fail(
        vscode.l10n.t(
          'The hits of “{0}” were not exported: the service returned only {1} of them. Narrow the search, and export it in parts.',
          name,
          inWords(error.read),
        ),
      );
      return;
    }
    const message = vscode.l10n.t('The hits of “{0}” could not be exported.', name);
    await deps.notifier.error(message, error, () => save(deps, target, label, question), 'download');
    return;
  }
  const open = vscode.l10n.t('Open');
  const message =
    saved === 1
      ? vscode.l10n.t('1 hit was exported.')
      : vscode.l10n.t('{0} hits were exported.', inWords(saved));
  const notes: string[] = [];
  if (unreadable > 0)
    notes.push(vscode.l10n.t('Hits left out because they could not be read: {0}.', inWords(unreadable)));
  else if (announced > saved)
    notes.push(vscode.l10n.t('The service had estimated {0}, but returned no more.', inWords(announced)));
  if ((await showInformation([message, ...notes].join(' '), open)) === open)
    await vscode.commands.executeCommand('vscode.open', target);
}
