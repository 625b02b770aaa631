import { Owner } from '../../base/event.ts';
import type { Renewal } from '../../model/credentials/renewals.ts';
import { maxNamed } from './decorations.ts';
import { appearanceOf, treeItemOf } from './treeItems.ts';
import type { TreeProvider } from './treeProvider.ts';

/**
 * Keeps the group *Needs Renewal* up to date. The rows of a connection are sent again only if the group appears or
 * disappears. Otherwise only the group is sent.
 */
export class CredentialRefresh extends Owner {
  readonly #tree: TreeProvider;
  /** The appearance of the group when VS Code last received it, by connection. `''`: no group. */
  readonly #shown = new Map<string, string>();

  constructor(tree: TreeProvider) {
    super();
    this.#tree = tree;
    const { wallet, renewals } = tree.credentials;
    this.register(
      tree.onDidProvideRows(({ connection }) => {
        this.#shown.set(connection.id, this.#appearance(connection.id));
        wallet.shown(connection.id);
      }),
    );
    this.register(wallet.onDidChange((connectionId) => this.#compare(connectionId)));
    this.register(renewals.onDidRenew((renewal) => this.#sendRenewed(renewal)));
  }

  /** Updates the ages in the rows, and shows credentials that will expire soon. */
  tick(): void {
    for (const connectionId of this.#shown.keys()) this.#compare(connectionId);
  }

  #compare(connectionId: string): void {
    const before = this.#shown.get(connectionId);
    // VS Code has not requested the rows of this connection yet.
    if (before === undefined) return;
    if (!this.#tree.store.get(connectionId)) {
      this.#shown.delete(connectionId);
      return;
    }
    const now = this.#appearance(connectionId);
    if (now === before) return;
    this.#shown.set(connectionId, now);
    const hasMoved = (now === '') !== (before === '');
    this.#tree.fire(
      hasMoved ? this.#tree.connectionNode(connectionId) : this.#tree.renewalsNode(connectionId),
    );
  }

  /** Redraws the Datasources whose credentials were renewed, because their rows show the renewal. */
  #sendRenewed({ connectionId, datasourceIds }: Renewal): void {
    const snapshot = this.#tree.store.get(connectionId);
    if (!snapshot || !this.#shown.has(connectionId)) return;
    const rows = datasourceIds.slice(0, maxNamed).flatMap((id) => {
      const datasource = snapshot.datasources.get(id);
      return (datasource && this.#tree.shownDatasource(snapshot, datasource)) ?? [];
    });
    if (rows.length > 0) this.#tree.fire(rows);
  }

  #appearance(connectionId: string): string {
    const entries = this.#tree.dueCredentials(connectionId);
    if (entries.length === 0) return '';
    const group = this.#tree.renewalsNode(connectionId);
    return JSON.stringify(
      this.#tree
        .renewalRows(group)
        .flatMap((row) => [row, ...this.#tree.stoppedRows(row)])
        .map((row) => [row.id, appearanceOf(treeItemOf(row, this.#tree))]),
    );
  }
}
