import type { Database } from './database.ts';
import { newUid } from './nodes.ts';
import type { Fields } from './nodes.ts';
import type { Micros, Timestamps } from './timestamps.ts';
import type { RemovedResources } from './removedResources.ts';
import { resourceOf, uploadedNameField } from './storedResource.ts';
import type { StoredResource } from './storedResource.ts';

/** A new or changed file that a run stores. */
type CollectedResource = Omit<
  StoredResource,
  | 'id'
  | 'uid'
  | 'parentId'
  | 'createdAt'
  | 'modifiedAt'
  | 'state'
  | 'processingDate'
  | 'processingException'
  | 'fields'
> & {
  /** Id of the Resource that contains this part. */
  readonly parentId?: number;
};

/**
 * A position in a listing of Resources. A listing is a snapshot: it does not contain Resources added later,
 * which have higher ids.
 */
export interface ListingPlace {
  readonly datasourceIds: readonly number[];
  readonly afterId: number;
  /** The highest id that existed when the listing began. */
  readonly lastId: number;
  /** The result of {@link RemovedResources.begin} when the listing began. */
  readonly removedSince: number;
  /** Lists only the parts of this Resource, at all depths. */
  readonly partsOf?: StoredResource | undefined;
}

/**
 * Maximum number of Datasources that a listing queries one by one. For more Datasources, one query scans all
 * rows.
 */
const maxMerged = 20;

/** Stores the Resources. Its methods use the caller's transaction. */
export class ResourceStore {
  readonly #database: Database;
  readonly #removed: RemovedResources;
  readonly #timestamps: Timestamps;

  constructor(database: Database, removed: RemovedResources, timestamps: Timestamps) {
    this.#database = database;
    this.#removed = removed;
    this.#timestamps = timestamps;
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
   * A page of a listing. The query finds the page by id and not by offset, so that the millionth page is as
   * fast as the first.
   */
  page(place: ListingPlace, limit: number): StoredResource[] {
    const { datasourceIds, afterId, lastId, removedSince, partsOf } = place;
    const isListed = ({ path }: StoredResource): boolean => !partsOf || path.startsWith(`${partsOf.path}/`);
    const removed = this.#removed.page(removedSince, datasourceIds, afterId, lastId, limit);
    const present = partsOf ? this.#pageOfParts(partsOf.id, place, limit) : this.#pageOf(place, limit);
    return [...present, ...removed.map(resourceOf).filter(isListed)]
      .sort((left, right) => left.id - right.id)
      .slice(0, limit);
  }

  #pageOfParts(id: number, { afterId, lastId }: ListingPlace, limit: number): StoredResource[] {
    return this.#database
      .all(
        `WITH RECURSIVE below (id) AS (
           SELECT id FROM resources WHERE parent_id = ?
           UNION SELECT resources.id FROM resources JOIN below ON resources.parent_id = below.id)
         SELECT resources.* FROM resources JOIN below USING (id) WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
        ...[id, afterId, lastId, limit],
      )
      .map(resourceOf);
  }

  #pageOf({ datasourceIds, afterId, lastId }: ListingPlace, limit: number): StoredResource[] {
    // With few Datasources, it is faster to read a page of each and merge these pages than to scan the rows
    // of all Datasources.
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
    return present.map(resourceOf);
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
         origin_modified, created_at, modified_at, state, processing_date, origin_exception, seen_run, parent_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      collected.parentId ?? null,
    );
    return {
      ...collected,
      parentId: collected.parentId,
      ...{
        id,
        uid,
        state,
        processingDate,
        createdAt: now,
        modifiedAt: now,
        processingException: undefined,
        fields: {},
      },
    };
  }

  /** Stores new content of a known file and queues it for processing again. */
  replace(id: number, collected: CollectedResource, now: Micros): void {
    this.#database.run(
      `UPDATE resources SET size = ?, content_id = ?, extension = ?, content_type = ?, origin_modified = ?,
         modified_at = ?, state = 'queued', origin_exception = ?, seen_run = ?,
         fields = json_remove(fields, '$.${uploadedNameField}') WHERE id = ?`,
      collected.size,
      collected.contentId ?? null,
      collected.extension,
      collected.contentType,
      collected.originModified,
      now,
      collected.originException ?? null,
      collected.seenRun,
      id,
    );
  }

  /** Stores values that a client has set. @param title Undefined if the title does not change. */
  edit(id: number, title: string | undefined, fields: Fields): void {
    this.#database.run(
      'UPDATE resources SET title = coalesce(?, title), fields = ?, modified_at = ? WHERE id = ?',
      title ?? null,
      JSON.stringify(fields),
      this.#timestamps.next(),
      id,
    );
  }

  /** @param path The new path below the Datasource. It must not be in use. */
  move(id: number, path: string): void {
    this.#database.run('UPDATE resources SET path = ? WHERE id = ?', path, id);
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
   * A page of the collected files below an origin folder, sorted by origin key.
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
           AND parent_id IS NULL ORDER BY origin_key LIMIT ?`,
        ...[datasourceId, folder, after, folder, limit],
      )
      .map((row) => ({ id: Number(row['id']), originKey: String(row['origin_key']) }));
  }

  /** A page of the collected files that a finished run did not see. @param afterId The last id of the previous page. */
  unseen(datasourceId: number, run: number, afterId: number, limit: number): StoredResource[] {
    return this.#database
      .all(
        `SELECT * FROM resources WHERE datasource_id = ? AND id > ? AND seen_run <> ? AND parent_id IS NULL
         ORDER BY id LIMIT ?`,
        ...[datasourceId, afterId, run, limit],
      )
      .map(resourceOf);
  }

  /**
   * Counts the collected files that a run did not see, among the next `limit` Resources of the Datasource.
   * @param folder Counts only the Resources below this folder of the origin. With `''`, counts the Resources
   * of the whole origin.
   * @returns `unseen` is the count. `lastId` is the last id of this page, or undefined if there are no more
   * Resources.
   */
  countUnseen(
    datasourceId: number,
    run: number,
    folder: string,
    afterId: number,
    limit: number,
  ): { readonly unseen: number; readonly lastId: number | undefined } {
    const row = this.#database.get(
      `SELECT max(id) AS last_id, total(seen_run <> ? AND parent_id IS NULL AND (? = '' OR (origin_key > ? || '/' AND origin_key < ? || '0')))
         AS unseen
       FROM (SELECT id, seen_run, origin_key, parent_id FROM resources WHERE datasource_id = ? AND id > ? ORDER BY id LIMIT ?)`,
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
