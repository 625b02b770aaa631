import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { accountLabel } from '../../model/accounts/connection.ts';
import { workspaceOf } from '../../model/datasources/grouping.ts';
import { typeLabel, type Datasource } from '../../model/datasources/datasource.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import { inform } from '../text/messages.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import { statusDescription, statusLabel } from '../text/statusText.ts';
import type { RowCall } from '../contributions.ts';
import { isDatasourceNode, type TreeNode } from '../tree/nodes.ts';

/** A Datasource of a connection. */
export interface DatasourceTarget {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

/**
 * The rows that a command applies to.
 * @param selection The rows selected in the view. They are used if the call comes from the Command Palette or
 * a key binding.
 */
export function rowsOf(call: RowCall, selection: readonly TreeNode[]): readonly TreeNode[] {
  return call.isOnRow || call.rows.length > 0 ? call.rows : selection;
}

/** The Datasources that a command applies to. */
export interface DatasourceTargets {
  readonly targets: readonly DatasourceTarget[];
  /** Number of selected rows that the command does not apply to. */
  readonly skipped: number;
}

const noTargets: DatasourceTargets = { targets: [], skipped: 0 };

/** Whether a command applies to a Datasource. */
type Suits = (datasource: Datasource, connectionId: string) => boolean;

/** Tells the user that a Datasource in its current status does not allow a command. */
export function tellNotAllowed(title: string, datasource: Datasource): void {
  inform(
    vscode.l10n.t(
      '{0}: “{1}” does not allow this at the moment ({2}).',
      title,
      nodeName(datasource),
      statusLabel(datasource.status, datasource.rawStatus),
    ),
  );
}

/** One Datasource in a quick pick. */
type DatasourceItem = vscode.QuickPickItem & Partial<DatasourceTarget>;

/** Finds the Datasource that a command applies to: the row's Datasource, or one that the user picks. */
export class DatasourcePicker {
  readonly #store: DatasourceStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ready: () => Promise<void>;
  readonly #selection: () => readonly TreeNode[];

  /** @param selection The rows selected in the view. Empty if the view is hidden. */
  constructor(
    store: DatasourceStore,
    clock: Pick<Clock, 'now'>,
    ready: () => Promise<void>,
    selection: () => readonly TreeNode[],
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#selection = selection;
    this.#ready = ready;
  }

  /**
   * @param suits Whether the command applies to a Datasource.
   * @returns Undefined if the user picked no Datasource, or if the command applies to no Datasource. In the
   * second case, a message is shown.
   */
  async resolve(call: RowCall, title: string, suits: Suits): Promise<DatasourceTarget | undefined> {
    const node = call.row;
    if (node && isDatasourceNode(node)) {
      const datasource = this.#store.find(node.connectionId, node.datasourceId);
      return datasource && { connectionId: node.connectionId, datasource };
    }
    return this.choose(title, suits);
  }

  /** Like {@link resolve}, but for all selected rows. Shows a message if the command applies to none of them. */
  async resolveAll(call: RowCall, title: string, suits: Suits): Promise<DatasourceTargets> {
    const rows = rowsOf(call, this.#selection());
    const targets = rows.filter(isDatasourceNode).flatMap(({ connectionId, datasourceId }) => {
      const datasource = this.#store.find(connectionId, datasourceId);
      return datasource && suits(datasource, connectionId) ? [{ connectionId, datasource }] : [];
    });
    if (targets.length > 0) return { targets, skipped: rows.length - targets.length };
    if (call.isOnRow && rows.length > 1) {
      inform(
        vscode.l10n.t('{0}: none of the {1} selected rows allows this at the moment.', title, rows.length),
      );
      return noTargets;
    }
    const target = await this.resolve(call, title, suits);
    return target ? { targets: [target], skipped: 0 } : noTargets;
  }

  /**
   * Like {@link resolveAll}, but also checks the clicked Datasource. If the command does not apply to it,
   * explains why.
   */
  async resolveAllowed(call: RowCall, title: string, suits: Suits): Promise<DatasourceTargets> {
    const found = await this.resolveAll(call, title, suits);
    const [first] = found.targets;
    if (!first || suits(first.datasource, first.connectionId)) return found;
    tellNotAllowed(title, first.datasource);
    return noTargets;
  }

  /** Waits until the accounts are loaded, then lets the user pick a Datasource. */
  async choose(title: string, suits: Suits): Promise<DatasourceTarget | undefined> {
    await this.#ready();
    return this.pick(title, suits);
  }

  async pick(title: string, suits: Suits): Promise<DatasourceTarget | undefined> {
    const snapshots = this.#store.connections();
    const now = this.#clock.now();
    const connections = snapshots.map(({ connection }) => connection);
    const items = snapshots.flatMap((snapshot) =>
      itemsOf(snapshot, accountLabel(snapshot.connection, connections), now, suits),
    );
    if (items.length === 0) {
      inform(vscode.l10n.t('{0}: no Datasource allows this at the moment.', title));
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t('Choose a Datasource'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return picked?.datasource && picked.connectionId !== undefined
      ? { connectionId: picked.connectionId, datasource: picked.datasource }
      : undefined;
  }
}

function itemsOf(snapshot: ConnectionSnapshot, label: string, now: number, suits: Suits): DatasourceItem[] {
  const { connection } = snapshot;
  const suitable = [...snapshot.datasources.values()].filter((datasource) =>
    suits(datasource, connection.id),
  );
  if (suitable.length === 0) return [];
  const separator: DatasourceItem = {
    label: plainText(label),
    kind: vscode.QuickPickItemKind.Separator,
  };
  const rows = suitable.map((datasource): DatasourceItem => {
    const { path } = workspaceOf(connection, datasource);
    return {
      label: nodeName(datasource),
      description: plainText(typeLabel(datasource.type)),
      detail: `${nodeName({ title: snapshot.workspaces.get(path), path })} · ${statusDescription(datasource, now)}`,
      iconPath: statusIcon(datasource.status),
      connectionId: connection.id,
      datasource,
    };
  });
  return [separator, ...rows];
}
