import * as vscode from 'vscode';
import type { ExceptionMark } from '../../model/resources/resourceWalk.ts';
import { displayText } from '../../shared/displayText.ts';
import { plainText } from './plainText.ts';

/** Maximum length of a reason in a row, in UTF-16 units. The tooltip shows the whole reason. */
const maxReason = 80;

/** The reason from the service, shortened for a row. */
export function markReason({ reason }: ExceptionMark): string {
  return displayText(plainText(reason), maxReason);
}

/** Describes an exception mark in words. */
export function markWords(mark: ExceptionMark): string {
  const reason = markReason(mark);
  if (mark.isNote) return vscode.l10n.t('Note: {0}', reason);
  return mark.stage === 'collection'
    ? vscode.l10n.t('Could not be collected: {0}', reason)
    : vscode.l10n.t('Could not be processed: {0}', reason);
}
