import * as vscode from 'vscode';
import type { CommandId } from '../ids.ts';
import type { NoticeNode, TreeNode } from '../ui/tree/nodes.ts';
import type { Runtime } from '../ui/runtime.ts';

/** The only row shown while the runtime can't be loaded. */
const failedRow = { kind: 'notice', id: 'loadFailed', connectionId: '' } as NoticeNode;

function failedItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Could not load. Select to try again.'));
  const command: CommandId = 'onna.refresh';
  item.id = failedRow.id;
  item.iconPath = new vscode.ThemeIcon(
    'warning',
    new vscode.ThemeColor('notificationsWarningIcon.foreground'),
  );
  item.command = { command, title: '' };
  return item;
}

/** The tree data provider that VS Code needs at activation, before the runtime is loaded. */
export class LazyTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #load: () => Promise<Runtime>;
  readonly #changes = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  #runtime: Runtime | undefined;
  #hasFailed = false;

  constructor(load: () => Promise<Runtime>) {
    this.#load = load;
  }

  /** Shows the rows of `runtime` from now on. */
  attach(runtime: Runtime): { dispose(): void } {
    this.#runtime = runtime;
    if (this.#hasFailed) this.#changes.fire(undefined);
    return runtime.tree.onDidChangeTreeData((change) => this.#changes.fire(change));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const runtime = await this.#load().catch(() => undefined);
    if (runtime) return runtime.tree.getChildren(node);
    this.#hasFailed = true;
    return node ? [] : [failedRow];
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    if (node === failedRow) return failedItem();
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
