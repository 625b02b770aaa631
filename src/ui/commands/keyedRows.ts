import type * as vscode from 'vscode';
import { toggledRow } from '../tree/focusedRow.ts';
import type { TreeNode } from '../tree/nodes.ts';

type Selectable = Pick<vscode.TreeView<TreeNode>, 'selection'>;

/**
 * Finds the rows to which a key applies: only the focused row, or all selected rows if the focused row is one
 * of them or if no row has the focus. VS Code does not say in which view a key was pressed, so each view has
 * key bindings with a different argument.
 */
export class KeyedRows {
  readonly #views: ReadonlyMap<unknown, Selectable>;
  #last: Promise<unknown> = Promise.resolve();

  /** @param views The views by the argument of their key bindings. */
  constructor(views: Readonly<Record<string, Selectable>>) {
    this.#views = new Map(Object.entries(views));
  }

  /**
   * Replaces the argument of a key binding by the rows, in the form in which VS Code passes the rows of a
   * context menu. Without a row, and for other arguments, returns `args`.
   */
  async argumentsOf(args: readonly unknown[]): Promise<readonly unknown[]> {
    const view = this.#views.get(args[0]);
    if (!view) return args;
    // Handle one key after another, because finding the focused row changes the selection for a moment.
    const found = this.#last.then(() => rowsIn(view));
    this.#last = found.catch(() => undefined);
    const rows = await found;
    return rows.length === 0 ? args : [rows[0], rows];
  }
}

async function rowsIn(view: Selectable): Promise<readonly TreeNode[]> {
  const selected = view.selection;
  const focused = await toggledRow(view);
  if (!focused) return selected;
  await toggledRow(view);
  return selected.includes(focused) ? selected : [focused];
}
