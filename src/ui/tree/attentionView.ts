import * as vscode from 'vscode';
import { attentionOverview } from '../../model/datasources/attention.ts';
import { Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { PersonalZone } from '../../model/settings/personalZone.ts';
import { attentionView } from '../../ids.ts';
import { AttentionProvider } from './attentionProvider.ts';
import type { TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';

/** Time in which changes are collected before the rows are compared, in ms. */
const gatherMs = 250;
/** Update interval of ages such as "5 min ago", in ms. */
const ageTickMs = 60_000;

/**
 * The view *Needs Attention*. It has no badge, because VS Code adds up the badges of the views, and the view
 * of Datasources already counts these Datasources.
 */
export class AttentionView extends Owner {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #tree: TreeProvider;
  readonly #clock: Clock;
  readonly #provider: AttentionProvider;
  #cancelUpdate: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;

  /** @param onVisible Called when the view is shown or hidden. */
  constructor(options: {
    tree: TreeProvider;
    clock: Clock;
    zone: Pick<PersonalZone, 'current'>;
    ready: () => Promise<void>;
    onVisible: () => void;
  }) {
    super();
    const { tree, clock, zone, ready, onVisible } = options;
    this.#tree = tree;
    this.#clock = clock;
    const provider = this.register(new AttentionProvider(tree, ready));
    this.#provider = provider;
    this.view = this.register(
      vscode.window.createTreeView(attentionView, {
        treeDataProvider: {
          onDidChangeTreeData: provider.onDidChangeTreeData,
          getChildren: (node: TreeNode | undefined) => provider.getChildren(node),
          getTreeItem: (node: TreeNode) => provider.getTreeItem(node),
          getParent: () => undefined,
          resolveTreeItem: (item: vscode.TreeItem, node: TreeNode) =>
            provider.resolve(item, node, zone.current),
        },
        canSelectMany: true,
      }),
    );
    this.register(tree.store.onDidChange(() => this.#updateSoon()));
    this.register(tree.findings.onDidChange(() => this.#updateSoon()));
    this.register(
      this.view.onDidChangeVisibility(() => {
        this.#tick();
        onVisible();
      }),
    );
    this.register({ dispose: () => this.#cancelUpdate?.() });
    this.register({ dispose: () => this.#cancelTick?.() });
    this.#updateSoon();
    this.#tick();
  }

  #updateSoon(): void {
    this.#cancelUpdate ??= this.#clock.after(gatherMs, () => {
      this.#cancelUpdate = undefined;
      this.#update();
    });
  }

  #update(resend = false): void {
    const { total } = attentionOverview(this.#tree.store.connections(), 0);
    const description = total === 0 ? undefined : total.toLocaleString(vscode.env.language);
    if (this.view.description !== description) this.view.description = description;
    // A hidden view is updated when it is shown.
    if (this.view.visible) this.#provider.update(resend);
  }

  /** Updates the ages while the view is visible. */
  #tick(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    if (!this.view.visible) return;
    this.#update(true);
    this.#cancelTick = this.#clock.after(ageTickMs, () => this.#tick());
  }
}
