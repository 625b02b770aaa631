import type { Database } from './database.ts';
import { resourceOf } from './resources.ts';
import type { StoredResource } from './resources.ts';
import type { Micros } from './timestamps.ts';

/** The number of Resources of a Datasource that have the same state and exceptions. */
interface UncleanCount {
  readonly datasourceId: number;
  readonly state: string;
  readonly processingException: string | undefined;
  readonly originException: string | undefined;
  readonly count: number;
}

/**
 * The queue of the processing pipeline. It consists of the Resources with the stored state `queued`, so it survives a
 * restart.
 */
export class ProcessingQueue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The first Resources in the queue. */
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

  /**
   * Counts the Resources that are queued or have an exception, by Datasource, state and exceptions. All other Resources
   * are processed. Uses two queries, because each can use a partial index.
   */
  countUnclean(): UncleanCount[] {
    const columns = 'datasource_id, state, processing_exception, origin_exception';
    const withException = 'processing_exception IS NOT NULL OR origin_exception IS NOT NULL';
    const queued = "state = 'queued' AND processing_exception IS NULL AND origin_exception IS NULL";
    return [withException, queued]
      .flatMap((where) =>
        this.#database.all(
          `SELECT ${columns}, count(*) AS n FROM resources WHERE ${where} GROUP BY ${columns}`,
        ),
      )
      .map((row) => {
        const text = (name: string): string | undefined =>
          row[name] === null ? undefined : String(row[name]);
        return {
          datasourceId: Number(row['datasource_id']),
          state: String(row['state']),
          processingException: text('processing_exception'),
          originException: text('origin_exception'),
          count: Number(row['n']),
        };
      });
  }

  /** Queues a Resource for processing again. */
  add(id: number): void {
    this.#database.run("UPDATE resources SET state = 'queued' WHERE id = ?", id);
  }

  /** Queues all Resources of a Datasource, or only those whose processing failed. Returns their number. */
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
