import type { AccessSettings } from '../store/accessSettings.ts';
import { anyChild } from '../store/grants.ts';
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

/** A condition for the document of a Resource and the documents of its parts at all depths. */
function withParts(id: number): Sql {
  return {
    text: `d.id IN (WITH RECURSIVE parts (id) AS (
      SELECT ? UNION SELECT resources.id FROM resources JOIN parts ON resources.parent_id = parts.id) SELECT id FROM parts)`,
    values: [id],
  };
}

/** Limits a search to the documents that are at or below an object and that the login may see. */
export class Scopes {
  readonly #database: Database;
  readonly #grants: Grants;
  readonly #settings: AccessSettings;

  constructor(database: Database, grants: Grants, settings: AccessSettings) {
    this.#database = database;
    this.#grants = grants;
    this.#settings = settings;
  }

  /** A condition that excludes the documents of removed Datasources, which are deleted later. */
  #present(): Sql {
    if (this.#database.get('SELECT 1 FROM removed_datasources LIMIT 1') === undefined) return always;
    return { text: 'd.node_id NOT IN (SELECT node_id FROM removed_datasources)', values: [] };
  }

  /** A condition that leaves out the parts of files. The query must use the alias `d` for `documents`. */
  withoutParts(): Sql {
    // Most accounts have no parts. The condition would cost time.
    const has = this.#database.get('SELECT 1 FROM resources WHERE parent_id IS NOT NULL LIMIT 1');
    if (has === undefined) return always;
    return { text: 'd.id NOT IN (SELECT id FROM resources WHERE parent_id IS NOT NULL)', values: [] };
  }

  /** An SQL condition for the documents in the scope. The query must use the alias `d` for `documents`. */
  of(target: Target, login: string): Sql {
    if (this.#grants.hasSettings) return this.#checked(target, login);
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
    return combine('AND', [ofNodes, withParts(target.resource.id)]);
  }

  /** A condition that excludes the document of the object itself. The query must use the alias `d` for `documents`. */
  withoutSelf(target: Target): Sql {
    if (target.kind === 'resource') return { text: 'd.id <> ?', values: [target.resource.id] };
    const isIndexed = target.datasource !== undefined || target.node.type === 'Workspace';
    // The documents of nodes have negative ids.
    return isIndexed ? { text: 'NOT (d.id < 0 AND d.node_id = ?)', values: [target.node.id] } : always;
  }

  /**
   * Checks every node and every Resource that has an access list of its own. Needed once an access list denies or
   * allows something for a single object.
   */
  #checked(target: Target, login: string): Sql {
    const sees = this.#grants.checker(login, 'guillotina.AccessContent');
    const where = nodesBelow([target.node.path]);
    const nodes = this.#database.all(`SELECT id, path FROM nodes WHERE ${where.text}`, ...where.values);
    const idsOf = (isVisible: (path: string) => boolean): string =>
      JSON.stringify(nodes.filter(({ path }) => isVisible(String(path))).map(({ id }) => Number(id)));
    const own = this.#settings.resources();
    const uidsOf = (isVisible: boolean): string =>
      JSON.stringify(own.filter(({ path }) => sees(path) === isVisible).map(({ uid }) => uid));
    const inList = 'IN (SELECT value FROM json_each(?))';
    const all = combine('OR', [
      { text: `(d.id < 0 AND d.node_id ${inList})`, values: [idsOf(sees)] },
      {
        text: `(d.id > 0 AND d.node_id ${inList} AND d.uid NOT ${inList})`,
        values: [idsOf((path) => sees(`${path}/${anyChild}`)), uidsOf(false)],
      },
      { text: `(d.uid ${inList} AND d.node_id ${inList})`, values: [uidsOf(true), idsOf(() => true)] },
    ]);
    const present = combine('AND', [this.#present(), all]);
    if (target.kind === 'node') return present;
    return combine('AND', [present, withParts(target.resource.id)]);
  }
}
