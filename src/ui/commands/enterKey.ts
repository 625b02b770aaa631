import * as vscode from 'vscode';
import { toggledRow } from '../tree/focusedRow.ts';
import type { DatasourceNode, TreeNode } from '../tree/nodes.ts';

/**
 * Handles the Enter key in the view. On a Datasource, opens its details. On other rows, runs VS Code's own
 * command.
 */
export class EnterKey {
  readonly #view: Pick<vscode.TreeView<TreeNode>, 'selection' | 'reveal'>;
  readonly #showDetails: (row: DatasourceNode) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    view: Pick<vscode.TreeView<TreeNode>, 'selection' | 'reveal'>,
    showDetails: (row: DatasourceNode) => Promise<void>,
  ) {
    this.#view = view;
    this.#showDetails = showDetails;
  }

  /**
   * Handles key presses one after another, because each of them finds the focused row by a change of the
   * selection.
   */
  press(): Promise<void> {
    const work = this.#last.then(() => this.#open());
    this.#last = work.catch(() => undefined);
    return work;
  }

  async #open(): Promise<void> {
    const focused = await toggledRow(this.#view);
    if (focused?.kind !== 'datasource') {
      await vscode.commands.executeCommand('list.select');
      return;
    }
    await this.#view.reveal(focused, { select: true, focus: true, expand: false });
    await this.#showDetails(focused);
  }
}
