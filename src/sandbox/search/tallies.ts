import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Database, Row } from '../store/database.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';
import { knownField } from './ordering.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { fromOf, sourceOf } from './source.ts';
import type { Search, Source } from './source.ts';

/** The number of hits that have the value `key`. */
interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
}

/** The number of hits, in total and per facet value. */
interface Tally {
  readonly count: number;
  /** Buckets by facet type, most frequent values first. */
  readonly facets: ReadonlyMap<string, readonly Bucket[]>;
}

const maxBuckets = 100;

/** Maximum number of cached tallies. The cache avoids counting the hits again for each page of a search. */
const maxRemembered = 100;

/** Facets with few distinct values. One scan of the hits counts all of these facets. */
const narrowFacets: ReadonlySet<string> = new Set([
  'extension',
  'type_name',
  '@type',
  'parent_datasource.uuid',
  'parent_datasource.title',
]);

function plainName(facet: string): string {
  return facet.replace(/\.keyword$/, '');
}

function sorted(counts: ReadonlyMap<string | number, number>): Bucket[] {
  return [...counts]
    .map(([key, count]) => ({ key, doc_count: count }))
    .sort(
      (left, right) => right.doc_count - left.doc_count || (String(left.key) < String(right.key) ? -1 : 1),
    )
    .slice(0, maxBuckets);
}

/**
 * Counts the hits of searches. Results are cached until the index changes, so that the hits are counted only
 * once for all pages of a search.
 */
export class Tallies {
  readonly #database: Database;
  readonly #index: SearchIndex;
  readonly #remembered = new LRUCache<string, Tally>({ max: maxRemembered });
  #version = 0;

  constructor(database: Database, index: SearchIndex) {
    this.#database = database;
    this.#index = index;
  }

  /** @throws Refusal 412 if there is no field with the name of a facet */
  of(search: Search, facets: readonly string[]): Tally {
    const fields = new Map(facets.map((name) => [name, knownField(name, 'facets')]));
    const source = sourceOf(search);
    const { where } = source;
    const key = createHash('sha256')
      .update(JSON.stringify([where.text, where.values, [...fields.keys()]]))
      .digest('base64');
    if (this.#version !== this.#index.version) this.#remembered.clear();
    this.#version = this.#index.version;
    const known = this.#remembered.get(key);
    if (known) return known;
    const tally = this.#make(source, fields);
    this.#remembered.set(key, tally);
    return tally;
  }

  #make(source: Source, fields: ReadonlyMap<string, SearchField>): Tally {
    const isNarrow = (name: string): boolean => narrowFacets.has(plainName(name));
    const narrow = [...fields.keys()].filter(isNarrow);
    const { count, facets } =
      narrow.length > 0 ? this.#narrow(source, narrow) : { count: this.#count(source), facets: new Map() };
    return {
      count,
      facets: new Map(
        [...fields].map(([name, field]) => [name, facets.get(name) ?? this.#wide(source, field)]),
      ),
    };
  }

  #count(source: Source): number {
    const { where } = source;
    const row = this.#database.get(
      `SELECT count(*) AS n FROM ${fromOf(source, [where])} WHERE ${where.text}`,
      ...where.values,
    );
    return Number(row?.['n'] ?? 0);
  }

  /**
   * Counts the narrow facets. The query groups by exactly the columns of one index, in the order of that
   * index, so that SQLite can scan that index.
   */
  #narrow(source: Source, names: readonly string[]): Tally {
    const { where } = source;
    const columns: Sql = { text: 'd.node_id, d.type_name, d.extension', values: [] };
    const rows = this.#database.all(
      `SELECT ${columns.text}, count(*) AS n FROM ${fromOf(source, [where, columns])}
       WHERE ${where.text} GROUP BY ${columns.text}`,
      ...where.values,
    );
    const datasources = this.#datasources(rows);
    const valueOf = (row: Row, facet: string): unknown => {
      if (facet === 'extension') return row['extension'];
      if (facet === 'type_name' || facet === '@type') return row['type_name'];
      // Datasources and Workspaces have no parent Datasource.
      if (row['type_name'] !== 'Resource') return null;
      return datasources.get(Number(row['node_id']))?.[facet === 'parent_datasource.uuid' ? 'uid' : 'title'];
    };
    const facets = names.map((name): [string, Bucket[]] => {
      const counts = new Map<string, number>();
      for (const row of rows) {
        const value = valueOf(row, plainName(name));
        if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + Number(row['n']));
      }
      return [name, sorted(counts)];
    });
    return { count: rows.reduce((sum, row) => sum + Number(row['n']), 0), facets: new Map(facets) };
  }

  #datasources(rows: readonly Row[]): Map<number, { uid: string; title: string }> {
    const ids = [...new Set(rows.map((row) => Number(row['node_id'])))];
    const nodes = this.#database.all(
      'SELECT id, uid, title FROM nodes WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
    return new Map(
      nodes.map((row) => [Number(row['id']), { uid: String(row['uid']), title: String(row['title']) }]),
    );
  }

  #wide(source: Source, { sql }: SearchField): Bucket[] {
    const { where } = source;
    const rows = this.#database.all(
      `SELECT ${sql.text} AS key, count(*) AS n FROM ${fromOf(source, [where, sql])}
       WHERE ${where.text} GROUP BY key HAVING key IS NOT NULL ORDER BY n DESC, key LIMIT ?`,
      ...sql.values,
      ...where.values,
      maxBuckets,
    );
    return rows.map((row) => ({
      key: typeof row['key'] === 'number' ? row['key'] : String(row['key']),
      doc_count: Number(row['n']),
    }));
  }
}
