import * as vscode from 'vscode';
import type { TreeNode } from './ui/tree/nodes.ts';
import type { Runtime } from './ui/runtime.ts';

/** The tree as VS Code wants it at activation, before anything behind it is loaded. */
export class LazyTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #load: () => Promise<Runtime>;
  readonly #changes = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  #runtime: Runtime | undefined;

  constructor(load: () => Promise<Runtime>) {
    this.#load = load;
  }

  /** From now on the rows come from `runtime`. */
  attach(runtime: Runtime): { dispose(): void } {
    this.#runtime = runtime;
    return runtime.tree.onDidChangeTreeData((change) => this.#changes.fire(change));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return (await this.#load()).tree.getChildren(node);
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    return (this.#runtime ?? (await this.#load())).tree.getTreeItem(node);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: TreeNode,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.#runtime?.resolveTreeItem(item, node, token) ?? item;
  }
}
