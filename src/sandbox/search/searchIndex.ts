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

  putResource(resource: IndexedResource): void {
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
    this.#putText(resource.id, resource.title, resource.text);
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
    this.#putText(-node.id, node.title, '');
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

  /** An upsert, so that the triggers which keep the full-text index see the old text. */
  #putText(id: number, title: string, text: string): void {
    this.#database.run(
      `INSERT INTO texts (id, title, extracted_text) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title, extracted_text = excluded.extracted_text`,
      id,
      title,
      text,
    );
  }

  #remove(id: number): void {
    this.#database.run('DELETE FROM documents WHERE id = ?', id);
    this.#database.run('DELETE FROM texts WHERE id = ?', id);
  }
}
