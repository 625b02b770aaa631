import * as vscode from 'vscode';
import { maxNameLength, type SavedSearch } from '../../model/search/savedSearches.ts';
import { displayText } from '../../shared/displayText.ts';
import { askText, required } from '../accounts/askText.ts';

/**
 * Asks for the name of a saved search.
 * @param value The suggested name.
 * @param others The other saved searches of the account.
 * @returns Undefined if the user cancels.
 */
export async function askSearchName(
  title: string,
  value: string,
  others: readonly SavedSearch[],
): Promise<string | undefined> {
  let name: string | undefined;
  const asked = await askText({
    title,
    prompt: vscode.l10n.t('The name under which the search is listed'),
    value: value.slice(0, maxNameLength),
    accept: (typed) => {
      const wanted = displayText(typed, maxNameLength + 1);
      if (wanted.length > maxNameLength)
        return vscode.l10n.t('The name is too long. The limit is {0} characters.', maxNameLength);
      if (others.some((other) => other.name === wanted))
        return vscode.l10n.t('A saved search with this name exists already. Choose another name.');
      return required(wanted, (text) => (name = text));
    },
  });
  return asked === 'next' ? name : undefined;
}
