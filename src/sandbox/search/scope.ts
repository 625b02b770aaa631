import type { Grants } from '../store/grants.ts';
import type { Target } from '../http/view.ts';
import type { Database } from '../store/database.ts';
import { always, combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/** A condition for nodes at or below one of the paths. */
function nodesBelow(paths: readonly string[]): Sql {
  return combine(
    'OR',
    paths.map((path) =>
      path === ''
        ? always
        : // `0` is the character after `/`, so this is a range of the path index.
          { text: '(path = ? OR (path >= ? AND path < ?))', values: [path, `${path}/`, `${path}0`] },
    ),
  );
}

/** Limits a search to the documents at or below an object, and to those that the login may see. */
export class Scopes {
  readonly #database: Database;
  readonly #grants: Grants;

  constructor(database: Database, grants: Grants) {
    this.#database = database;
    this.#grants = grants;
  }

  /** A condition that excludes the documents of removed Datasources, which are deleted later. */
  #present(): Sql {
    if (this.#database.get('SELECT 1 FROM removed_datasources LIMIT 1') === undefined) return always;
    return { text: 'd.node_id NOT IN (SELECT node_id FROM removed_datasources)', values: [] };
  }

  /** The limit as a condition on documents `d`. */
  of(target: Target, login: string): Sql {
    const visible = this.#grants.visibleRoots(login);
    if (target.kind === 'node' && target.node.path === '' && visible.includes('')) return this.#present();
    const where = combine('AND', [nodesBelow([target.node.path]), nodesBelow(visible)]);
    const ids = this.#database
      .all(`SELECT id FROM nodes WHERE ${where.text}`, ...where.values)
      .map((row) => Number(row['id']));
    const [only] = ids;
    const ofNodes: Sql =
      ids.length === 1 && only !== undefined
        ? { text: 'd.node_id = ?', values: [only] }
        : { text: 'd.node_id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] };
    if (target.kind === 'node') return ofNodes;
    return combine('AND', [ofNodes, { text: 'd.id = ?', values: [target.resource.id] }]);
  }
}
