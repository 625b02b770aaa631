import * as vscode from 'vscode';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { RowCall } from '../contributions.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import type { DatasourcePicker } from './targets.ts';

/** Two commands for the Resources below a Datasource: show only those with exceptions, or show all. */
export class ExceptionFilter {
  readonly #lists: ResourceLists;
  readonly #tree: TreeViewController;
  readonly #picker: DatasourcePicker;

  constructor(lists: ResourceLists, tree: TreeViewController, picker: DatasourcePicker) {
    this.#lists = lists;
    this.#tree = tree;
    this.#picker = picker;
  }

  async showOnlyExceptions(call: RowCall): Promise<void> {
    await this.#set(call, vscode.l10n.t('Show Only Resources with Exceptions'), true);
  }

  async showAllResources(call: RowCall): Promise<void> {
    await this.#set(call, vscode.l10n.t('Show All Resources'), false);
  }

  async #set(call: RowCall, title: string, isOn: boolean): Promise<void> {
    const { row } = call;
    // The notice about an active filter is a row, but not a Datasource.
    const below = row?.kind === 'notice' ? row : undefined;
    const target = await this.#picker.resolve(
      below?.parent ? { row: below.parent, rows: [below.parent], isOnRow: true } : call,
      title,
      ({ id }, connectionId) => this.#lists.isExceptionsOnly(connectionId, id) !== isOn,
    );
    if (!target) return;
    const { connectionId, datasource } = target;
    this.#lists.setExceptionsOnly(connectionId, datasource.id, isOn);
    await this.#tree.revealDatasource(connectionId, datasource.id, true);
  }
}
