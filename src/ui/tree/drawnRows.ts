import type * as vscode from 'vscode';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { Finding } from '../../model/history/findings.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { statusTooltip } from '../text/statusText.ts';
import type { DatasourceNode, TreeNode } from './nodes.ts';
import { appearanceOf } from './treeItems.ts';

/** A tooltip that VS Code has cached. */
interface KeptTooltip {
  readonly datasource: Datasource;
  readonly zone: Zone;
  readonly finding: Finding;
  readonly text: string;
}

/** Remembers the Datasource rows as VS Code last received them, to find outdated rows. */
export class DrawnRows {
  /** The appearance of each row when VS Code last requested it. */
  readonly #drawn = new WeakMap<TreeNode, string>();
  /** Rows that were sent in an event and that VS Code has not requested since. */
  #sent = new WeakSet<TreeNode>();
  /** Tooltips that VS Code has cached since it last requested their row. */
  readonly #tooltips = new WeakMap<TreeNode, KeptTooltip>();

  /** Call when VS Code requests a row. VS Code then drops the tooltip that it has cached. */
  drew(node: DatasourceNode, item: vscode.TreeItem): void {
    this.#drawn.set(node, appearanceOf(item));
    this.#sent.delete(node);
    this.#tooltips.delete(node);
  }

  /** Call after an event with these rows was sent to VS Code. */
  sent(nodes: readonly TreeNode[]): void {
    for (const node of nodes) this.#sent.add(node);
  }

  /** Allows rows that were sent but never requested to be sent again: VS Code may have dropped the event. */
  forgetSent(): void {
    this.#sent = new WeakSet();
  }

  /** Returns a row's tooltip and remembers it: VS Code caches the tooltip until it requests the row again. */
  keepTooltip(
    node: DatasourceNode,
    datasource: Datasource,
    now: number,
    zone: Zone,
    finding: Finding,
  ): vscode.MarkdownString {
    const tooltip = statusTooltip(datasource, now, zone, finding);
    this.#tooltips.set(node, { datasource, zone, finding, text: tooltip.value });
    return tooltip;
  }

  /**
   * Whether VS Code shows an outdated row or tooltip and has not been notified yet.
   * @param item Creates the row as it should look now.
   */
  isOutdated(node: DatasourceNode, item: () => vscode.TreeItem, now: number): boolean {
    const drawn = this.#drawn.get(node);
    if (drawn === undefined || this.#sent.has(node)) return false;
    if (drawn !== appearanceOf(item())) return true;
    const kept = this.#tooltips.get(node);
    if (kept === undefined) return false;
    return kept.text !== statusTooltip(kept.datasource, now, kept.zone, kept.finding).value;
  }
}
