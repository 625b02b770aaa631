import type { Database } from './database.ts';
import { resourceOf } from './resources.ts';
import type { StoredResource } from './resources.ts';
import type { Micros } from './timestamps.ts';

/** The queue of the processing pipeline. It is a state of the Resources, so it survives a restart. */
export class ProcessingQueue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The next Resources for the pipeline. */
  next(limit: number): StoredResource[] {
    return this.#database
      .all("SELECT * FROM resources WHERE state = 'queued' ORDER BY id LIMIT ?", limit)
      .map(resourceOf);
  }

  /** Resources of a Datasource whose processing failed. */
  failed(datasourceId: number): StoredResource[] {
    return this.#database
      .all("SELECT * FROM resources WHERE datasource_id = ? AND state = 'failed' ORDER BY id", datasourceId)
      .map(resourceOf);
  }

  count(): number {
    return Number(
      this.#database.get("SELECT count(*) AS n FROM resources WHERE state = 'queued'")?.['n'] ?? 0,
    );
  }

  /** Queues a Resource for processing again. */
  add(id: number): void {
    this.#database.run("UPDATE resources SET state = 'queued' WHERE id = ?", id);
  }

  /** Queues a whole Datasource, or only its failed Resources. Returns their number. */
  addAll(datasourceId: number, onlyUnprocessed: boolean): number {
    return this.#database.run(
      `UPDATE resources SET state = 'queued' WHERE datasource_id = ? ${onlyUnprocessed ? "AND state = 'failed'" : ''}`,
      datasourceId,
    ).changes;
  }

  /** Stores the same processing result for several Resources. */
  finish(
    ids: readonly number[],
    state: 'processed' | 'failed',
    exception: string | undefined,
    now: Micros,
  ): void {
    this.#database.run(
      `UPDATE resources SET state = ?, processing_exception = ?, processing_date = ?
       WHERE id IN (SELECT value FROM json_each(?))`,
      state,
      exception ?? null,
      now,
      JSON.stringify(ids),
    );
  }
}
