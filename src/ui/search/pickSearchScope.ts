import * as vscode from 'vscode';
import type { SearchHost, SearchScope } from '../../model/search/searchHost.ts';
import { plainText } from '../text/plainText.ts';

interface ScopeItem extends vscode.QuickPickItem {
  readonly scope?: SearchScope;
}

function items(scopes: readonly SearchScope[], current: SearchScope | undefined): ScopeItem[] {
  const asItem = (scope: SearchScope): ScopeItem => ({
    label: plainText(scope.label),
    description: plainText(scope.description),
    iconPath: new vscode.ThemeIcon(scope.kind === 'account' ? 'organization' : 'database'),
    picked: scope.id === current?.id,
    scope,
  });
  const kind = vscode.QuickPickItemKind.Separator;
  return [
    { label: vscode.l10n.t('Whole account'), kind },
    ...scopes.filter((scope) => scope.kind === 'account').map(asItem),
    { label: vscode.l10n.t('One Datasource'), kind },
    ...scopes.filter((scope) => scope.kind === 'datasource').map(asItem),
  ];
}

/** Lets the user pick an account or a Datasource to search. Undefined if the user cancelled. */
export async function pickSearchScope(
  host: SearchHost,
  current: SearchScope | undefined,
): Promise<SearchScope | undefined> {
  const picked = await vscode.window.showQuickPick(items(host.scopes(), current), {
    title: vscode.l10n.t('Search in'),
    placeHolder: vscode.l10n.t('Choose an account or a Datasource'),
    matchOnDescription: true,
  });
  return picked?.scope;
}
