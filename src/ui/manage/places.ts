import * as vscode from 'vscode';
import { accountLabel } from '../../model/accounts/connection.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import { typeLabel, type Datasource } from '../../model/datasources/datasource.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import {
  manageActions,
  workspaceActions,
  type DatasourceManageAction,
  type WorkspaceManageAction,
} from '../../model/manage/manageActions.ts';
import type { NodePath } from '../../onna/address.ts';
import { rowsOf, tellNotAllowed } from '../commands/targets.ts';
import type { RowCall } from '../contributions.ts';
import { inform } from '../text/messages.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import type { TreeNode } from '../tree/nodes.ts';

/** A Workspace or a Datasource that a command applies to. */
export interface Place {
  readonly connectionId: string;
  readonly path: NodePath;
  /** The title as the service sends it. */
  readonly title: string;
  /** The title, safe to show. */
  readonly name: string;
  /** Undefined for a Workspace. */
  readonly datasource: Datasource | undefined;
}

/** An action that both Workspaces and Datasources have. */
type PlaceAction = DatasourceManageAction & WorkspaceManageAction;

type PlaceItem = vscode.QuickPickItem & { readonly place?: Place };

/**
 * Finds the Workspace or Datasource that a command applies to: the one of the selected row, or one that the
 * user picks.
 */
export class Places {
  readonly #store: DatasourceStore;
  readonly #ready: () => Promise<void>;
  readonly #selection: () => readonly TreeNode[];

  /** @param selection The rows selected in the view. Empty if the view is hidden. */
  constructor(store: DatasourceStore, ready: () => Promise<void>, selection: () => readonly TreeNode[]) {
    this.#store = store;
    this.#ready = ready;
    this.#selection = selection;
  }

  /**
   * Finds the Workspace or Datasource for a command, if it allows `action`.
   * @param title The command's title.
   * @returns Undefined if no place allows the action, or if the user picked none. In the first case, shows a message.
   */
  async resolve(call: RowCall, title: string, action: PlaceAction): Promise<Place | undefined> {
    const rows = rowsOf(call, this.#selection());
    if (rows.length > 1) {
      inform(vscode.l10n.t('{0} works on one row at a time. Select a single row.', title));
      return undefined;
    }
    const [row] = rows;
    const place = row && this.#placeOf(row);
    if (place && this.allows(place, action)) return place;
    if (place) this.#refuse(place, title);
    // A key was pressed, but no row has the focus. The user meant a row, so do not open a list.
    else if (call.isOnRow)
      inform(vscode.l10n.t('{0} works on a Workspace or a Datasource. Select its row.', title));
    else return this.#pick(title, action);
    return undefined;
  }

  /** Whether an action is allowed by the permissions, the type and the status in the loaded list. */
  allows({ connectionId, path, datasource }: Place, action: PlaceAction): boolean {
    const snapshot = this.#store.get(connectionId);
    return datasource
      ? manageActions(datasource, snapshot?.connection.user).has(action)
      : workspaceActions(snapshot?.workspacePermissions.get(path)).has(action);
  }

  /** The Workspace or Datasource at a path, if the loaded list contains it. */
  at(connectionId: string, path: NodePath): Place | undefined {
    const snapshot = this.#store.get(connectionId);
    const title = snapshot?.workspaces.get(path);
    if (title !== undefined) return workspacePlace(connectionId, path, title);
    const datasource = [...(snapshot?.datasources.values() ?? [])].find((entry) => entry.path === path);
    return datasource && datasourcePlace(connectionId, datasource);
  }

  #placeOf(row: TreeNode): Place | undefined {
    const { connectionId } = row;
    if (row.kind === 'datasource') {
      const datasource = this.#store.find(connectionId, row.datasourceId);
      return datasource && datasourcePlace(connectionId, datasource);
    }
    if (row.kind !== 'group' || row.groupKind !== 'workspace') return undefined;
    const title = this.#store.get(connectionId)?.workspaces.get(row.groupKey);
    return title === undefined ? undefined : workspacePlace(connectionId, row.groupKey, title);
  }

  #refuse({ name, datasource }: Place, title: string): void {
    if (datasource) tellNotAllowed(title, datasource);
    else inform(vscode.l10n.t('{0}: your permissions on “{1}” do not allow this.', title, name));
  }

  async #pick(title: string, action: PlaceAction): Promise<Place | undefined> {
    await this.#ready();
    const snapshots = this.#store.connections();
    const connections = snapshots.map(({ connection }) => connection);
    const items = snapshots.flatMap((snapshot) => {
      const rows = placeItems(snapshot).filter(({ place }) => place && this.allows(place, action));
      const label = plainText(accountLabel(snapshot.connection, connections));
      return rows.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows];
    });
    if (items.length === 0) {
      inform(vscode.l10n.t('{0}: no Workspace or Datasource allows this at the moment.', title));
      return undefined;
    }
    const picked = await vscode.window.showQuickPick<PlaceItem>(items, {
      title,
      placeHolder: vscode.l10n.t('Choose a Workspace or a Datasource'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return picked?.place;
  }
}

function datasourcePlace(connectionId: string, datasource: Datasource): Place {
  const { path, title } = datasource;
  return { connectionId, path, title, name: nodeName(datasource), datasource };
}

function workspacePlace(connectionId: string, path: NodePath, title: string): Place {
  return { connectionId, path, title, name: nodeName({ title, path }), datasource: undefined };
}

/** The Workspaces of an account, then its Datasources. */
function placeItems({ connection, workspaces, datasources }: ConnectionSnapshot): readonly PlaceItem[] {
  return [
    ...[...workspaces].map(([path, title]): PlaceItem => {
      const place = workspacePlace(connection.id, path, title);
      const description = vscode.l10n.t('Workspace');
      return { label: place.name, description, iconPath: new vscode.ThemeIcon('briefcase'), place };
    }),
    ...[...datasources.values()].map((datasource): PlaceItem => {
      const place = datasourcePlace(connection.id, datasource);
      const { parentPath, type, status } = datasource;
      return {
        label: place.name,
        description: plainText(typeLabel(type)),
        detail: nodeName({ title: workspaces.get(parentPath), path: parentPath }),
        iconPath: statusIcon(status),
        place,
      };
    }),
  ];
}
