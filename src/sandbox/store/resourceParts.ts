import type { Database } from './database.ts';
import { resourceOf } from './storedResource.ts';
import type { StoredResource } from './storedResource.ts';

/** Number and size of the parts of a file, at all depths. */
export interface PartTally {
  readonly count: number;
  /** Size of all parts together, in bytes. */
  readonly bytes: number;
}

/**
 * Selects the parts of Resources at all depths. The parameter is a JSON list of ids. Ends a query with this clause.
 */
const below = `WITH RECURSIVE below (id) AS (
  SELECT id FROM resources WHERE parent_id IN (SELECT value FROM json_each(?))
  UNION SELECT resources.id FROM resources JOIN below ON resources.parent_id = below.id)`;

/** Answers questions about parts: the Resources below a Resource, made from attachments and archive members. */
export class ResourceParts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The parts of the Resources at all depths, sorted by id. */
  below(ids: readonly number[]): StoredResource[] {
    return this.#database
      .all(
        `${below} SELECT resources.* FROM resources JOIN below USING (id) ORDER BY id`,
        JSON.stringify(ids),
      )
      .map(resourceOf);
  }

  /** The ids of the direct parts of a Resource. */
  idsOf(id: number): number[] {
    return this.#database
      .all('SELECT id FROM resources WHERE parent_id = ? ORDER BY id', id)
      .map((row) => Number(row['id']));
  }

  /** The direct parts of a Resource, at most `limit`. */
  of(id: number, limit: number): StoredResource[] {
    return this.#database
      .all('SELECT * FROM resources WHERE parent_id = ? ORDER BY id LIMIT ?', id, limit)
      .map(resourceOf);
  }

  /** Number of direct parts of a Resource. */
  count(id: number): number {
    return Number(
      this.#database.get('SELECT count(*) AS n FROM resources WHERE parent_id = ?', id)?.['n'] ?? 0,
    );
  }

  /** Those of the Resources that have parts. */
  parentsAmong(ids: readonly number[]): ReadonlySet<number> {
    const rows = this.#database.all(
      `SELECT DISTINCT parent_id FROM resources
       WHERE parent_id IS NOT NULL AND parent_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    );
    return new Set(rows.map((row) => Number(row['parent_id'])));
  }

  tally(id: number): PartTally {
    const row = this.#database.get(
      `${below} SELECT count(*) AS n, total(size) AS bytes FROM resources JOIN below USING (id)`,
      JSON.stringify([id]),
    );
    return { count: Number(row?.['n'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
  }

  /** The Resources above a part, nearest first. Empty for a collected file. */
  above({ parentId }: StoredResource): StoredResource[] {
    const found: StoredResource[] = [];
    for (let id = parentId; id !== undefined;) {
      const row = this.#database.get('SELECT * FROM resources WHERE id = ?', id);
      if (!row) break;
      const parent = resourceOf(row);
      found.push(parent);
      id = parent.parentId;
    }
    return found;
  }

  /** Number of parts in a Datasource. */
  countIn(datasourceId: number): number {
    return Number(
      this.#database.get(
        'SELECT count(*) AS n FROM resources WHERE datasource_id = ? AND parent_id IS NOT NULL',
        datasourceId,
      )?.['n'] ?? 0,
    );
  }

  /** Whether any Resource has parts. */
  get hasAny(): boolean {
    return this.#database.get('SELECT 1 FROM resources WHERE parent_id IS NOT NULL LIMIT 1') !== undefined;
  }
}
