import type { Database } from './database.ts';
import { resourceOf } from './storedResource.ts';
import type { StoredResource } from './storedResource.ts';
import type { Micros } from './timestamps.ts';

/** The Resources of a Datasource to queue. */
export interface QueuedResources {
  readonly datasourceId: number;
  readonly onlyUnprocessed: boolean;
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

  /**
   * The Resources whose processing failed, among the first `limit` Resources of a Datasource after the id `afterId`.
   * `lastId` is the id of the last Resource that was looked at, or undefined after the end.
   */
  failed(
    datasourceId: number,
    afterId: number,
    limit: number,
  ): { readonly resources: readonly StoredResource[]; readonly lastId: number | undefined } {
    const lastId = this.#lastId(datasourceId, afterId, limit);
    if (lastId === undefined) return { resources: [], lastId };
    const resources = this.#database
      .all(
        "SELECT * FROM resources WHERE datasource_id = ? AND id > ? AND id <= ? AND state = 'failed' ORDER BY id",
        datasourceId,
        afterId,
        lastId,
      )
      .map(resourceOf);
    return { resources, lastId };
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

  /**
   * Queues Resources of a Datasource, or only those whose processing failed. Looks at the first `limit` Resources after
   * the id `afterId`.
   * @returns The number of queued Resources, and the id of the last one that was looked at, if any
   */
  addSome(
    { datasourceId, onlyUnprocessed }: QueuedResources,
    afterId: number,
    limit: number,
  ): { readonly queued: number; readonly lastId: number | undefined } {
    const lastId = this.#lastId(datasourceId, afterId, limit);
    if (lastId === undefined) return { queued: 0, lastId };
    const { changes } = this.#database.run(
      `UPDATE resources SET state = 'queued'
       WHERE datasource_id = ? AND id > ? AND id <= ? ${onlyUnprocessed ? "AND state = 'failed'" : ''}`,
      datasourceId,
      afterId,
      lastId,
    );
    return { queued: changes, lastId };
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

  /** The id of the last of the first `limit` Resources of a Datasource after the id `afterId`. */
  #lastId(datasourceId: number, afterId: number, limit: number): number | undefined {
    const row = this.#database.get(
      'SELECT max(id) AS last FROM (SELECT id FROM resources WHERE datasource_id = ? AND id > ? ORDER BY id LIMIT ?)',
      datasourceId,
      afterId,
      limit,
    );
    return typeof row?.['last'] === 'number' ? row['last'] : undefined;
  }
}
