import * as vscode from 'vscode';
import type { DatasourceNode, TreeNode } from '../tree/nodes.ts';

/**
 * The Enter key in the view: opens the details of a Datasource. For other rows, runs VS Code's own command.
 *
 * VS Code reports the selected rows to an extension, but not the focused row. However, `list.toggleSelection`
 * adds the focused row to the selection or removes it, and neither expands the row nor runs its command
 * (docs/vscode-facts.md §2).
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

  /** Handles one press after another, because each press finds its row by a change of the selection. */
  press(): Promise<void> {
    const work = this.#last.then(() => this.#open());
    this.#last = work.catch(() => undefined);
    return work;
  }

  async #open(): Promise<void> {
    const focused = await this.#toggled();
    if (focused?.kind !== 'datasource') {
      await vscode.commands.executeCommand('list.select');
      return;
    }
    await this.#view.reveal(focused, { select: true, focus: true, expand: false });
    await this.#showDetails(focused);
  }

  /** Selects or deselects the focused row, and returns it. Undefined if no row has the focus. */
  async #toggled(): Promise<TreeNode | undefined> {
    const before = this.#view.selection;
    await vscode.commands.executeCommand('list.toggleSelection');
    const after = this.#view.selection;
    return after.find((row) => !before.includes(row)) ?? before.find((row) => !after.includes(row));
  }
}
