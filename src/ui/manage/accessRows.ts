import * as vscode from 'vscode';
import type { NodePath } from '../../onna/address.ts';
import type { PrincipalRoles, Sharing } from '../../onna/wire/sharing.ts';
import { plainText } from '../text/plainText.ts';
import type { Choice } from './askChoice.ts';
import { rolesText } from './roleText.ts';

/** A choice in the list of users and groups with access. */
export type AccessChoice =
  | { readonly kind: 'add' }
  | { readonly kind: 'change' | 'remove'; readonly entry: PrincipalRoles }
  | { readonly kind: 'inherited'; readonly path: NodePath | undefined };

/** The signed-in user, and the names of the nodes that access can be inherited from. */
export interface AccessContext {
  /** The login of the signed-in user. */
  readonly user: string;
  /** The name of the node at a path, safe to show. Undefined if it is not known. */
  nameAt(path: NodePath): string | undefined;
}

/** A button of a row that changes the access of its user or group. */
export type AccessButton = vscode.QuickInputButton & { readonly kind: 'change' | 'remove' };

/** The name of a user or group, safe to show. */
export function principalName(principal: string): string {
  return plainText(principal) || '\ufffd';
}

function entryRow(entry: PrincipalRoles, { user }: AccessContext): Omit<Choice<AccessChoice>, 'value'> {
  const { principal } = entry;
  const isOwn = principal.toLowerCase() === user.toLowerCase();
  const name = principalName(principal);
  return {
    label: isOwn ? vscode.l10n.t('{0} (you)', name) : name,
    description: rolesText(entry),
    // Users are identified by email addresses, groups by ids without an `@` (docs/onna-api.md §10).
    iconPath: new vscode.ThemeIcon(principal.includes('@') ? 'person' : 'organization'),
  };
}

/** @param path `''` for the account. Undefined if the service does not say where the role was granted. */
function inheritedFrom(path: NodePath | undefined, context: AccessContext): string {
  if (path === '') return vscode.l10n.t('Inherited from the account');
  const name = path === undefined ? undefined : context.nameAt(path);
  return name === undefined ? vscode.l10n.t('Inherited') : vscode.l10n.t('Inherited from “{0}”', name);
}

/**
 * The rows of the list: an action to add somebody, then the users and groups with local roles, then those
 * with inherited roles.
 */
export function accessRows(sharing: Sharing, context: AccessContext): readonly Choice<AccessChoice>[] {
  const separator = (label: string): Choice<AccessChoice> => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const buttons: AccessButton[] = [
    { kind: 'change', iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Change Role') },
    { kind: 'remove', iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove Access') },
  ];
  const local = sharing.local.map((entry): Choice<AccessChoice> => ({
    ...entryRow(entry, context),
    buttons,
    value: { kind: 'change', entry },
  }));
  const inherited = sharing.inherited.flatMap(({ path, entries }) => {
    const detail = inheritedFrom(path, context);
    return entries.map((entry): Choice<AccessChoice> => ({
      ...entryRow(entry, context),
      detail,
      value: { kind: 'inherited', path },
    }));
  });
  return [
    {
      label: vscode.l10n.t('Add Users or Groups…'),
      iconPath: new vscode.ThemeIcon('person-add'),
      value: { kind: 'add' },
    },
    ...(local.length > 0 ? [separator(vscode.l10n.t('Shared here')), ...local] : []),
    ...(inherited.length > 0 ? [separator(vscode.l10n.t('Inherited')), ...inherited] : []),
  ];
}
