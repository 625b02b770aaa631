import * as vscode from 'vscode';
import { datasourcesView, type CommandId } from '../ids.ts';
import { isTreeNode, type TreeNode } from './tree/nodes.ts';

// The typed contributions of package.json: commands and their arguments, context keys, the view. Settings are in
// settings.ts. The ids are in src/ids.ts, because the small entry file needs them too.

/**
 * A command call. It has rows if it comes from the tree, and none if it comes from the Command Palette, a key binding
 * or the view's title.
 */
export interface RowCall {
  /** The row that was clicked. */
  readonly row: TreeNode | undefined;
  /** The clicked row and, if that row is selected, the other selected rows. Empty without a clicked row. */
  readonly rows: readonly TreeNode[];
  /** Whether VS Code passed any argument, even an argument that is not a row of this tree. */
  readonly isOnRow: boolean;
}

/** A command call from the context menu of a search hit. */
export interface HitCall {
  readonly page: string;
  readonly hit: string;
}

type HitCommandId = 'onna.openHit' | 'onna.revealHit';

/** The argument of a command's handler. */
type CommandCall<Id extends CommandId> = Id extends HitCommandId ? HitCall : RowCall;

/** A handler for each command. */
export type CommandHandlers = { readonly [Id in CommandId]: (call: CommandCall<Id>) => unknown };

/**
 * Reads the arguments of a call on rows. VS Code passes the clicked row and, if several rows are selected, all selected
 * rows.
 */
function rowCall([first, selected]: readonly unknown[]): RowCall {
  const row = isTreeNode(first) ? first : undefined;
  const several = Array.isArray(selected) ? selected.filter(isTreeNode) : [];
  const rows = several.length > 0 ? several : row ? [row] : [];
  return { row, rows, isOnRow: first !== undefined };
}

/** Reads the arguments of a call on a search hit. VS Code passes the content of the hit's `data-vscode-context`. */
function hitCall([context]: readonly unknown[]): HitCall | undefined {
  if (typeof context !== 'object' || context === null) return undefined;
  if (!('onnaPage' in context) || !('onnaHit' in context)) return undefined;
  const { onnaPage: page, onnaHit: hit } = context;
  return typeof page === 'string' && typeof hit === 'string' ? { page, hit } : undefined;
}

function isHitCommand(id: CommandId): id is HitCommandId {
  return id === 'onna.openHit' || id === 'onna.revealHit';
}

/** Checks the arguments from VS Code and calls the command's handler. Ignores a hit command that names no hit. */
export async function runCommand(
  handlers: CommandHandlers,
  id: CommandId,
  args: readonly unknown[],
): Promise<void> {
  if (!isHitCommand(id)) {
    await handlers[id](rowCall(args));
    return;
  }
  const call = hitCall(args);
  if (call) await handlers[id](call);
}

/** A command that runs when its row is selected. */
export function rowCommand(id: CommandId, title: string, row: TreeNode): vscode.Command {
  return { command: id, title, arguments: [row] };
}

/** Context keys that menus and welcome views use. */
type ContextKeyName = 'onna.signedIn' | 'onna.filtered' | 'onna.sandboxRunning';

/** A context key. Each key has one owner, and only the owner sets it. */
export class ContextKey {
  readonly #name: ContextKeyName;
  #value: boolean | undefined;

  constructor(name: ContextKeyName) {
    this.#name = name;
  }

  /** Notifies VS Code only when the value has changed. */
  async set(value: boolean): Promise<void> {
    if (value === this.#value) return;
    this.#value = value;
    await vscode.commands.executeCommand('setContext', this.#name, value);
  }
}

/** Shows the view of Datasources and puts the keyboard focus there. */
export async function focusDatasources(): Promise<void> {
  await vscode.commands.executeCommand(`${datasourcesView}.focus`);
}
