import type * as vscode from 'vscode';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { Finding } from '../../model/history/findings.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { statusTooltip } from '../text/statusText.ts';
import type { DatasourceNode, TreeNode } from './nodes.ts';
import { appearanceOf } from './treeItems.ts';

/** A tooltip in VS Code's cache. */
interface KeptTooltip {
  readonly datasource: Datasource;
  readonly zone: Zone;
  readonly finding: Finding;
  readonly text: string;
}

/** Remembers the appearance of each Datasource row that VS Code last received, so that outdated rows can be found. */
export class DrawnRows {
  /**
   * The item of each row when VS Code last requested it. VS Code keeps the item, too, so this needs no memory for its
   * texts. Items are compared only for rows on screen, so most are never turned into text.
   */
  readonly #drawn = new WeakMap<TreeNode, vscode.TreeItem>();
  /** Rows that were sent in an event and that VS Code has not requested since. */
  #sent = new WeakSet<TreeNode>();
  /** The tooltips in VS Code's cache. VS Code drops a tooltip when it requests the row again. */
  readonly #tooltips = new WeakMap<TreeNode, KeptTooltip>();

  /** Call when VS Code requests a row. VS Code then drops the row's tooltip from its cache. */
  drew(node: DatasourceNode, item: vscode.TreeItem): void {
    this.#drawn.set(node, item);
    this.#sent.delete(node);
    this.#tooltips.delete(node);
  }

  /** Call after an event with these rows was sent to VS Code. */
  sent(nodes: readonly TreeNode[]): void {
    for (const node of nodes) this.#sent.add(node);
  }

  /**
   * VS Code may have dropped an event. Call this so that rows can be sent again even if VS Code has not requested them
   * since they were last sent.
   */
  forgetSent(): void {
    this.#sent = new WeakSet();
  }

  /**
   * Returns a row's tooltip and remembers it, because VS Code caches the tooltip until it requests the row
   * again.
   */
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
   * @param item Creates the row with its current appearance.
   */
  isOutdated(node: DatasourceNode, item: () => vscode.TreeItem, now: number): boolean {
    const drawn = this.#drawn.get(node);
    if (drawn === undefined || this.#sent.has(node)) return false;
    if (appearanceOf(drawn) !== appearanceOf(item())) return true;
    const kept = this.#tooltips.get(node);
    if (kept === undefined) return false;
    return kept.text !== statusTooltip(kept.datasource, now, kept.zone, kept.finding).value;
  }
}
