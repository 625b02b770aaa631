import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { askBare, signInBare } from './bareWalk.ts';
import { now } from './hostRequests.ts';
import type { BareLogin, StaticRow } from './protocol.ts';

const { Expanded, None } = vscode.TreeItemCollapsibleState;

/** Time after which a change of the tree with one parent is reported again, in ms. Drawing 100,000 rows takes less. */
const patienceMs = 30_000;

/** A tree with prepared rows, which measures the cost of rows in VS Code itself. */
export class StaticTree implements vscode.TreeDataProvider<StaticRow> {
  #rows: readonly StaticRow[] | undefined;
  readonly #kept: () => Promise<readonly StaticRow[]>;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changes.event;

  /** @param kept reads the rows that were saved before the window was reloaded */
  constructor(kept: () => Promise<readonly StaticRow[]>) {
    this.#kept = kept;
  }

  get rows(): readonly StaticRow[] {
    return this.#rows ?? [];
  }

  /** Opens an input box, and shows the rows of each typed text. */
  filter(rowsByText: Readonly<Record<string, readonly StaticRow[]>>): void {
    const input = vscode.window.createInputBox();
    input.title = 'Filter Static';
    input.onDidChangeValue((text) => this.show(rowsByText[text] ?? []));
    input.onDidHide(() => {
      this.show(rowsByText[''] ?? []);
      input.dispose();
    });
    input.show();
  }

  show(rows: readonly StaticRow[]): void {
    this.#rows = rows;
    this.#changes.fire(undefined);
  }

  /** Prompts for the password, signs in, and shows `rows` when the list of Datasources has arrived. */
  signInThenShow(rows: readonly StaticRow[], login: BareLogin): void {
    const input = vscode.window.createInputBox();
    input.title = 'Sign In Bare';
    input.ignoreFocusOut = true;
    input.password = true;
    input.onDidAccept(async () => {
      await signInBare(login, input.value);
      input.hide();
      this.show(rows);
    });
    input.onDidHide(() => input.dispose());
    input.show();
  }

  getTreeItem(row: StaticRow): vscode.TreeItem {
    const { label, description, icon, uri, contextValue, tooltip, spoken, hasCommand, state } = row;
    const item = new vscode.TreeItem(label, state);
    if (description !== undefined) item.description = description;
    if (icon)
      item.iconPath = new vscode.ThemeIcon(
        icon.id,
        icon.color ? new vscode.ThemeColor(icon.color) : undefined,
      );
    if (uri !== undefined) item.resourceUri = vscode.Uri.parse(uri);
    if (contextValue !== undefined) item.contextValue = contextValue;
    if (tooltip !== undefined) item.tooltip = tooltip;
    if (spoken !== undefined) item.accessibilityInformation = { label: spoken };
    if (hasCommand) item.command = { command: 'onna-bench.none', title: 'Open', arguments: [row] };
    return item;
  }

  async getChildren(row?: StaticRow): Promise<StaticRow[]> {
    if (row?.asksFirst) await askBare(row.asksFirst.url, row.asksFirst.token);
    this.#rows ??= await this.#kept();
    return [...(row ? row.children : this.#rows)];
  }

  /** Like ours, the tree adds tooltips later, and VS Code asks for no row without it. */
  resolveTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }
}

/** A tree with one parent that is refreshed after each page, as in similar extensions. */
export class FlatTree implements vscode.TreeDataProvider<number> {
  readonly #parent = -1;
  #children: number[] = [];
  #asked = 0;
  #awaited: (() => void) | undefined;
  readonly #changes = new vscode.EventEmitter<number | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;

  /** Sets the number of children, refreshes the parent, and waits until VS Code has requested every child. */
  async refresh(children: number): Promise<{ readonly ms: number; readonly getTreeItem: number }> {
    this.#children = Array.from({ length: children }, (_, index) => index);
    const asked = new Promise<void>((resolve) => (this.#awaited = resolve));
    for (;;) {
      const began = now();
      this.#asked = 0;
      this.#changes.fire(this.#parent);
      // VS Code drops an event that it receives while it still draws the rows of the previous one.
      const late = setTimeout(patienceMs, true);
      const isLate = await Promise.race([asked.then(() => false), late]);
      if (!isLate) return { ms: now() - began, getTreeItem: this.#asked };
    }
  }

  getTreeItem(row: number): vscode.TreeItem {
    this.#asked++;
    if (row === this.#children.length - 1) this.#awaited?.();
    if (row === this.#parent) return new vscode.TreeItem('Flat parent', Expanded);
    const item = new vscode.TreeItem(`Flat child ${row}`, None);
    item.id = String(row);
    item.iconPath = new vscode.ThemeIcon('file');
    return item;
  }

  getChildren(row?: number): number[] {
    return row === undefined ? [this.#parent] : row === this.#parent ? this.#children : [];
  }
}
