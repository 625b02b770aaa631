import * as vscode from 'vscode';
import type { Child } from '../../onna/wire/children.ts';
import type { ResourceDetails } from '../../onna/wire/resource.ts';
import type { ExceptionMark } from '../../model/resources/resourceWalk.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { moment } from './age.ts';
import { nodeName } from './plainText.ts';
import { Tooltip } from './tooltip.ts';

/** A size in a readable unit, such as "1.5 MB". */
export function sizeWords(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const options = {
    style: 'unit',
    unit: units[step],
    // The short unit has no plural for bytes.
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(vscode.env.language, options).format(bytes / 1000 ** step);
}

/** The tooltip of a Resource. */
export function resourceTooltip(
  { path, title }: Child,
  details: ResourceDetails | undefined,
  zone: Zone,
  mark?: ExceptionMark,
): vscode.MarkdownString {
  const tooltip = new Tooltip().heading(nodeName({ title: details?.title ?? title, path }));
  const date = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : moment(at, zone);
  if (details) {
    tooltip
      .line(vscode.l10n.t('Folder'), details.folder)
      .line(vscode.l10n.t('Content'), details.contentType)
      .line(vscode.l10n.t('Size'), details.size === undefined ? undefined : sizeWords(details.size))
      .line(vscode.l10n.t('Modified'), date(details.modified))
      .line(vscode.l10n.t('Processed'), date(details.processed) ?? vscode.l10n.t('not yet'));
  }
  // If the details are missing, use the reason from the row's mark.
  const known = (stage: ExceptionMark['stage']): string | undefined =>
    !details && mark?.stage === stage ? mark.reason : undefined;
  tooltip
    .line(vscode.l10n.t('Processing exception'), details?.processingException ?? known('processing'))
    .line(vscode.l10n.t('Origin exception'), details?.originException ?? known('collection'));
  return tooltip.line(vscode.l10n.t('Path'), path).markdown;
}
