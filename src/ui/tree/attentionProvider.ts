import * as vscode from 'vscode';
import { attentionOverview, type AttentionEntry } from '../../model/datasources/attention.ts';
import { accountName } from '../../model/accounts/connection.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { rowCommand } from '../contributions.ts';
import { plainText } from '../text/plainText.ts';
import { DrawnRows } from './drawnRows.ts';
import { FirstAnswers } from './firstAnswers.ts';
import type { DatasourceNode, MoreAttentionNode, NoticeNode, TreeNode } from './nodes.ts';
import type { RowSource } from './rowSource.ts';
import { treeItemOf } from './treeItems.ts';

/** Maximum number of Datasources in the view. */
export const maxAttentionRows = 200;

type Row = DatasourceNode | NoticeNode | MoreAttentionNode;

/**
 * Provides the rows of *Needs Attention*: one row per Datasource, most urgent first, from all accounts. The
 * rows look like those of the tree and have the same actions, but no children. Nothing is requested for
 * them: they show what the tree's store contains.
 */
export class AttentionProvider extends Owner implements vscode.TreeDataProvider<TreeNode> {
  readonly #source: RowSource;
  readonly #ready: () => Promise<void>;
  readonly #changes = this.register(new Emitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #firstAnswers: FirstAnswers;
  readonly #drawn = new DrawnRows();
  /** The rows that VS Code last received, by id. VS Code identifies rows by object identity. */
  #rows: ReadonlyMap<string, Row> = new Map();

  constructor(source: RowSource, ready: () => Promise<void>) {
    super();
    this.#source = source;
    this.#ready = ready;
    this.#firstAnswers = this.register(new FirstAnswers(source.store));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return [];
    await this.#ready();
    // Without this wait, the view would say that nothing needs attention before the first list has arrived.
    if (this.#list().length === 0) {
      const connections = this.#source.store.connections();
      await Promise.all(connections.map(({ connection }) => this.#firstAnswers.of(connection.id)));
    }
    const rows = this.#list();
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    return rows;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = this.#item(node);
    if (node.kind === 'datasource') this.#drawn.drew(node, item);
    return item;
  }

  getParent(): undefined {
    return undefined;
  }

  /** Adds the tooltip of a Datasource, with the data that is already known. */
  resolve(item: vscode.TreeItem, node: TreeNode, zone: Zone): vscode.TreeItem {
    if (node.kind !== 'datasource') return item;
    const { connectionId, datasourceId } = node;
    const datasource = this.#source.store.find(connectionId, datasourceId);
    if (!datasource) return item;
    const finding = this.#source.finding(connectionId, datasource);
    item.tooltip = this.#drawn.keepTooltip(node, datasource, this.#source.now(), zone, finding);
    return item;
  }

  /**
   * Sends the rows that have changed, or all rows if their order has changed.
   * @param resend Whether to send rows again that VS Code has not requested since they were last sent.
   */
  update(resend = false): void {
    if (resend) this.#drawn.forgetSent();
    const rows = this.#list();
    const before = [...this.#rows.keys()];
    if (rows.length !== before.length || rows.some(({ id }, index) => id !== before[index])) {
      this.#changes.fire(undefined);
      return;
    }
    const now = this.#source.now();
    const outdated = rows.filter(
      (row) => row.kind === 'datasource' && this.#drawn.isOutdated(row, () => this.#item(row), now),
    );
    if (outdated.length === 0) return;
    this.#drawn.sent(outdated);
    this.#changes.fire(outdated);
  }

  /** The current rows. Rows that VS Code already has stay the same objects. */
  #list(): Row[] {
    const snapshots = this.#source.store.connections();
    const { first, total } = attentionOverview(snapshots, maxAttentionRows);
    const unknown = snapshots.filter(({ asOf, failure }) => asOf === undefined && failure !== undefined);
    const hidden = total - first.length;
    const rows: Row[] = [
      ...unknown.map(({ connection }) => failedRow(connection.id)),
      ...first.map(datasourceRow),
      ...(hidden > 0 ? [moreRow(hidden)] : []),
    ];
    return rows.map((row) => this.#rows.get(row.id) ?? row);
  }

  #item(node: TreeNode): vscode.TreeItem {
    const item = treeItemOf(node, this.#source);
    if (node.kind === 'moreAttention') return item;
    // VS Code must not request decorations for these rows: the tree would then treat the Datasources as
    // visible, and read details about them.
    delete item.resourceUri;
    const snapshots = this.#source.store.connections();
    const connections = snapshots.map(({ connection }) => connection);
    const own = connections.find(({ id }) => id === node.connectionId);
    if (own && connections.length > 1) {
      const account = plainText(accountName(own, connections));
      item.description = `${String(item.description ?? '')} · ${account}`;
      const label = item.accessibilityInformation?.label;
      if (label !== undefined) item.accessibilityInformation = { label: `${label}, ${account}` };
    }
    if (node.kind !== 'datasource') return item;
    item.collapsibleState = vscode.TreeItemCollapsibleState.None;
    item.command = rowCommand('onna.showDetails', vscode.l10n.t('Show Details'), node);
    return item;
  }
}

function datasourceRow({ connectionId, datasource: { id } }: AttentionEntry): DatasourceNode {
  const rowId = `attention/${connectionId}/${id}`;
  return { kind: 'datasource', id: rowId, connectionId, datasourceId: id, parent: undefined };
}

function failedRow(connectionId: string): NoticeNode {
  const id = `attention/${connectionId}/failed`;
  const about = 'connectionFailed';
  return { kind: 'notice', id, connectionId, datasourceId: undefined, about, parent: undefined };
}

function moreRow(hidden: number): MoreAttentionNode {
  // The id contains the number, because a row with the same id is not drawn again.
  const id = `attention/more/${hidden}`;
  return { kind: 'moreAttention', id, connectionId: '', hidden, parent: undefined };
}
