import type { Database } from './database.ts';
import type { DatasourceState, DatasourceStore } from './datasources.ts';
import type { NodeStore } from './nodes.ts';
import type { Micros } from './timestamps.ts';

/** Values of `credential_state` in the API. */
export type CredentialState = 'valid' | 'expired' | 'missing';

/** Stores the wallet entries: the credentials of Datasources and their expiry times. */
export class WalletStore {
  readonly #database: Database;
  readonly #nodes: NodeStore;
  readonly #datasources: DatasourceStore;

  constructor(database: Database, nodes: NodeStore, datasources: DatasourceStore) {
    this.#database = database;
    this.#nodes = nodes;
    this.#datasources = datasources;
  }

  /** State of the credentials of a Datasource. `missing` means that it has none, as folder Datasources do. */
  credentialState(state: DatasourceState, now: Micros): CredentialState {
    if (state.walletEntry === undefined) return 'missing';
    const row = this.#database.get(
      'SELECT expires_at FROM wallet_entries JOIN nodes ON nodes.id = node_id WHERE uid = ?',
      state.walletEntry,
    );
    if (row === undefined) return 'missing';
    const { expires_at: expiresAt } = row;
    return typeof expiresAt === 'number' && expiresAt <= now ? 'expired' : 'valid';
  }

  /**
   * Sets the expiry of a wallet entry. If `expiresAt` is undefined, the entry never expires. Returns the Datasources
   * that use the entry, and reports them as changed in the feed.
   */
  setExpiry(walletEntryUid: string, expiresAt: Micros | undefined): DatasourceState[] {
    return this.#database.transaction(() => {
      this.#database.run(
        `INSERT OR REPLACE INTO wallet_entries (node_id, expires_at) SELECT id, ? FROM nodes WHERE uid = ?`,
        expiresAt ?? null,
        walletEntryUid,
      );
      const users = this.#datasources.usingWalletEntry(walletEntryUid);
      for (const { nodeId } of users) this.#nodes.touch(nodeId);
      return users;
    });
  }

  /** The earliest time after `after` at which a wallet entry expires. */
  soonestExpiry(after: Micros): Micros | undefined {
    const row = this.#database.get(
      'SELECT min(expires_at) AS soonest FROM wallet_entries WHERE expires_at > ?',
      after,
    );
    const soonest = row?.['soonest'];
    return typeof soonest === 'number' ? soonest : undefined;
  }

  /**
   * Reports Datasources as changed in the feed if their credentials expired after `after` and not later than `until`.
   */
  touchExpired(after: Micros, until: Micros): void {
    this.#database.transaction(() => {
      const rows = this.#database.all(
        `SELECT datasources.node_id FROM wallet_entries JOIN nodes ON nodes.id = wallet_entries.node_id
         JOIN datasources ON wallet_entry = uid WHERE expires_at > ? AND expires_at <= ?`,
        after,
        until,
      );
      for (const row of rows) this.#nodes.touch(Number(row['node_id']));
    });
  }
}
