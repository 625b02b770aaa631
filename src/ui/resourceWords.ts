import * as vscode from 'vscode';
import type { NodePath } from '../onna/address.ts';
import type { ResourceDetails } from '../onna/wire/resource.ts';
import { moment } from './age.ts';

/** Bytes as people say them. */
export function sizeWords(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const options = {
    style: 'unit',
    unit: units[step],
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(vscode.env.language, options).format(bytes / 1000 ** step);
}

/** The tooltip of a Resource. Texts of the service are appended as text. */
export function resourceTooltip(path: NodePath, details: ResourceDetails | undefined): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip
    .appendMarkdown('**')
    .appendText((details?.title ?? '').trim() || path)
    .appendMarkdown('**\n\n');
  const line = (name: string, value: string | undefined): void => {
    if (value === undefined || value === '') return;
    tooltip.appendMarkdown('- ').appendText(`${name}: ${value}`).appendMarkdown('\n');
  };
  const date = (at: number | undefined): string | undefined => (at === undefined ? undefined : moment(at));
  if (details) {
    line(vscode.l10n.t('Folder'), details.folder);
    line(vscode.l10n.t('Content'), details.contentType);
    line(vscode.l10n.t('Size'), details.size === undefined ? undefined : sizeWords(details.size));
    line(vscode.l10n.t('Modified'), date(details.modified));
    line(vscode.l10n.t('Processed'), date(details.processed) ?? vscode.l10n.t('not yet'));
    line(vscode.l10n.t('Processing exception'), details.processingException);
    line(vscode.l10n.t('Origin exception'), details.originException);
  }
  line(vscode.l10n.t('Path'), path);
  return tooltip;
}
