import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { now } from './hostRequests.ts';
import type { Instant, StaticRow, TreeCounts } from './protocol.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
}

/**
 * Intercepts calls between VS Code and the tree and decorations of our extension. VS Code creates one API
 * object per extension. A module gets the object of the extension whose folder contains it, so the spy
 * requires `vscode` from a path in our extension.
 */
export class TreeSpy {
  readonly rows = new Map<string, Row>();
  readonly #items = new Map<string, vscode.TreeItem>();
  /** The ids of the rows below a row, or of the first level for `undefined`, as VS Code last received them. */
  readonly #children = new Map<string | undefined, readonly string[]>();
  #getTreeItem = 0;
  #getChildren = 0;
  #answersMs: number[] = [];
  #lastAnswerAt: Instant = 0;
  #eventRows: number[] = [];
  #eventUris: number[] = [];
  #isInPlace = false;

  /**
   * Create the spy before the extension creates its view.
   * @param extensionPath Undefined if our extension is not installed.
   */
  constructor(extensionPath: string | undefined) {
    if (extensionPath === undefined) return;
    const itsRequire = createRequire(path.join(extensionPath, 'dist/extension/extension.cjs'));
    const { window } = itsRequire('vscode') as typeof vscode;
    const { createTreeView, registerFileDecorationProvider } = window;
    window.createTreeView = <T>(id: string, options: vscode.TreeViewOptions<T>): vscode.TreeView<T> => {
      this.#isInPlace = true;
      return createTreeView.call(window, id, {
        ...options,
        treeDataProvider: this.#spied(options.treeDataProvider as vscode.TreeDataProvider<unknown>),
      }) as vscode.TreeView<T>;
    };
    window.registerFileDecorationProvider = (provider) => {
      provider.onDidChangeFileDecorations?.((uris) =>
        this.#eventUris.push(Array.isArray(uris) ? uris.length : uris === undefined ? 0 : 1),
      );
      return registerFileDecorationProvider.call(window, provider);
    };
  }

  counts(): TreeCounts {
    if (!this.#isInPlace)
      throw new Error('The extension has not created its view, or has created it before the probe started.');
    return {
      ...{ getTreeItem: this.#getTreeItem, getChildren: this.#getChildren, lastAnswerAt: this.#lastAnswerAt },
      ...{ answersMs: this.#answersMs, eventRows: this.#eventRows, eventUris: this.#eventUris },
    };
  }

  /** Returns copies of the rows that VS Code has received. */
  copies(below?: string): readonly StaticRow[] {
    return (this.#children.get(below) ?? []).flatMap((id) => {
      const item = this.#items.get(id);
      if (!item) return [];
      const { label, description, iconPath, resourceUri, contextValue, tooltip } = item;
      const icon = iconPath instanceof vscode.ThemeIcon ? iconPath : undefined;
      return {
        label: typeof label === 'string' ? label : (label?.label ?? ''),
        ...(typeof description === 'string' && { description }),
        ...(icon && { icon: { id: icon.id, color: icon.color?.id } }),
        ...(resourceUri && { uri: resourceUri.toString() }),
        ...(contextValue !== undefined && { contextValue }),
        ...(typeof tooltip === 'string' && { tooltip }),
        ...(item.accessibilityInformation && { spoken: item.accessibilityInformation.label }),
        hasCommand: item.command !== undefined,
        state: item.collapsibleState ?? vscode.TreeItemCollapsibleState.None,
        children: this.copies(id),
      };
    });
  }

  reset(): void {
    this.#getTreeItem = 0;
    this.#getChildren = 0;
    this.#answersMs = [];
    this.#eventRows = [];
    this.#eventUris = [];
  }

  #spied(provider: vscode.TreeDataProvider<unknown>): vscode.TreeDataProvider<unknown> {
    provider.onDidChangeTreeData?.((rows) =>
      this.#eventRows.push(Array.isArray(rows) ? rows.length : rows === undefined ? 0 : 1),
    );
    return {
      onDidChangeTreeData: provider.onDidChangeTreeData,
      getTreeItem: async (row) => {
        this.#getTreeItem++;
        this.#lastAnswerAt = now();
        const item = await provider.getTreeItem(row);
        this.#items.set((row as Row).id, item);
        return item;
      },
      getChildren: async (row) => {
        this.#getChildren++;
        const askedAt = now();
        const children = (await provider.getChildren(row)) ?? [];
        for (const child of children as Row[]) this.rows.set(child.id, child);
        this.#children.set(
          (row as Row | undefined)?.id,
          (children as Row[]).map(({ id }) => id),
        );
        this.#lastAnswerAt = now();
        this.#answersMs.push(this.#lastAnswerAt - askedAt);
        return children;
      },
      getParent: (row) => provider.getParent?.(row),
      resolveTreeItem: (item, row, token) => provider.resolveTreeItem?.(item, row, token),
    };
  }
}
