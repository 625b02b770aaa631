import type { Database } from './database.ts';
import type { StoredResource } from './storedResource.ts';
import type { Settings } from './settings.ts';
import type { Micros } from './timestamps.ts';

const settingName = 'retention';

/**
 * Stores the retention policies, and the files of the Resources that a policy removed. Its methods use the
 * caller's transaction.
 */
export class RetentionStore {
  readonly #database: Database;
  readonly #settings: Settings;

  constructor(database: Database, settings: Settings) {
    this.#database = database;
    this.#settings = settings;
  }

  /**
   * Retention period of Resources in days, by the `@type` of their Datasource. Types without a policy are
   * left out.
   */
  policies(): ReadonlyMap<string, number> {
    return new Map(JSON.parse(this.#settings.get(settingName) ?? '[]') as [string, number][]);
  }

  /** @param days Undefined to end the policy. */
  setPolicy(type: string, days: number | undefined): void {
    const policies = new Map(this.policies());
    if (days === undefined) policies.delete(type);
    else policies.set(type, days);
    this.#settings.set(settingName, JSON.stringify([...policies]));
  }

  /** The Datasources of a type that have Resources, each with the date of its oldest Resource. */
  oldest(type: string): { readonly nodeId: number; readonly addedAt: Micros }[] {
    return this.#database
      .all(
        // Ids grow with time, so the Resource with the lowest id is the oldest. The query therefore needs no index on
        // the date.
        `SELECT nodes.id AS node_id, r.created_at FROM nodes
         JOIN resources r ON r.id = (SELECT min(id) FROM resources WHERE datasource_id = nodes.id)
         WHERE nodes.type = ? ORDER BY nodes.id`,
        type,
      )
      .map((row) => ({ nodeId: Number(row['node_id']), addedAt: Number(row['created_at']) }));
  }

  /** Stores the files of expired Resources, so that the next run does not collect them again. */
  addExpired(removed: readonly StoredResource[]): void {
    for (const { datasourceId, originKey, size, originModified, createdAt } of removed) {
      this.#database.run(
        `INSERT OR REPLACE INTO expired_files (datasource_id, origin_key, size, origin_modified, added_at)
         VALUES (?, ?, ?, ?, ?)`,
        ...[datasourceId, originKey, size, originModified, createdAt],
      );
    }
  }

  /** Returns the keys of those files whose Resources have expired and that have not changed since then. */
  expired(
    datasourceId: number,
    files: readonly { readonly key: string; readonly size: number; readonly modified: Micros }[],
  ): ReadonlySet<string> {
    // Most Datasources have no expired files. Skip the lookup for them.
    if (!this.#database.get('SELECT 1 FROM expired_files WHERE datasource_id = ? LIMIT 1', datasourceId))
      return new Set();
    const rows = this.#database.all(
      `SELECT origin_key FROM json_each(?) AS file CROSS JOIN expired_files
       WHERE datasource_id = ? AND origin_key = file.value ->> 'key'
         AND size = file.value ->> 'size' AND origin_modified = file.value ->> 'modified'`,
      ...[JSON.stringify(files.map(({ key, size, modified }) => ({ key, size, modified }))), datasourceId],
    );
    return new Set(rows.map((row) => String(row['origin_key'])));
  }

  /**
   * Deletes the records of the expired files of a type whose Resources were added after the given time. The
   * next run then collects these files again.
   */
  forgetExpired(type: string, addedAfter: Micros): void {
    this.#database.run(
      `DELETE FROM expired_files
       WHERE added_at > ? AND datasource_id IN (SELECT id FROM nodes WHERE type = ?)`,
      ...[addedAfter, type],
    );
  }

  /** Deletes the records of all expired files of a Datasource. Call it after the Datasource was removed. */
  forgetDatasource(datasourceId: number): void {
    this.#database.run('DELETE FROM expired_files WHERE datasource_id = ?', datasourceId);
  }
}
