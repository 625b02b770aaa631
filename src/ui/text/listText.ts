import * as vscode from 'vscode';

/** A message with the number of list items that could not be read and are not shown. Undefined if there are none. */
export function unreadableItems(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? vscode.l10n.t('1 item of the list could not be read. “Show Log” shows why.')
    : vscode.l10n.t('{0} items of the list could not be read. “Show Log” shows why.', count);
}
