import * as vscode from 'vscode';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import { entryName, namesOf } from '../text/credentialText.ts';

/** A message about renewed credentials, with the Datasources that use them. */
export function renewedText(entry: CredentialEntry): string {
  const names = namesOf(entry);
  return names === ''
    ? vscode.l10n.t('{0}: renewed.', entryName(entry))
    : vscode.l10n.t('The credentials of {0} were renewed.', names);
}
