import type { Database, Row } from './database.ts';
import type { Micros } from './timestamps.ts';
import { newUid } from './nodes.ts';
import type { RemovedResources } from './removedResources.ts';

/**
 * Processing state of a Resource. `queued` Resources wait for the pipeline. The processing of `failed` Resources ended
 * with an exception.
 */
type ProcessingState = 'queued' | 'processed' | 'failed';

/** A Resource: a collected file. */
export interface StoredResource {
  /** Grows with every new Resource and is never reused, so that listings can page by it. */
  readonly id: number;
  readonly datasourceId: number;
  /** Path below the Datasource, without a leading slash. */
  readonly path: string;
  readonly uid: string;
  /** Path of the file at the origin, with `/` as the separator. */
  readonly originKey: string;
  readonly title: string;
  /** Extension in lower case, without the dot. `''` if the file has none. */
  readonly extension: string;
  readonly contentType: string;
  /** Size in bytes. */
  readonly size: number;
  readonly contentId: number | undefined;
  readonly originModified: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly state: ProcessingState;
  readonly processingDate: Micros | undefined;
  readonly processingException: string | undefined;
  readonly originException: string | undefined;
  /** Number of the last run that found the file at the origin. */
  readonly seenRun: number;
}

/** A new or changed file that a run stores. */
type CollectedResource = Omit<
  StoredResource,
  'id' | 'uid' | 'createdAt' | 'modifiedAt' | 'state' | 'processingDate' | 'processingException'
>;

/** A position in a listing of Resources. A listing is a snapshot: Resources added later have higher ids. */
export interface ListingPlace {
  readonly datasourceIds: readonly number[];
  readonly afterId: number;
  /** The highest id that existed when the listing began. */
  readonly lastId: number;
  /** The result of {@link RemovedResources.begin} when the listing began. */
  readonly removedSince: number;
}

/** Maximum number of Datasources that a listing queries one by one. */
const maxMerged = 20;

/** Converts a row of `resources`. */
export function resourceOf(row: Row): StoredResource {
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

/** Stores the Resources. Callers open the transactions. */
export class ResourceStore {
  readonly #database: Database;
  readonly #removed: RemovedResources;

  constructor(database: Database, removed: RemovedResources) {
    this.#database = database;
    this.#removed = removed;
  }

  /** The Resources with these ids, by id. Missing Resources are left out. */
  byIds(ids: readonly number[]): ReadonlyMap<number, StoredResource> {
    const sql = 'SELECT * FROM resources WHERE id IN (SELECT value FROM json_each(?))';
    const rows = this.#database.all(sql, JSON.stringify(ids));
    return new Map(rows.map(resourceOf).map((resource) => [resource.id, resource]));
  }

  hasPath(datasourceId: number, path: string): boolean {
    const sql = 'SELECT 1 FROM resources WHERE datasource_id = ? AND path = ?';
    return this.#database.get(sql, datasourceId, path) !== undefined;
  }

  byPath(datasourceId: number, path: string): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE datasource_id = ? AND path = ?', datasourceId, path);
  }

  byUid(uid: string): StoredResource | undefined {
    return this.#one('SELECT * FROM resources WHERE uid = ?', uid);
  }

  byOriginKey(datasourceId: number, key: string): StoredResource | undefined {
    return this.byOriginKeys(datasourceId, [key]).get(key);
  }

  /** The Resources with these origin keys, by key. Missing Resources are left out. */
  byOriginKeys(datasourceId: number, keys: readonly string[]): ReadonlyMap<string, StoredResource> {
    const rows = this.#database.all(
      'SELECT * FROM resources WHERE datasource_id = ? AND origin_key IN (SELECT value FROM json_each(?))',
      ...[datasourceId, JSON.stringify(keys)],
    );
    return new Map(rows.map(resourceOf).map((resource) => [resource.originKey, resource]));
  }

  /** The highest id. A listing that starts now ends with this id. */
  lastId(): number {
    return Number(this.#database.get('SELECT max(id) AS last FROM resources')?.['last'] ?? 0);
  }

  /**
   * A page of a listing. The query pages by id and not by offset, so that the millionth page is as fast as the first.
   */
  page({ datasourceIds, afterId, lastId, removedSince }: ListingPlace, limit: number): StoredResource[] {
    // For few Datasources, reading a page of each and merging them is faster than scanning the rows of all Datasources.
    const present =
      datasourceIds.length > maxMerged
        ? this.#database.all(
            `SELECT * FROM resources WHERE id > ? AND id <= ? AND datasource_id IN (SELECT value FROM json_each(?))
             ORDER BY id LIMIT ?`,
            afterId,
            lastId,
            JSON.stringify(datasourceIds),
            limit,
          )
        : datasourceIds.flatMap((id) =>
            this.#database.all(
              'SELECT * FROM resources WHERE datasource_id = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?',
              ...[id, afterId, lastId, limit],
            ),
          );
    const removed = this.#removed.page(removedSince, datasourceIds, afterId, lastId, limit);
    return [...present, ...removed]
      .map(resourceOf)
      .sort((left, right) => left.id - right.id)
      .slice(0, limit);
  }

  /** @param state Pass `processed` only if the same transaction adds the Resource to the search index. */
  insert(
    collected: CollectedResource,
    now: Micros,
    state: 'queued' | 'processed' = 'queued',
  ): StoredResource {
    const uid = newUid();
    const processingDate = state === 'processed' ? now : undefined;
    const { lastId: id } = this.#database.run(
      `INSERT INTO resources (datasource_id, path, uid, origin_key, title, extension, content_type, size, content_id,
         origin_modified, created_at, modified_at, state, processing_date, origin_exception, seen_run)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      collected.datasourceId,
      collected.path,
      uid,
      collected.originKey,
      collected.title,
      collected.extension,
      collected.contentType,
      collected.size,
      collected.contentId ?? null,
      collected.originModified,
      now,
      now,
      state,
      processingDate ?? null,
      collected.originException ?? null,
      collected.seenRun,
    );
    return {
      ...collected,
      ...{ id, uid, state, processingDate, createdAt: now, modifiedAt: now, processingException: undefined },
    };
  }

  /** Stores new content of a known file and queues it for processing again. */
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

  /** Marks Resources as seen at the origin, and sets or clears their origin exception. */
  markSeen(ids: readonly number[], run: number, originException: string | undefined): void {
    this.#database.run(
      'UPDATE resources SET seen_run = ?, origin_exception = ? WHERE id IN (SELECT value FROM json_each(?))',
      run,
      originException ?? null,
      JSON.stringify(ids),
    );
  }

  /** Marks Resources as seen at the origin, and keeps their origin exception. */
  keep(ids: readonly number[], run: number): void {
    const sql = 'UPDATE resources SET seen_run = ? WHERE id IN (SELECT value FROM json_each(?))';
    this.#database.run(sql, run, JSON.stringify(ids));
  }

  /**
   * A page of the Resources below an origin folder, sorted by origin key.
   * @param after The last key of the previous page.
   */
  belowOriginKey(
    datasourceId: number,
    folder: string,
    after: string,
    limit: number,
  ): { readonly id: number; readonly originKey: string }[] {
    return this.#database
      .all(
        `SELECT id, origin_key FROM resources WHERE datasource_id = ? AND origin_key > max(? || '/', ?) AND origin_key < ? || '0'
         ORDER BY origin_key LIMIT ?`,
        ...[datasourceId, folder, after, folder, limit],
      )
      .map((row) => ({ id: Number(row['id']), originKey: String(row['origin_key']) }));
  }

  /** A page of the Resources that a finished run did not see. @param afterId The last id of the previous page. */
  unseen(datasourceId: number, run: number, afterId: number, limit: number): StoredResource[] {
    return this.#database
      .all(
        'SELECT * FROM resources WHERE datasource_id = ? AND id > ? AND seen_run <> ? ORDER BY id LIMIT ?',
        ...[datasourceId, afterId, run, limit],
      )
      .map(resourceOf);
  }

  /**
   * Counts the Resources that a run did not see, among the next `limit` Resources of the Datasource.
   * @param folder Counts only Resources below this folder of the origin. `''` counts all.
   * @returns `unseen` is the count. `lastId` is the last id of this page, or undefined if there are no more Resources.
   */
  countUnseen(
    datasourceId: number,
    run: number,
    folder: string,
    afterId: number,
    limit: number,
  ): { readonly unseen: number; readonly lastId: number | undefined } {
    const row = this.#database.get(
      `SELECT max(id) AS last_id, total(seen_run <> ? AND (? = '' OR (origin_key > ? || '/' AND origin_key < ? || '0')))
         AS unseen
       FROM (SELECT id, seen_run, origin_key FROM resources WHERE datasource_id = ? AND id > ? ORDER BY id LIMIT ?)`,
      ...[run, folder, folder, folder, datasourceId, afterId, limit],
    );
    const lastId = row?.['last_id'];
    return { unseen: Number(row?.['unseen'] ?? 0), lastId: typeof lastId === 'number' ? lastId : undefined };
  }

  /** The next Resources of a Datasource, after the given id. */
  some(datasourceId: number, after: number, limit: number): StoredResource[] {
    return this.#database
      .all(
        'SELECT * FROM resources WHERE datasource_id = ? AND id > ? ORDER BY id LIMIT ?',
        datasourceId,
        after,
        limit,
      )
      .map(resourceOf);
  }

  remove(id: number): void {
    this.#database.run('DELETE FROM resources WHERE id = ?', id);
  }

  #one(sql: string, ...values: (string | number)[]): StoredResource | undefined {
    const row = this.#database.get(sql, ...values);
    return row === undefined ? undefined : resourceOf(row);
  }
}
