import type { AccessLevel } from './accessRules.ts';
import type { AccessEntry, AccessSettings } from './accessSettings.ts';
import type { Database, Row } from './database.ts';

/** Returns the path and the paths of all its ancestors, including the account (`''`), the path itself first. */
export function upwards(path: string): string[] {
  const paths = [path];
  for (let rest = path; rest !== '';) {
    rest = rest.slice(0, rest.lastIndexOf('/'));
    paths.push(rest);
  }
  return paths;
}

function allowed(row: Row): AccessEntry {
  return { map: 'prinrole', subject: String(row['login']), name: String(row['role']), setting: 'Allow' };
}

/** Returns the access lists on the way to a path, the account first. */
export type LevelsOf = (path: string) => readonly AccessLevel[];

/** Reads the access lists of objects and of the objects above them. */
export class AccessLevels {
  readonly #database: Database;
  readonly #settings: AccessSettings;

  constructor(database: Database, settings: AccessSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  /** The access list of one node. */
  atNode({ id, uid }: { readonly id: number; readonly uid: string }): AccessEntry[] {
    const rows = this.#database.all(
      'SELECT login, role FROM grants WHERE node_id = ? ORDER BY login, role',
      id,
    );
    return [...rows.map(allowed), ...this.#settings.at(uid)];
  }

  /** The access lists on the way to a path. A path without an object has the lists of the objects above it. */
  of(path: string): AccessLevel[] {
    const nodes = this.#database
      .all(
        `SELECT id, uid, path FROM nodes WHERE path IN (SELECT value FROM json_each(?)) ORDER BY length(path)`,
        JSON.stringify(upwards(path)),
      )
      .map((row) => ({ id: Number(row['id']), uid: String(row['uid']), path: String(row['path']) }));
    const levels = nodes.map((node) => ({ entries: this.atNode(node), isObject: node.path === path }));
    const last = nodes.at(-1);
    if (last === undefined || last.path === path) return levels;
    // A part has the lists of the files that contain it.
    const below = upwards(path)
      .filter((at) => at.length > last.path.length)
      .map((at) => at.slice(last.path.length + 1));
    const resources = this.#database.all(
      `SELECT uid, path FROM resources WHERE datasource_id = ? AND path IN (SELECT value FROM json_each(?))
       ORDER BY length(path)`,
      ...[last.id, JSON.stringify(below)],
    );
    return [
      ...levels,
      ...resources.map((row) => ({
        entries: this.#settings.at(String(row['uid'])),
        isObject: `${last.path}/${String(row['path'])}` === path,
      })),
    ];
  }

  /** Returns a version of {@link of} for many paths. It reads all access lists at once. */
  forMany(): LevelsOf {
    const entries = new Map<string, AccessEntry[]>();
    const add = (path: string, entry: AccessEntry): void => {
      const known = entries.get(path);
      if (known) known.push(entry);
      else entries.set(path, [entry]);
    };
    const grants = this.#database.all(
      'SELECT path, login, role FROM grants JOIN nodes ON nodes.id = node_id ORDER BY login, role',
    );
    for (const row of grants) add(String(row['path']), allowed(row));
    for (const { path, ...entry } of this.#settings.all()) add(path, entry);
    return (path) =>
      upwards(path)
        .toReversed()
        .map((at) => ({ entries: entries.get(at) ?? [], isObject: at === path }));
  }
}
