import type { Database } from './database.ts';

/**
 * A setting of an access list (docs/onna-api.md §4). `AllowSingle` applies to the object only, the others also to
 * everything below it.
 */
export type Setting = 'Allow' | 'Deny' | 'AllowSingle';

/**
 * The three maps of an access list: roles of principals, permissions of principals, and permissions of roles. A
 * principal is a login or the id of a group.
 */
export type AccessMap = 'prinrole' | 'prinperm' | 'roleperm';

/** One entry of an access list. */
export interface AccessEntry {
  readonly map: AccessMap;
  /** A principal, or a role in `roleperm`. */
  readonly subject: string;
  /** A role in `prinrole`, otherwise a permission. */
  readonly name: string;
  readonly setting: Setting;
}

/** An entry, and the path of its object below the account. */
export interface PlacedEntry extends AccessEntry {
  readonly path: string;
}

/** A Resource that has an access list of its own. */
interface ListedResource {
  readonly uid: string;
  readonly path: string;
}

const entryColumns = 'access_settings.map, subject, access_settings.name, setting';

function entryOf(row: Readonly<Record<string, unknown>>): AccessEntry {
  return {
    map: String(row['map']) as AccessMap,
    subject: String(row['subject']),
    name: String(row['name']),
    setting: String(row['setting']) as Setting,
  };
}

/**
 * Stores the entries of access lists that are not in `grants`: everything except roles that are allowed at a node. Most
 * accounts have none, so that access checks can skip this table.
 */
export class AccessSettings {
  readonly #database: Database;
  /** Whether there are entries. Undefined if unknown. Entries of removed objects leave it true until the next change. */
  #hasAny: boolean | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  get hasAny(): boolean {
    this.#hasAny ??= this.#database.get('SELECT 1 FROM access_settings LIMIT 1') !== undefined;
    return this.#hasAny;
  }

  /** The entries at one object. */
  at(uid: string): AccessEntry[] {
    if (!this.hasAny) return [];
    return this.#database
      .all(`SELECT ${entryColumns} FROM access_settings WHERE uid = ? ORDER BY map, subject, name`, uid)
      .map(entryOf);
  }

  /** All entries, with the paths of their objects. */
  all(): PlacedEntry[] {
    return this.#database
      .all(
        `SELECT nodes.path AS path, ${entryColumns} FROM access_settings JOIN nodes ON nodes.uid = access_settings.uid
         UNION ALL
         SELECT nodes.path || '/' || resources.path, ${entryColumns} FROM access_settings JOIN resources ON resources.uid = access_settings.uid
         JOIN nodes ON nodes.id = datasource_id`,
      )
      .map((row) => ({ ...entryOf(row), path: String(row['path']) }));
  }

  /** The Resources that have entries of their own, and the parts of these Resources, which inherit the entries. */
  resources(): ListedResource[] {
    if (!this.hasAny) return [];
    return this.#database
      .all(
        `WITH RECURSIVE listed (id) AS (
           SELECT id FROM resources WHERE uid IN (SELECT uid FROM access_settings)
           UNION SELECT resources.id FROM resources JOIN listed ON resources.parent_id = listed.id)
         SELECT resources.uid AS uid, nodes.path || '/' || resources.path AS path
         FROM listed JOIN resources USING (id) JOIN nodes ON nodes.id = datasource_id`,
      )
      .map((row) => ({ uid: String(row['uid']), path: String(row['path']) }));
  }

  /** Adds an entry or replaces its setting. */
  set(uid: string, { map, subject, name, setting }: AccessEntry): void {
    this.#database.run(
      'INSERT OR REPLACE INTO access_settings (uid, map, subject, name, setting) VALUES (?, ?, ?, ?, ?)',
      ...[uid, map, subject, name, setting],
    );
    this.#hasAny = undefined;
  }

  unset(uid: string, { map, subject, name }: Omit<AccessEntry, 'setting'>): void {
    this.#database.run(
      'DELETE FROM access_settings WHERE uid = ? AND map = ? AND subject = ? AND name = ?',
      ...[uid, map, subject, name],
    );
    this.#hasAny = undefined;
  }

  clear(uid: string): void {
    this.#database.run('DELETE FROM access_settings WHERE uid = ?', uid);
    this.#hasAny = undefined;
  }
}
