import { randomUUID } from 'node:crypto';
import type { Database, Row } from './database.ts';
import type { Micros, Timestamps } from './timestamps.ts';

/** Type-specific fields of a node. They are stored as JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * A node of the content tree: account, folder, User, Workspace, Datasource or WalletEntry. Resources are stored
 * separately.
 */
export interface StoredNode {
  readonly id: number;
  readonly parentId: number | undefined;
  /** Decoded path below the account, such as `/workspaces/legal`. The path of the account itself is `''`. */
  readonly path: string;
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly uid: string;
  /** `@type`. */
  readonly type: string;
  readonly title: string;
  readonly fields: Fields;
  readonly creators: readonly string[];
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  /** The `@timestamp`, which grows with every change (docs/onna-api.md §3). */
  readonly changedAt: Micros;
}

/** Input of {@link NodeStore.create}. */
interface NewNode {
  /** Undefined for the account. */
  readonly parent: StoredNode | undefined;
  readonly name: string;
  readonly type: string;
  readonly title: string;
  readonly fields?: Fields;
  readonly creators: readonly string[];
}

/** Filter for a list of changed nodes. If `types` is undefined, nodes of all types match. */
export interface ChangeQuery {
  readonly types: readonly string[] | undefined;
  readonly anyDatasource: boolean;
  /** Matches nodes that changed after this time. */
  readonly after: Micros;
  readonly parentUids: readonly string[];
  /** Path of a node. Matches this node and its descendants. */
  readonly below: string;
}

/** Thrown if a node with the same name already exists in the folder. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

/**
 * Makes a new id of 32 hexadecimal digits, as in the service's samples (docs/onna-api.md §0). The id begins
 * with the time, so that new ids are next to each other in the database index. Each random id would change a
 * different page of that index.
 */
export function newUid(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return time + randomUUID().replaceAll('-', '').slice(time.length);
}

function nodeOf(row: Row): StoredNode {
  return {
    id: Number(row['id']),
    parentId: row['parent_id'] === null ? undefined : Number(row['parent_id']),
    path: String(row['path']),
    name: String(row['name']),
    uid: String(row['uid']),
    type: String(row['type']),
    title: String(row['title']),
    fields: JSON.parse(String(row['fields'])) as Fields,
    creators: JSON.parse(String(row['creators'])) as string[],
    createdAt: Number(row['created_at']),
    modifiedAt: Number(row['modified_at']),
    changedAt: Number(row['changed_at']),
  };
}

/** Returns the WHERE clause of a change query, and its values. */
function conditions(query: ChangeQuery): [string, (string | number)[]] {
  const parts = ['changed_at > ?'];
  const values: (string | number)[] = [query.after];
  if (query.types !== undefined || query.anyDatasource) {
    const either = ['type IN (SELECT value FROM json_each(?))'];
    if (query.anyDatasource) either.push("type LIKE '%Datasource'");
    parts.push(`(${either.join(' OR ')})`);
    values.push(JSON.stringify(query.types ?? []));
  }
  if (query.parentUids.length > 0) {
    parts.push('parent_id IN (SELECT id FROM nodes WHERE uid IN (SELECT value FROM json_each(?)))');
    values.push(JSON.stringify(query.parentUids));
  }
  if (query.below !== '') {
    parts.push("(path = ? OR (path > ? || '/' AND path < ? || '0'))");
    values.push(query.below, query.below, query.below);
  }
  return [parts.join(' AND '), values];
}

/** Stores the content tree and its change feed. */
export class NodeStore {
  readonly #database: Database;
  readonly #timestamps: Timestamps;

  constructor(database: Database, timestamps: Timestamps) {
    this.#database = database;
    this.#timestamps = timestamps;
  }

  byPath(path: string): StoredNode | undefined {
    return this.#one('SELECT * FROM nodes WHERE path = ?', path);
  }

  byId(id: number): StoredNode | undefined {
    return this.#one('SELECT * FROM nodes WHERE id = ?', id);
  }

  byUid(uid: string): StoredNode | undefined {
    return this.#one('SELECT * FROM nodes WHERE uid = ?', uid);
  }

  children(id: number): StoredNode[] {
    return this.#database.all('SELECT * FROM nodes WHERE parent_id = ? ORDER BY id', id).map(nodeOf);
  }

  countChildren(id: number): number {
    return Number(this.#database.get('SELECT count(*) AS n FROM nodes WHERE parent_id = ?', id)?.['n'] ?? 0);
  }

  /** @throws NameTaken */
  create(node: NewNode): StoredNode {
    const path = node.parent === undefined ? '' : `${node.parent.path}/${node.name}`;
    if (this.byPath(path)) throw new NameTaken(node.name);
    const now = this.#timestamps.next();
    const { lastId } = this.#database.run(
      `INSERT INTO nodes (parent_id, path, name, uid, type, title, fields, creators, created_at, modified_at, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      node.parent?.id ?? null,
      path,
      node.name,
      newUid(),
      node.type,
      node.title,
      JSON.stringify(node.fields ?? {}),
      JSON.stringify(node.creators),
      now,
      now,
      now,
    );
    const created = this.byId(lastId);
    if (!created) throw new Error(`node ${path} was not stored`);
    return created;
  }

  /** Changes editable fields and sets a new `modification_date`. */
  edit(id: number, change: { readonly title?: string; readonly fields?: Fields }): void {
    const now = this.#timestamps.next();
    this.#database.run(
      `UPDATE nodes SET title = coalesce(?, title), fields = coalesce(?, fields), modified_at = ?, changed_at = ? WHERE id = ?`,
      change.title ?? null,
      change.fields === undefined ? null : JSON.stringify(change.fields),
      now,
      now,
      id,
    );
  }

  /** Reports the node as changed in the feed. */
  touch(id: number): void {
    this.#database.run('UPDATE nodes SET changed_at = ? WHERE id = ?', this.#timestamps.next(), id);
  }

  /** Moves or renames a node with everything below it. Reports all of it as changed. @throws NameTaken */
  move(node: StoredNode, parent: StoredNode, name: string): void {
    const path = `${parent.path}/${name}`;
    if (this.byPath(path)) throw new NameTaken(name);
    this.#database.run(
      'UPDATE nodes SET parent_id = ?, path = ?, name = ?, changed_at = ? WHERE id = ?',
      parent.id,
      path,
      name,
      this.#timestamps.next(),
      node.id,
    );
    // `0` is the character after `/`, so this is a range of the path index.
    const below = this.#database.all(
      "SELECT id, path FROM nodes WHERE path > ? || '/' AND path < ? || '0' ORDER BY id",
      ...[node.path, node.path],
    );
    for (const row of below)
      this.#database.run(
        'UPDATE nodes SET path = ?, changed_at = ? WHERE id = ?',
        path + String(row['path']).slice(node.path.length),
        this.#timestamps.next(),
        Number(row['id']),
      );
  }

  /** Removes a node that has no children. Reports the removal in the feed. */
  remove(node: StoredNode): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM grants WHERE node_id = ?', node.id);
      this.#database.run('DELETE FROM wallet_entries WHERE node_id = ?', node.id);
      this.#database.run('DELETE FROM nodes WHERE id = ?', node.id);
      this.#database.run(
        'INSERT INTO deletions (changed_at, uid, type, path) VALUES (?, ?, ?, ?)',
        this.#timestamps.next(),
        node.uid,
        node.type,
        node.path,
      );
    });
  }

  ofType(type: string): StoredNode[] {
    return this.#database.all('SELECT * FROM nodes WHERE type = ? ORDER BY id', type).map(nodeOf);
  }

  /**
   * Ids and paths of the matching nodes, oldest change first. If a node changes while a client reads the
   * pages, the node moves to the end, so that the client's cursor does not skip it.
   */
  changed(query: ChangeQuery): { readonly id: number; readonly path: string; readonly changedAt: Micros }[] {
    const [where, values] = conditions(query);
    return this.#database
      .all(`SELECT id, path, changed_at FROM nodes WHERE ${where} ORDER BY changed_at`, ...values)
      .map((row) => ({
        id: Number(row['id']),
        path: String(row['path']),
        changedAt: Number(row['changed_at']),
      }));
  }

  /** uids of the nodes below the path `below` that were removed later than `after`. */
  deletedAfter(after: Micros, below: string): string[] {
    return this.#database
      .all(
        `SELECT uid FROM deletions WHERE changed_at > ? AND (? = '' OR path LIKE ? || '/%') ORDER BY changed_at`,
        after,
        below,
        below,
      )
      .map((row) => String(row['uid']));
  }

  #one(sql: string, value: string | number): StoredNode | undefined {
    const row = this.#database.get(sql, value);
    return row === undefined ? undefined : nodeOf(row);
  }
}
