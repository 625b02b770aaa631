import type { Database, Row } from './database.ts';

/**
 * Keeps Resources that are removed while a client reads a listing, because a listing is a snapshot
 * (docs/onna-api.md §5). The rows are kept in TEMP tables until the last open listing ends. A restart ends
 * all listings and drops these tables.
 */
export class RemovedResources {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.run('CREATE TEMP TABLE listings (are_open INTEGER NOT NULL)');
    database.run('INSERT INTO listings VALUES (0)');
    // `number` grows with every removal. With it, a listing finds the removals since it began.
    database.run(
      `CREATE TEMP TABLE removals (number INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, row TEXT NOT NULL)`,
    );
    database.run('CREATE INDEX temp.removals_by_id ON removals (id)');
    const columns = database
      .all("SELECT name FROM pragma_table_info('resources')")
      .map(({ name }) => `'${String(name)}', old.${String(name)}`);
    database.run(
      `CREATE TEMP TRIGGER keep_removed BEFORE DELETE ON main.resources
       WHEN (SELECT are_open FROM listings) = 1 BEGIN
         INSERT INTO removals (id, row) VALUES (old.id, json_object(${columns.join(', ')}));
       END`,
    );
  }

  /** Starts to keep removed Resources. Returns the number of the latest removal. */
  begin(): number {
    this.#database.run('UPDATE listings SET are_open = 1 WHERE are_open = 0');
    const row = this.#database.get("SELECT seq FROM temp.sqlite_sequence WHERE name = 'removals'");
    return Number(row?.['seq'] ?? 0);
  }

  /** Drops the kept Resources and stops keeping removed ones. Call it when no listing is open. */
  end(): void {
    this.#database.run('UPDATE listings SET are_open = 0');
    this.#database.run('DELETE FROM removals');
  }

  /** Rows of `resources` removed after removal number `since`, sorted by id. */
  page(
    since: number,
    datasourceIds: readonly number[],
    afterId: number,
    lastId: number,
    limit: number,
  ): Row[] {
    return this.#database
      .all(
        `SELECT row FROM removals WHERE number > ? AND id > ? AND id <= ?
           AND row ->> 'datasource_id' IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`,
        since,
        afterId,
        lastId,
        JSON.stringify(datasourceIds),
        limit,
      )
      .map(({ row }) => JSON.parse(String(row)) as Row);
  }
}
