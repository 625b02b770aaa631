import * as vscode from 'vscode';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import { renewalMethods } from '../../model/credentials/renewalMethods.ts';
import { typeLabel } from '../../model/datasources/datasource.ts';
import { namesOf } from '../text/credentialText.ts';
import { plainText } from '../text/plainText.ts';

/** A way to renew credentials, as the user chooses it. */
export type RenewalChoice = 'browser' | 'paste' | 'secret';

type ChoiceItem = vscode.QuickPickItem & { readonly choice: RenewalChoice };

/** The ways that the type of the credentials allows, the best one first. */
export function renewalChoices({ type }: Pick<CredentialEntry, 'type'>): readonly RenewalChoice[] {
  return renewalMethods(type).flatMap((method): RenewalChoice[] =>
    method === 'consent' ? ['browser', 'paste'] : ['secret'],
  );
}

function itemOf(choice: RenewalChoice, provider: string, isOpen: boolean): ChoiceItem {
  switch (choice) {
    case 'browser':
      return {
        choice,
        label: vscode.l10n.t('Allow Access in the Browser'),
        detail: vscode.l10n.t(
          'Opens the page of {0}. It returns to VS Code when you allow access.',
          provider,
        ),
        iconPath: new vscode.ThemeIcon('link-external'),
      };
    case 'paste':
      return {
        choice,
        label: vscode.l10n.t('Paste the Code'),
        detail: isOpen
          ? vscode.l10n.t('The page is open already. Paste the code, or the address that the browser shows.')
          : vscode.l10n.t(
              'For a browser that cannot return to VS Code. The page shows a code to paste here.',
            ),
        iconPath: new vscode.ThemeIcon('clippy'),
      };
    case 'secret':
      return {
        choice,
        label: vscode.l10n.t('Use a Secret'),
        detail: vscode.l10n.t('Sends an X-Auth-Secret to your Onna server.'),
        iconPath: new vscode.ThemeIcon('key'),
      };
  }
}

/**
 * Asks how to renew credentials. Does not ask if there is only one way.
 * @param isOpen Whether a consent page for these credentials waits for its code.
 * @returns Undefined if the user cancelled
 */
export async function chooseRenewal(
  entry: CredentialEntry,
  title: string,
  isOpen: boolean,
): Promise<RenewalChoice | undefined> {
  const choices = renewalChoices(entry);
  if (choices.length < 2) return choices[0];
  const provider = plainText(typeLabel(entry.type ?? ''));
  const items = choices.map((choice) => itemOf(choice, provider, isOpen));
  const names = namesOf(entry);
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: names === '' ? vscode.l10n.t('Choose how to renew') : vscode.l10n.t('Used by {0}', names),
    matchOnDetail: true,
  });
  return picked?.choice;
}
