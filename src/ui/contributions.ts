import * as vscode from 'vscode';
import { datasourcesView, type CommandId } from '../ids.ts';
import { inform } from './text/messages.ts';
import { isTreeNode, type TreeNode } from './tree/nodes.ts';

// The typed contributions of package.json: commands and their arguments, context keys, the view. The settings
// are in settings.ts. The ids are in src/ids.ts, because the small entry file needs them, too.

/**
 * A call of a command. It has rows if it comes from the tree. It has none if it comes from the Command
 * Palette, a key binding or the view's title.
 */
export interface RowCall {
  /** The row that was clicked. */
  readonly row: TreeNode | undefined;
  /** The clicked row. If this row is selected, also the other selected rows. Empty if no row was clicked. */
  readonly rows: readonly TreeNode[];
  /** Whether VS Code passed any argument, even an argument that is not a row of this tree. */
  readonly isOnRow: boolean;
}

/** A call of a command from the context menu of a search hit. */
export interface HitCall {
  readonly page: string;
  readonly hit: string;
}

type HitCommandId = 'onna.openHit' | 'onna.revealHit';

/** A row of the view *Saved Searches*. */
export interface SavedSearchRow {
  readonly kind: 'savedSearch';
  /** The id of the saved search. */
  readonly id: string;
  readonly connectionId: string;
}

/** A call of a command on a saved search. */
export interface SavedSearchCall {
  /** The row that was clicked. Undefined for a call from the Command Palette or a key binding. */
  readonly saved: SavedSearchRow | undefined;
  /** Whether a key was pressed in the view. */
  readonly isByKey: boolean;
}

const savedSearchCommandIds = [
  'onna.runSavedSearch',
  'onna.renameSavedSearch',
  'onna.deleteSavedSearch',
  'onna.copySavedSearch',
] as const;

type SavedSearchCommandId = (typeof savedSearchCommandIds)[number];

/** The argument of a command's handler. */
type CommandCall<Id extends CommandId> = Id extends HitCommandId
  ? HitCall
  : Id extends SavedSearchCommandId
    ? SavedSearchCall
    : RowCall;

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

function isSavedSearchRow(value: unknown): value is SavedSearchRow {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'savedSearch';
}

function savedSearchCall([first]: readonly unknown[]): SavedSearchCall {
  const saved = isSavedSearchRow(first) ? first : undefined;
  return { saved, isByKey: first !== undefined && saved === undefined };
}

function isSavedSearchCommand(id: CommandId): id is SavedSearchCommandId {
  return savedSearchCommandIds.some((known) => known === id);
}

function isHitCommand(id: CommandId): id is HitCommandId {
  return id === 'onna.openHit' || id === 'onna.revealHit';
}

/** The commands in the title of a view. A test compares them with package.json. */
export const titleCommandIds: readonly CommandId[] = [
  'onna.goToUid',
  'onna.search',
  'onna.filter',
  'onna.clearFilter',
  'onna.groupBy',
  'onna.refresh',
  'onna.resumeUploads',
  'onna.newDatasource',
  'onna.newWorkspace',
  'onna.signIn',
  'onna.signOut',
  'onna.testConnection',
  'onna.startSandbox',
  'onna.stopSandbox',
  'onna.showLog',
  'onna.collectDiagnostics',
];

/**
 * Whether a clicked or selected row is missing. VS Code passes two arguments for a click on a row: the row, and the
 * selected rows if there are several. A row is undefined if the tree removed or redrew it just before the click (measured
 * in VS Code 1.139). Without this check, the command would act on other rows. In the title of a view, both arguments are
 * always undefined.
 */
function isRowMissing(id: CommandId, args: readonly unknown[]): boolean {
  const [first, selected] = args;
  if (first === undefined && titleCommandIds.includes(id)) return false;
  const isMissing = (row: unknown): boolean => row === undefined || row === null;
  return args.length > 1 && (isMissing(first) || (Array.isArray(selected) && selected.some(isMissing)));
}

/**
 * Checks the arguments from VS Code and calls the command's handler. Ignores a call for a search hit if its
 * arguments do not identify a hit. Tells the user if a row is missing.
 */
export async function runCommand(
  handlers: CommandHandlers,
  id: CommandId,
  args: readonly unknown[],
): Promise<void> {
  if (isRowMissing(id, args)) {
    inform(vscode.l10n.t('The row has just changed. Choose the command again.'));
    return;
  }
  if (isSavedSearchCommand(id)) {
    await handlers[id](savedSearchCall(args));
    return;
  }
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
type ContextKeyName = 'onna.signedIn' | 'onna.filtered' | 'onna.sandboxRunning' | 'onna.hasUnfinishedUploads';

/** A context key. Each key has one owner, which alone sets its value. */
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
