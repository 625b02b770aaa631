import type { Database, Row } from '../store/database.ts';
import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import { behind, bm25, documentId, ranked } from './ordering.ts';
import type { Ordering, Place } from './ordering.ts';
import { fromOf, idIn, sourceOf } from './source.ts';
import type { Search } from './source.ts';

/** A document that a search found. */
export interface Found {
  readonly id: number;
  readonly uid: string;
  readonly path: string;
  readonly typeName: string;
  readonly title: string;
  readonly extension: string | null;
  readonly contentType: string | null;
  /** Seconds since 1970. */
  readonly dateModified: number;
  readonly datasource: { readonly uuid: string; readonly title: string } | undefined;
  /** Position of the document in the requested order. */
  readonly place: Place;
}

/** The requested page of the hits, and the sort order. */
interface Page {
  readonly ordering: Ordering;
  /** Total number of hits. */
  readonly count: number;
  /** If set, the page contains only hits after this place. */
  readonly after: Place | undefined;
  readonly from: number;
  readonly size: number;
}

function foundOf(row: Row, place: Place): Found {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const uuid = text('datasource_uid');
  return {
    id: Number(row['id']),
    uid: String(row['uid']),
    path: String(row['path']),
    typeName: String(row['type_name']),
    title: String(row['title']),
    extension: text('extension'),
    contentType: text('content_type'),
    dateModified: Number(row['date_modified']),
    datasource: uuid === null ? undefined : { uuid, title: text('datasource_title') ?? '' },
    place,
  };
}

/** Runs searches on the index. */
export class Searcher {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(search: Search, page: Page): Found[] {
    if (page.size === 0 || page.from >= page.count) return [];
    const places = this.#places(search, page);
    const rows = this.#database.all(
      `SELECT d.id, d.uid, n.path || d.path AS path, d.type_name, d.title, d.extension, d.content_type, d.date_modified,
         iif(d.id > 0, n.uid, NULL) AS datasource_uid, iif(d.id > 0, n.title, NULL) AS datasource_title
       FROM documents d JOIN nodes n ON n.id = d.node_id WHERE d.id IN (SELECT value FROM json_each(?))`,
      JSON.stringify([...places.keys()]),
    );
    const byId = new Map(rows.map((row) => [Number(row['id']), row]));
    return [...places].flatMap(([id, place]) => {
      const row = byId.get(id);
      return row === undefined ? [] : [foundOf(row, place)];
    });
  }

  /** Reads the metadata fields of a document, by name. */
  fields(id: number): Readonly<Record<string, unknown>> {
    const row = this.#database.get(
      `SELECT json_set(f.fields, '$.processing_exception', r.processing_exception, '$.origin_exception', r.origin_exception)
         AS fields
       FROM document_fields f JOIN resources r ON r.id = f.id WHERE f.id = ?`,
      id,
    );
    return row === undefined ? {} : (JSON.parse(String(row['fields'])) as Record<string, unknown>);
  }

  /**
   * Returns the sort keys of the page's hits by document id, in sort order. The other columns are read in a
   * later query, so that sorting needs less memory.
   */
  #places(search: Search, { ordering, count, after, from, size }: Page): Map<number, Place> {
    const source = sourceOf(search);
    const { keys, index, rankedBy } = ordering;
    const { isMatched } = source;
    const isWalked = index !== undefined && !isMatched && this.#isWalkShorter(count, from + size);
    const id = idIn(source);
    const values = keys.map(({ sql }): Sql => {
      if (sql === documentId) return id;
      return isMatched && sql === ranked ? { text: bm25, values: [] } : sql;
    });
    const where = after ? combine('AND', [source.where, behind(ordering, after, values)]) : source.where;
    // The `+` stops SQLite from using an index for the sort order. Scanning a whole index would be slower
    // here.
    const sign = index === undefined || isWalked ? '' : '+';
    const order = keys.map(({ direction }, number) => `${sign}k${number} ${direction}`);
    const isJoined = rankedBy !== undefined && !isMatched;
    const rows = this.#database.all(
      `${isJoined ? `WITH ranked AS MATERIALIZED (SELECT rowid AS id, ${bm25} AS score FROM text_index WHERE text_index MATCH ?)` : ''}
       SELECT ${id.text} AS id, ${values.map(({ text }, number) => `${text} AS k${number}`).join(', ')}
       FROM ${fromOf(source, [where, ...values], isWalked ? index : undefined)} ${isJoined ? 'LEFT JOIN ranked ON ranked.id = d.id' : ''}
       WHERE ${where.text} ORDER BY ${order.join(', ')} LIMIT ? OFFSET ?`,
      ...(isJoined ? [rankedBy] : []),
      ...values.flatMap((value) => value.values),
      ...where.values,
      size,
      from,
    );
    return new Map(
      rows.map((row) => [
        Number(row['id']),
        keys.map((_, number) => {
          const value = row[`k${number}`];
          return typeof value === 'number' ? value : String(value);
        }),
      ]),
    );
  }

  /**
   * Estimates which is faster: to scan the documents in index order until the page is full, or to sort all
   * hits.
   * @returns Whether the scan is faster.
   */
  #isWalkShorter(count: number, wanted: number): boolean {
    const all = Number(this.#database.get('SELECT max(id) AS n FROM documents')?.['n'] ?? 0);
    return wanted * all < count * count;
  }
}
