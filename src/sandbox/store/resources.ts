import type { Database, Row } from './database.ts';
import type { Micros } from './timestamps.ts';
import { newUid } from './nodes.ts';

/** `queued`: waits for the processing pipeline. `failed`: went through it with an exception. */
export type ProcessingState = 'queued' | 'processed' | 'failed';

/** A collected file. */
export interface StoredResource {
  /** Grows with every new Resource and is never used twice: listings page by it. */
  readonly id: number;
  readonly datasourceId: number;
  /** Below the Datasource, without a leading slash. */
  readonly path: string;
  readonly uid: string;
  /** What the origin calls it: its path there, with `/`. */
  readonly originKey: string;
  readonly title: string;
  /** Lower case, without the dot; `''` when there is none. */
  readonly extension: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly contentId: number | undefined;
  readonly originModified: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly state: ProcessingState;
  readonly processingDate: Micros | undefined;
  readonly processingException: string | undefined;
  readonly originException: string | undefined;
  /** The last run that met it at the origin. */
  readonly seenRun: number;
}

/** What a run says of a file that is new or has changed. */
export interface CollectedResource {
  readonly datasourceId: number;
  readonly path: string;
  readonly originKey: string;
  readonly title: string;
  readonly extension: string;
  readonly contentType: string;
  readonly size: number;
  readonly contentId: number | undefined;
  readonly originModified: Micros;
  readonly originException: string | undefined;
  readonly seenRun: number;
}

function resourceOf(row: Row): StoredResource {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const number = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]));
  return {
    id: Number(row['id']),
    datasourceId: Number(row['datasource_id']),
    path: String(row['path']),
    uid: String(row['uid']),
    originKey: String(row['origin_key']),
    title: String(row['title']),
    extension: String(row['extension']),
    contentType: String(row['content_type']),
    size: Number(row['size']),
    contentId: number('content_id'),
    originModified: Number(row['origin_modified']),
    createdAt: Number(row['created_at']),
    modifiedAt: Number(row['modified_at']),
    state: String(row['state']) as ProcessingState,
    processingDate: number('processing_date'),
    processingException: text('processing_exception'),
    originException: text('origin_exception'),
    seenRun: Number(row['seen_run']),
  };
}

/** What was collected. Its callers hold the transactions. */
export class ResourceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byId(id: number): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE id = ?', id);
  }

  byPath(datasourceId: number, path: string): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE datasource_id = ? AND path = ?', datasourceId, path);
  }

  byUid(uid: string): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE uid = ?', uid);
  }

  byOriginKey(datasourceId: number, key: string): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE datasource_id = ? AND origin_key = ?', datasourceId, key);
  }

  /** The newest id: the end of a snapshot of the listing. */
  lastId(): number {
    return Number(this.#database.get('SELECT max(id) AS last FROM resources')?.['last'] ?? 0);
  }

  /** In the order of their ids, after `afterId` and up to `lastId`. */
  page(datasourceIds: readonly number[], afterId: number, lastId: number, limit: number): StoredResource[] {
    const [only] = datasourceIds;
    const rows =
      datasourceIds.length === 1 && only !== undefined
        ? this.#database.all(
            'SELECT * FROM resources WHERE datasource_id = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?',
            only,
            afterId,
            lastId,
            limit,
          )
        : this.#database.all(
            `SELECT * FROM resources WHERE id > ? AND id <= ? AND datasource_id IN (SELECT value FROM json_each(?))
             ORDER BY id LIMIT ?`,
            afterId,
            lastId,
            JSON.stringify(datasourceIds),
            limit,
          );
    return rows.map(resourceOf);
  }

  insert(collected: CollectedResource, now: Micros): void {
    this.#database.run(
      `INSERT INTO resources (datasource_id, path, uid, origin_key, title, extension, content_type, size, content_id,
         origin_modified, created_at, modified_at, state, origin_exception, seen_run)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      collected.datasourceId,
      collected.path,
      newUid(),
      collected.originKey,
      collected.title,
      collected.extension,
      collected.contentType,
      collected.size,
      collected.contentId ?? null,
      collected.originModified,
      now,
      now,
      'queued',
      collected.originException ?? null,
      collected.seenRun,
    );
  }

  /** New content of a known file: it goes through the pipeline again. */
  replace(id: number, collected: CollectedResource, now: Micros): void {
    this.#database.run(
      `UPDATE resources SET size = ?, content_id = ?, origin_modified = ?, modified_at = ?, state = 'queued',
         origin_exception = ?, seen_run = ? WHERE id = ?`,
      collected.size,
      collected.contentId ?? null,
      collected.originModified,
      now,
      collected.originException ?? null,
      collected.seenRun,
      id,
    );
  }

  /** It was met at the origin, as it is known or unreadable. */
  markSeen(id: number, run: number, originException: string | undefined): void {
    this.#database.run(
      'UPDATE resources SET seen_run = ?, origin_exception = ? WHERE id = ?',
      run,
      originException ?? null,
      id,
    );
  }

  /** Those that a finished run did not meet. */
  unseen(datasourceId: number, run: number, limit: number): StoredResource[] {
    return this.#database
      .all(
        'SELECT * FROM resources WHERE datasource_id = ? AND seen_run <> ? ORDER BY id LIMIT ?',
        datasourceId,
        run,
        limit,
      )
      .map(resourceOf);
  }

  remove(id: number): void {
    this.#database.run('DELETE FROM resources WHERE id = ?', id);
  }

  /** The next ones for the pipeline. */
  nextQueued(limit: number): StoredResource[] {
    return this.#database
      .all("SELECT * FROM resources WHERE state = 'queued' ORDER BY id LIMIT ?", limit)
      .map(resourceOf);
  }

  /** Those of a Datasource that went through the pipeline with an exception. */
  failed(datasourceId: number): StoredResource[] {
    return this.#database
      .all("SELECT * FROM resources WHERE datasource_id = ? AND state = 'failed' ORDER BY id", datasourceId)
      .map(resourceOf);
  }

  countQueued(): number {
    return Number(
      this.#database.get("SELECT count(*) AS n FROM resources WHERE state = 'queued'")?.['n'] ?? 0,
    );
  }

  /** Into the pipeline again. */
  queue(id: number): void {
    this.#database.run("UPDATE resources SET state = 'queued' WHERE id = ?", id);
  }

  /** A whole Datasource, or only what went through with an exception. */
  queueAll(datasourceId: number, onlyUnprocessed: boolean): number {
    return this.#database.run(
      `UPDATE resources SET state = 'queued' WHERE datasource_id = ? ${onlyUnprocessed ? "AND state = 'failed'" : ''}`,
      datasourceId,
    ).changes;
  }

  finishProcessing(
    id: number,
    state: 'processed' | 'failed',
    exception: string | undefined,
    now: Micros,
  ): void {
    this.#database.run(
      'UPDATE resources SET state = ?, processing_exception = ?, processing_date = ? WHERE id = ?',
      state,
      exception ?? null,
      now,
      id,
    );
  }

  #one(sql: string, ...values: (string | number)[]): StoredResource | undefined {
    const row = this.#database.get(sql, ...values);
    return row === undefined ? undefined : resourceOf(row);
  }
}
