import type { Grants } from '../store/grants.ts';
import type { Target } from '../http/view.ts';
import type { Database } from '../store/database.ts';
import { always, combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';

/** Nodes that are at one of these paths or below. */
function nodesBelow(paths: readonly string[]): Sql {
  return combine(
    'OR',
    paths.map((path) =>
      path === ''
        ? always
        : // `0` follows `/`: a range of the index on paths, however many characters they have in common.
          { text: '(path = ? OR (path >= ? AND path < ?))', values: [path, `${path}/`, `${path}0`] },
    ),
  );
}

/** Where a search looks: below an object, and nowhere that its login may not look. */
export class Scopes {
  readonly #database: Database;
  readonly #grants: Grants;

  constructor(database: Database, grants: Grants) {
    this.#database = database;
    this.#grants = grants;
  }

  /** All but what is still to be cleared away after its Datasource was removed. */
  #present(): Sql {
    if (this.#database.get('SELECT 1 FROM removed_datasources LIMIT 1') === undefined) return always;
    return { text: 'd.node_id NOT IN (SELECT node_id FROM removed_datasources)', values: [] };
  }

  /** As a condition of documents `d`. */
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
