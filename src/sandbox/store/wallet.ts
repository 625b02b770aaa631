import type { Database } from './database.ts';
import type { DatasourceState, DatasourceStore } from './datasources.ts';
import type { NodeStore } from './nodes.ts';
import type { Micros } from './timestamps.ts';

/** Values of `credential_state` in the API. */
export type CredentialState = 'valid' | 'expired' | 'missing';

/** A wallet entry without its secret. */
export interface WalletEntry {
  readonly state: Exclude<CredentialState, 'missing'>;
  /** Undefined for credentials that never expire. */
  readonly expiresAt: Micros | undefined;
  /** `@type` of the Datasources that use the entry. Undefined if no Datasource uses it. */
  readonly type: string | undefined;
}

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

  /**
   * State of the credentials of a Datasource. `missing` means that it has no credentials. A folder
   * Datasource never has any.
   */
  credentialState({ walletEntry }: DatasourceState, now: Micros): CredentialState {
    return (walletEntry === undefined ? undefined : this.#expiry(walletEntry, now))?.state ?? 'missing';
  }

  /** Undefined if there is no such entry. */
  entry(uid: string, now: Micros): WalletEntry | undefined {
    const expiry = this.#expiry(uid, now);
    return expiry && { ...expiry, type: this.typeOf(uid) };
  }

  /** `@type` of the Datasources that use an entry. All of them have the same type. */
  typeOf(uid: string): string | undefined {
    const [user] = this.#datasources.usingWalletEntry(uid);
    return user && this.#nodes.byId(user.nodeId)?.type;
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
      const entry = this.#nodes.byUid(walletEntryUid);
      for (const nodeId of [...(entry ? [entry.id] : []), ...users.map((user) => user.nodeId)])
        this.#nodes.touch(nodeId);
      return users;
    });
  }

  #expiry(uid: string, now: Micros): Pick<WalletEntry, 'state' | 'expiresAt'> | undefined {
    const row = this.#database.get(
      'SELECT expires_at FROM wallet_entries JOIN nodes ON nodes.id = node_id WHERE uid = ?',
      uid,
    );
    if (row === undefined) return undefined;
    const expiresAt = typeof row['expires_at'] === 'number' ? row['expires_at'] : undefined;
    return { expiresAt, state: expiresAt !== undefined && expiresAt <= now ? 'expired' : 'valid' };
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
