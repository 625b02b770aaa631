import * as vscode from 'vscode';
import type { EditResult } from '../../model/manage/nodeEdits.ts';
import { inform, showBriefly, warn } from '../text/messages.ts';
import { plainText } from '../text/plainText.ts';

/** The name of a service field in messages to the user. */
function fieldName(field: string): string {
  switch (field) {
    case 'title':
      return vscode.l10n.t('title');
    case 'type_sync':
      return vscode.l10n.t('sync type');
    case 'sync_status':
      return vscode.l10n.t('status');
    case 'favorite':
      return vscode.l10n.t('favorite');
    case 'original_url':
    case 'urls':
      return vscode.l10n.t('address');
    default:
      return plainText(field);
  }
}

/**
 * A message about an edit that the service ignored in part, or whose result could not be read. Undefined if
 * neither is the case.
 */
export function editProblem(name: string, { ignored, isVerified }: EditResult): string | undefined {
  if (ignored.length > 0)
    return vscode.l10n.t(
      '“{0}”: the service accepted the change but ignored this: {1}. It may not support this change for objects of this type.',
      name,
      [...new Set(ignored.map(fieldName))].join(', '),
    );
  return isVerified
    ? undefined
    : vscode.l10n.t(
        '“{0}”: the service accepted the change, but the result could not be read. The next refresh shows it.',
        name,
      );
}

/** Shows the outcome of an edit. @param done The message for an edit that was carried out and verified. */
export function showEdit(name: string, result: EditResult, done: string): void {
  const problem = editProblem(name, result);
  if (problem === undefined) showBriefly(done);
  else if (result.ignored.length > 0) warn(problem);
  else inform(problem);
}
