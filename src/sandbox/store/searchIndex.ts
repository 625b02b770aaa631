import { indexedText } from '../language/indexedText.ts';
import type { Database } from './database.ts';
import type { StoredNode } from './nodes.ts';
import { reindexSetting } from './schema.ts';
import type { Micros } from './timestamps.ts';

/** A Resource to store in the search index. */
export interface IndexedResource {
  readonly id: number;
  readonly uid: string;
  /** Path below the Datasource. */
  readonly path: string;
  readonly title: string;
  readonly extension: string;
  readonly contentType: string;
  readonly dateModified: Micros;
  readonly datasource: StoredNode;
  /** Further fields that can be searched by name. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A title and a text to store in the full-text index. */
interface IndexedText {
  readonly id: number;
  readonly title: string;
  readonly text: string;
}

/** Progress of {@link SearchIndex.reindex}: ids of the first and the last text that is not in the index yet. */
interface Reindexing {
  readonly after: number;
  readonly last: number;
}

/** Number of bytes above which {@link SearchIndex.reindex} adds no more texts at once. */
const maxReindexed = 512 * 1024;

function seconds(micros: Micros): number {
  return Math.floor(micros / 1_000_000);
}

/**
 * The search index. The pipeline adds processed Resources. Code that removes a Resource must also remove it
 * from this index.
 */
export class SearchIndex {
  readonly #database: Database;
  #version = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A number that grows with every change that can affect search results. */
  get version(): number {
    return this.#version;
  }

  /**
   * Adds or replaces Resources. Call it at the end of a transaction: FTS5 is fast only if no other statements
   * run between its own.
   */
  putResources(resources: readonly IndexedResource[]): void {
    this.#version++;
    for (const resource of resources) {
      this.#database.run(
        `INSERT OR REPLACE INTO documents (id, node_id, type_name, extension, content_type, date_modified, uid, path, title)
         VALUES (?, ?, 'Resource', ?, ?, ?, ?, ?, ?)`,
        resource.id,
        resource.datasource.id,
        resource.extension,
        resource.contentType,
        seconds(resource.dateModified),
        resource.uid,
        `/${resource.path}`,
        resource.title,
      );
      this.#database.run(
        'INSERT OR REPLACE INTO document_fields (id, fields) VALUES (?, jsonb(?))',
        resource.id,
        JSON.stringify(resource.fields),
      );
    }
    this.#putTexts(resources);
  }

  /** Indexes the title of a Workspace or Datasource. The document has a negative id. */
  putNode(node: StoredNode): void {
    this.#version++;
    this.#database.run(
      `INSERT OR REPLACE INTO documents (id, node_id, type_name, date_modified, uid, path, title)
       VALUES (?, ?, ?, ?, ?, '', ?)`,
      -node.id,
      node.id,
      node.type,
      seconds(node.modifiedAt),
      node.uid,
      node.title,
    );
    this.#putTexts([{ id: -node.id, title: node.title, text: '' }]);
  }

  /** Changes the title of a Resource, if the Resource is indexed. */
  retitle(id: number, title: string): void {
    const text = this.text(id);
    if (text === undefined) return;
    this.#version++;
    this.#database.run('UPDATE documents SET title = ? WHERE id = ?', title, id);
    this.#putTexts([{ id, title, text }]);
  }

  /**
   * Call it after a node was moved. It writes nothing, because documents store the id of their node and not
   * its path.
   */
  nodeMoved(): void {
    this.#version++;
  }

  /** @param path The new path below the Datasource. */
  resourceMoved(id: number, path: string): void {
    this.#version++;
    this.#database.run('UPDATE documents SET path = ? WHERE id = ?', `/${path}`, id);
  }

  /** Call it after the exceptions of Resources were changed without {@link putResources}. */
  exceptionsChanged(): void {
    this.#version++;
  }

  removeResources(ids: readonly number[]): void {
    this.#remove(ids);
  }

  removeNode(id: number): void {
    this.#remove([-id]);
  }

  /** The extracted text of a Resource, or undefined if the Resource is not processed yet. */
  text(id: number): string | undefined {
    const value = this.#database.get('SELECT extracted_text FROM texts WHERE id = ?', id)?.['extracted_text'];
    return typeof value === 'string' ? value : undefined;
  }

  /** Number of texts that {@link reindex} must still add. Counting a million of them takes 100 ms. */
  get missingTexts(): number {
    const { after, last } = this.#reindexing ?? { after: 0, last: 0 };
    const row = this.#database.get('SELECT count(*) AS n FROM texts WHERE id > ? AND id <= ?', after, last);
    return Number(row?.['n']);
  }

  /**
   * Adds some of the texts that an upgrade of the data file removed from the index. Other changes of the index are
   * possible meanwhile. The progress is stored.
   * @returns The number of texts it added. 0 if the index is complete.
   * @throws DiskFull
   */
  reindex(maxTexts: number): number {
    this.#database.requireRoom(maxReindexed);
    return this.#database.transaction(() => {
      const reindexing = this.#reindexing;
      if (reindexing === undefined) return 0;
      const ids = this.#nextIds(reindexing, maxTexts);
      const last = ids.at(-1);
      if (last === undefined) {
        this.#database.run('DELETE FROM settings WHERE name = ?', reindexSetting);
        return 0;
      }
      this.#version++;
      const progress = JSON.stringify({ ...reindexing, after: last });
      this.#database.run('UPDATE settings SET value = ? WHERE name = ?', progress, reindexSetting);
      const rows = this.#database.all(
        'SELECT id, title, extracted_text FROM texts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
        JSON.stringify(ids),
      );
      // A text that was changed meanwhile is in the index already.
      this.#removeFromTextIndex(ids);
      this.#addToTextIndex(
        rows.map((row) => ({
          id: Number(row['id']),
          title: String(row['title']),
          text: String(row['extracted_text']),
        })),
      );
      return ids.length;
    });
  }

  get #reindexing(): Reindexing | undefined {
    const row = this.#database.get('SELECT value FROM settings WHERE name = ?', reindexSetting);
    return row && (JSON.parse(String(row['value'])) as Reindexing);
  }

  #nextIds({ after, last }: Reindexing, maxTexts: number): number[] {
    const rows = this.#database.all(
      'SELECT id, octet_length(extracted_text) AS size FROM texts WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
      after,
      last,
      maxTexts,
    );
    let bytes = 0;
    const isOver = rows.findIndex((row) => (bytes += Number(row['size'])) > maxReindexed);
    return rows.slice(0, isOver < 0 ? rows.length : isOver + 1).map((row) => Number(row['id']));
  }

  #putTexts(texts: readonly IndexedText[]): void {
    this.#removeFromTextIndex(texts.map(({ id }) => id));
    for (const { id, title, text } of texts) {
      this.#database.run(
        'INSERT OR REPLACE INTO texts (id, title, extracted_text) VALUES (?, ?, ?)',
        id,
        title,
        text,
      );
    }
    this.#addToTextIndex(texts);
  }

  #addToTextIndex(texts: readonly IndexedText[]): void {
    for (const { id, title, text } of texts) {
      this.#database.run(
        'INSERT INTO text_index (rowid, title, extracted_text) VALUES (?, ?, ?)',
        BigInt(id),
        indexedText(title),
        indexedText(text),
      );
    }
  }

  /** Reads the ids first: a deletion makes FTS5 write its buffer, also if the document is not in the index. */
  #removeFromTextIndex(ids: readonly number[]): void {
    const known = this.#database.all(
      'SELECT id FROM text_index_docsize WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
    for (const { id } of known)
      this.#database.run('DELETE FROM text_index WHERE rowid = ?', BigInt(Number(id)));
  }

  #remove(ids: readonly number[]): void {
    this.#version++;
    this.#removeFromTextIndex(ids);
    for (const id of ids) {
      this.#database.run('DELETE FROM documents WHERE id = ?', id);
      this.#database.run('DELETE FROM document_fields WHERE id = ?', id);
      this.#database.run('DELETE FROM texts WHERE id = ?', id);
    }
  }
}
