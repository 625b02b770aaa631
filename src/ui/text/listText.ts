import * as vscode from 'vscode';

/** Says that items of a list are not shown, because they could not be read. Undefined when all are shown. */
export function unreadableItems(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? vscode.l10n.t('1 item of the list could not be read. “Show Log” shows why.')
    : vscode.l10n.t('{0} items of the list could not be read. “Show Log” shows why.', count);
}
