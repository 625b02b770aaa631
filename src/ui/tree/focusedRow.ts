import * as vscode from 'vscode';

/**
 * The row of the focused view that has the keyboard focus; undefined if no row has it. VS Code tells an extension which
 * rows are selected, but not which row has the focus. However, the command `list.toggleSelection` selects or deselects
 * the focused row. It does not expand the row or run the row's command (docs/vscode-facts.md §2).
 */
export async function toggledRow<Row>(
  view: Pick<vscode.TreeView<Row>, 'selection'>,
): Promise<Row | undefined> {
  const before = view.selection;
  await vscode.commands.executeCommand('list.toggleSelection');
  const after = view.selection;
  return after.find((row) => !before.includes(row)) ?? before.find((row) => !after.includes(row));
}
