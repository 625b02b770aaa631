import type { Database } from './database.ts';
import type { StoredNode } from './nodes.ts';
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

function seconds(micros: Micros): number {
  return Math.floor(micros / 1_000_000);
}

/** The search index. The pipeline adds processed Resources. Code that removes a Resource must also remove it here. */
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
   * Adds or replaces Resources. Call it at the end of a transaction: FTS5 is fast only if its statements run without
   * others in between.
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

  /**
   * Call it after a node was moved. Nothing is written, because documents store the id of their node and not its path.
   */
  nodeMoved(): void {
    this.#version++;
  }

  /** Call it after exceptions of Resources were changed without {@link putResources}. */
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

  #putTexts(texts: readonly { readonly id: number; readonly title: string; readonly text: string }[]): void {
    this.#removeFromTextIndex(texts.map(({ id }) => id));
    for (const { id, title, text } of texts) {
      this.#database.run(
        'INSERT OR REPLACE INTO texts (id, title, extracted_text) VALUES (?, ?, ?)',
        id,
        title,
        text,
      );
    }
    for (const { id, title, text } of texts) {
      this.#database.run(
        'INSERT INTO text_index (rowid, title, extracted_text) VALUES (?, ?, ?)',
        BigInt(id),
        title,
        text,
      );
    }
  }

  /**
   * Removes documents from the FTS5 table. The table stores no text (external content), so a delete must pass the old
   * values.
   */
  #removeFromTextIndex(ids: readonly number[]): void {
    const known = this.#database.all(
      'SELECT id, title, extracted_text FROM texts WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
    for (const { id, title, extracted_text: text } of known) {
      this.#database.run(
        "INSERT INTO text_index (text_index, rowid, title, extracted_text) VALUES ('delete', ?, ?, ?)",
        BigInt(Number(id)),
        String(title),
        String(text),
      );
    }
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
