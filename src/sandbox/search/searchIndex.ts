import type { Database } from '../store/database.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Micros } from '../store/timestamps.ts';

/** A Resource as search is to know it. */
export interface IndexedResource {
  readonly id: number;
  readonly uid: string;
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

/** What can be found. Knows nothing of collecting: the pipeline puts a Resource in, its removal takes it out. */
export class SearchIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** To be called in one transaction, and after its other statements: FTS5 is fast only in an unbroken row of its own. */
  putResources(resources: readonly IndexedResource[]): void {
    for (const resource of resources) {
      this.#database.run(
        `INSERT OR REPLACE INTO documents (id, uid, path, type_name, title, extension, content_type, date_modified,
           datasource_uid, datasource_title, fields) VALUES (?, ?, ?, 'Resource', ?, ?, ?, ?, ?, ?, ?)`,
        resource.id,
        resource.uid,
        resource.path,
        resource.title,
        resource.extension,
        resource.contentType,
        seconds(resource.dateModified),
        resource.datasource.uid,
        resource.datasource.title,
        JSON.stringify(resource.fields),
      );
    }
    this.#putTexts(resources);
  }

  /** Workspaces and Datasources are found by their title. Their documents have negative ids. */
  putNode(node: StoredNode): void {
    this.#database.run(
      `INSERT OR REPLACE INTO documents (id, uid, path, type_name, title, date_modified, fields)
       VALUES (?, ?, ?, ?, ?, ?, '{}')`,
      -node.id,
      node.uid,
      node.path,
      node.type,
      node.title,
      seconds(node.modifiedAt),
    );
    this.#putTexts([{ id: -node.id, title: node.title, text: '' }]);
  }

  /** A new title, also where the node's Resources tell which Datasource they are of. */
  renameNode(node: StoredNode, title: string): void {
    this.putNode({ ...node, title });
    this.#database.run('UPDATE documents SET datasource_title = ? WHERE datasource_uid = ?', title, node.uid);
  }

  /** What is at `from` and below it is at `to` now. */
  movePath(from: string, to: string): void {
    this.#database.run(
      `UPDATE documents SET path = ? || substr(path, length(?) + 1)
       WHERE path = ? OR (path > ? || '/' AND path < ? || '0')`,
      to,
      from,
      from,
      from,
      from,
    );
  }

  removeResource(id: number): void {
    this.#remove(id);
  }

  removeNode(id: number): void {
    this.#remove(-id);
  }

  /** The extracted text; undefined until the Resource was processed. */
  text(id: number): string | undefined {
    const value = this.#database.get('SELECT extracted_text FROM texts WHERE id = ?', id)?.['extracted_text'];
    return typeof value === 'string' ? value : undefined;
  }

  #putTexts(texts: readonly { readonly id: number; readonly title: string; readonly text: string }[]): void {
    for (const { id } of texts) this.#removeFromTextIndex(id);
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

  /** FTS5 keeps no text of its own here: it has to be told what it is to forget. */
  #removeFromTextIndex(id: number): void {
    const old = this.#database.get('SELECT title, extracted_text FROM texts WHERE id = ?', id);
    if (old === undefined) return;
    this.#database.run(
      "INSERT INTO text_index (text_index, rowid, title, extracted_text) VALUES ('delete', ?, ?, ?)",
      BigInt(id),
      String(old['title']),
      String(old['extracted_text']),
    );
  }

  #remove(id: number): void {
    this.#removeFromTextIndex(id);
    this.#database.run('DELETE FROM documents WHERE id = ?', id);
    this.#database.run('DELETE FROM texts WHERE id = ?', id);
  }
}
