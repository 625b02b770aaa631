import * as vscode from 'vscode';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import { ownFolder } from '../../model/datasources/grouping.ts';
import { workspaceActions } from '../../model/manage/manageActions.ts';
import type { NodePath } from '../../onna/address.ts';
import { nodeName } from '../text/plainText.ts';
import type { Choice } from './askChoice.ts';

/**
 * The places where a Datasource can be created: the user's own folder, and the Workspaces that the user may
 * add to.
 */
export function addablePlaces(
  snapshot: ConnectionSnapshot,
): readonly (Choice<NodePath> & { readonly value: NodePath })[] {
  const workspaces = [...snapshot.workspaces]
    .filter(([path]) => workspaceActions(snapshot.workspacePermissions.get(path)).has('new'))
    .map(([path, title]) => ({
      label: nodeName({ title, path }),
      value: path,
      iconPath: new vscode.ThemeIcon('briefcase'),
    }));
  const own = {
    label: vscode.l10n.t('My Sources'),
    value: ownFolder(snapshot),
    iconPath: new vscode.ThemeIcon('home'),
  };
  return [own, ...workspaces];
}
