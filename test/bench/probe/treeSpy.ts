import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { now } from './hostRequests.ts';
import type { Instant, TreeCounts } from './protocol.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
}

/**
 * Intercepts calls between VS Code and the tree and decorations of our extension. VS Code creates one API object per
 * extension, and selects it by the path of the module that requires `vscode`. The spy uses a path in our extension.
 */
export class TreeSpy {
  readonly rows = new Map<string, Row>();
  #getTreeItem = 0;
  #getChildren = 0;
  #answersMs: number[] = [];
  #lastAnswerAt: Instant = 0;
  #eventRows: number[] = [];
  #eventUris: number[] = [];
  #isInPlace = false;

  /** Create the spy before the extension creates its view. */
  constructor(extensionPath: string) {
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
      getTreeItem: (row) => {
        this.#getTreeItem++;
        this.#lastAnswerAt = now();
        return provider.getTreeItem(row);
      },
      getChildren: async (row) => {
        this.#getChildren++;
        const askedAt = now();
        const children = (await provider.getChildren(row)) ?? [];
        for (const child of children as Row[]) this.rows.set(child.id, child);
        this.#lastAnswerAt = now();
        this.#answersMs.push(this.#lastAnswerAt - askedAt);
        return children;
      },
      getParent: (row) => provider.getParent?.(row),
      resolveTreeItem: (item, row, token) => provider.resolveTreeItem?.(item, row, token),
    };
  }
}
