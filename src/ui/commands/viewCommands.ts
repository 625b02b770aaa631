import * as vscode from 'vscode';
import type { SettingId } from '../../model/settings/settingValues.ts';
import { accountName } from '../../model/accounts/connection.ts';
import { attentionWord } from '../../model/datasources/datasourceFilter.ts';
import { groupings, type Grouping } from '../../model/datasources/grouping.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { Notifier } from '../text/notifier.ts';
import { describeError } from '../text/errorText.ts';
import { showWarning } from '../text/messages.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import type { Services } from '../services.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { TreeProvider } from '../tree/treeProvider.ts';
import { inView, withCancel } from '../text/progress.ts';
import { confirmMany, type BulkRunner } from './bulk.ts';
import { rowsOf, type DatasourcePicker } from './targets.ts';
import type { RowCall } from '../contributions.ts';

const groupBySetting = 'onna.groupBy' satisfies SettingId;

/** Maximum number of Datasources whose Resources are loaded without confirmation. */
const maxLoadedUnasked = 20;

/** Minimum time between two updates of the progress of *Load All*, in ms. */
const betweenReportsMs = 200;

/** Commands on the view itself: refresh, group, filter, load more. */
export class ViewCommands {
  readonly #services: Services;
  readonly #provider: TreeProvider;
  readonly #tree: TreeViewController;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;
  readonly #bulk: BulkRunner;

  constructor(
    services: Services,
    provider: TreeProvider,
    tree: TreeViewController,
    picker: DatasourcePicker,
    notifier: Notifier,
    bulk: BulkRunner,
  ) {
    this.#services = services;
    this.#provider = provider;
    this.#tree = tree;
    this.#picker = picker;
    this.#notifier = notifier;
    this.#bulk = bulk;
  }

  /** Refreshes a Datasource's loaded Resources, the list of one connection, or the lists of all connections. */
  async refresh(call: RowCall): Promise<void> {
    const rows = rowsOf(call, []);
    const [node] = rows;
    await this.#services.ready();
    if (rows.length > 1) {
      await this.#refreshSeveral(rows);
      return;
    }
    if (node && 'datasourceId' in node && node.datasourceId !== undefined) {
      await this.#refreshResources(node.connectionId, node.datasourceId);
      return;
    }
    const connectionId = node ? node.connectionId : undefined;
    await inView(() => this.#services.connections.refresh(connectionId));
    const snapshots = this.#services.store.connections();
    const connections = snapshots.map(({ connection }) => connection);
    const failed = snapshots.find(
      ({ connection, failure }) => failure && (connectionId === undefined || connection.id === connectionId),
    );
    if (failed?.failure) {
      await this.#notifier.error(
        vscode.l10n.t(
          '“{0}” could not be refreshed.',
          plainText(accountName(failed.connection, connections)),
        ),
        failed.failure,
        () => this.refresh(call),
        'list',
      );
    }
  }

  /** Refreshes each connection of the rows once, and the Resources of each selected Datasource that has been opened. */
  async #refreshSeveral(rows: readonly TreeNode[]): Promise<void> {
    const title = vscode.l10n.t('Refresh');
    const connections = new Set(rows.map(({ connectionId }) => connectionId));
    const datasources = new Map(
      rows.flatMap((row) =>
        'datasourceId' in row && row.datasourceId !== undefined
          ? [[`${row.connectionId}/${row.datasourceId}`, [row.connectionId, row.datasourceId] as const]]
          : [],
      ),
    );
    const { store, resources } = this.#services;
    const reads: { name: string; read: (signal: AbortSignal) => Promise<OnnaError | undefined> }[] = [
      ...[...connections].map((id) => ({
        name: plainText(store.get(id)?.connection.account ?? ''),
        read: async (): Promise<OnnaError | undefined> => {
          await this.#services.connections.refresh(id);
          return store.get(id)?.failure;
        },
      })),
      ...[...datasources.values()].flatMap(([connectionId, datasourceId]) => {
        const list = resources.opened(connectionId, datasourceId);
        const datasource = store.find(connectionId, datasourceId);
        if (!list || !datasource) return [];
        const read = async (signal: AbortSignal): Promise<OnnaError | undefined> => {
          await (list.started ? list.refresh(signal) : list.loadMore(signal));
          return list.failure;
        };
        return [{ name: nodeName(datasource), read }];
      }),
    ];
    await this.#bulk.run({
      title,
      items: reads,
      skipped: 0,
      progress: vscode.l10n.t('Refreshing'),
      name: ({ name }) => name,
      act: async ({ read }, signal) => {
        const failure = await read(signal);
        if (failure) throw failure;
      },
      done: () => vscode.l10n.t('{0} rows were refreshed.', rows.length),
    });
  }

  /** Refreshes a Datasource's status and, if they have been opened, its Resources. */
  async #refreshResources(connectionId: string, datasourceId: string): Promise<void> {
    const list = this.#services.resources.opened(connectionId, datasourceId);
    const exceptions = this.#services.resources.openedExceptions(connectionId, datasourceId);
    const reread = async (): Promise<void> => {
      if (list) await (list.started ? list.refresh() : list.loadMore());
    };
    await inView(() =>
      Promise.all([
        this.#services.connections.refresh(connectionId),
        reread(),
        // The list of exceptions determines the marks of the rows.
        exceptions !== list && exceptions?.refresh(),
      ]),
    );
    const datasource = this.#services.store.find(connectionId, datasourceId);
    if (list?.failure) {
      const what = vscode.l10n.t('“{0}” could not be refreshed.', datasource ? nodeName(datasource) : '');
      await this.#notifier.error(what, list.failure, () =>
        this.#refreshResources(connectionId, datasourceId),
      );
    }
  }

  async groupBy(): Promise<void> {
    const labels: Record<Grouping, string> = {
      workspace: vscode.l10n.t('Workspace'),
      type: vscode.l10n.t('Type'),
      status: vscode.l10n.t('Status'),
    };
    const items = groupings.map((grouping) => ({
      label: labels[grouping],
      grouping,
      description: grouping === this.#provider.grouping ? vscode.l10n.t('current') : '',
    }));
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Group Datasources By') });
    if (!picked) return;
    const { grouping, label } = picked;
    this.#provider.grouping = grouping;
    let why: string;
    try {
      if (await this.#services.settings.write(groupBySetting, grouping)) return;
      why = vscode.l10n.t('A policy or another settings file overrides the setting.');
    } catch (error) {
      why = describeError(error);
    }
    // Set the grouping again, because the settings change may have restored the old one.
    this.#provider.grouping = grouping;
    const openSettings = vscode.l10n.t('Open Settings');
    const choice = await showWarning(
      vscode.l10n.t(
        'Datasources are grouped by {0} in this window only: the setting “{1}” keeps its value. {2}',
        label,
        groupBySetting,
        why,
      ),
      openSettings,
    );
    if (choice === openSettings)
      await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${groupBySetting}`);
  }

  /**
   * Filters while the user types. Escape restores the previous filter. A call from the last row of *Needs
   * Attention* starts with the word that finds all these Datasources.
   */
  filter(call: RowCall): void {
    const before = this.#provider.filter;
    const initial = call.row?.kind === 'moreAttention' ? attentionWord : before;
    const input = vscode.window.createInputBox();
    let accepted = false;
    input.title = vscode.l10n.t('Filter Datasources');
    input.placeholder = vscode.l10n.t(
      'Words from the title, type, status or sync type, or “exceptions” or “attention”. Leave empty to show all Datasources.',
    );
    input.value = initial;
    input.onDidChangeValue((value) => this.#tree.setFilter(value));
    input.onDidAccept(() => {
      accepted = true;
      input.hide();
    });
    input.onDidHide(() => {
      if (!accepted) this.#tree.setFilter(before);
      input.dispose();
    });
    input.show();
    this.#provider.prepareFilter();
    if (initial !== before) this.#tree.setFilter(initial);
  }

  async loadMore(call: RowCall): Promise<void> {
    const node = call.row;
    if (node && node.kind === 'moreMatches') {
      this.#provider.showMatches(node.group);
      return;
    }
    if (!node || !('datasourceId' in node) || node.datasourceId === undefined) return;
    const datasource = this.#services.store.find(node.connectionId, node.datasourceId);
    if (!datasource) return;
    const list = this.#services.resources.of(node.connectionId, datasource);
    const loaded = list.children.length;
    await inView(() => list.loadMore());
    // Moves the keyboard focus to the first new row.
    const parent = node.parent?.kind === 'section' ? node.parent.parent : node.parent;
    if (parent?.kind === 'datasource' && list.children.length > loaded)
      await this.#tree.focusResource(parent, loaded);
  }

  async loadAll(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Load All Resources');
    const { targets, skipped } = await this.#picker.resolveAll(call, title, () => true);
    const [target] = targets;
    if (!target) return;
    if (targets.length > 1) {
      if (!(await confirmMany(title, targets.length, maxLoadedUnasked))) return;
      await this.#bulk.run({
        title,
        items: targets,
        skipped,
        concurrency: 1,
        progress: vscode.l10n.t('Loading the Resources of {0} Datasources', targets.length),
        name: ({ datasource }) => nodeName(datasource),
        act: async ({ connectionId, datasource }, signal) => {
          const list = this.#services.resources.of(connectionId, datasource);
          await list.loadAll(signal, () => undefined);
          if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
          if (list.failure) throw list.failure;
        },
        done: (count) =>
          count === 1
            ? vscode.l10n.t('The Resources of 1 Datasource were loaded.')
            : vscode.l10n.t('The Resources of {0} Datasources were loaded.', count),
      });
      return;
    }
    const { connectionId, datasource } = target;
    const list = this.#services.resources.of(connectionId, datasource);
    let before = list.children.length;
    const { clock } = this.#services;
    const format = new Intl.NumberFormat(vscode.env.language);
    let reportedAt = -Infinity;
    await withCancel(
      vscode.l10n.t('Loading the Resources of “{0}”', nodeName(datasource)),
      (signal, report) =>
        list.loadAll(signal, (loaded) => {
          const { total } = list;
          // Pages may arrive every few ms. Drawing each number would take longer than loading.
          if (Math.abs(clock.now() - reportedAt) < betweenReportsMs) return;
          reportedAt = clock.now();
          const message =
            total === undefined
              ? format.format(loaded)
              : vscode.l10n.t('{0} of about {1}', format.format(loaded), format.format(total));
          report(message, total === undefined || total === 0 ? undefined : ((loaded - before) / total) * 100);
          before = loaded;
        }),
    );
    if (list.failure) {
      await this.#notifier.error(
        vscode.l10n.t('Not all Resources of “{0}” could be loaded.', nodeName(datasource)),
        list.failure,
        () => this.loadAll(call),
      );
    }
  }
}
