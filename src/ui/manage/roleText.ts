import * as vscode from 'vscode';
import { isGranted, roleKind, type RoleKind } from '../../model/manage/roles.ts';
import type { PrincipalRoles } from '../../onna/wire/sharing.ts';
import { plainText } from '../text/plainText.ts';

/** The name of a role in messages to the user. An unknown role is shown as the service sent it. */
export function roleLabel(role: string): string {
  const kind = roleKind(role);
  return kind === undefined ? plainText(role) : kindLabel(kind);
}

function kindLabel(kind: RoleKind): string {
  switch (kind) {
    case 'owner':
      return vscode.l10n.t('Owner');
    case 'manage':
      return vscode.l10n.t('Manage');
    case 'edit':
      return vscode.l10n.t('Edit');
    case 'view':
      return vscode.l10n.t('View');
  }
}

/** The actions that a role allows, in words. */
export function roleDetail(kind: RoleKind): string {
  switch (kind) {
    case 'owner':
      return vscode.l10n.t(
        'Everything. A new owner of a Datasource may have to accept an invitation before it syncs again.',
      );
    case 'manage':
      return vscode.l10n.t('Everything, including moving, sharing and deleting');
    case 'edit':
      return vscode.l10n.t('Add, change, sync and process');
    case 'view':
      return vscode.l10n.t('Only see and search');
  }
}

/** Text for each role of a user or group, such as “Edit · guillotina.Editor”. */
export function rolesText({ roles }: PrincipalRoles): string {
  return [...roles]
    .map(([role, setting]) => {
      const words =
        roleKind(role) === undefined ? plainText(role) : `${roleLabel(role)} · ${plainText(role)}`;
      return isGranted(setting) ? words : vscode.l10n.t('{0} ({1})', words, plainText(setting));
    })
    .join(', ');
}
