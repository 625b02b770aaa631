import type { SQLInputValue } from 'node:sqlite';
import { schemaViolation } from '../http/refusals.ts';
import type { Database, Row } from '../store/database.ts';
import { searchField } from './conditions.ts';
import type { SearchField, Sql } from './conditions.ts';
import { inColumn } from './fullText.ts';
import type { CompiledTerms } from './terms.ts';

/** A found document, as stored. */
export interface Found {
  readonly id: number;
  readonly uid: string;
  readonly path: string;
  readonly typeName: string;
  readonly title: string;
  readonly extension: string | null;
  readonly contentType: string | null;
  /** Seconds since 1970. */
  readonly dateModified: number;
  readonly datasource: { readonly uuid: string; readonly title: string } | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Sorted by a field, or by relevance when undefined. */
export interface SortOrder {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** How often a value occurs among what was found. */
export interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
}

const mostBuckets = 100;

/** Words around what was found. */
const snippetTokens = 32;

function foundOf(row: Row): Found {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const uuid = text('datasource_uid');
  return {
    id: Number(row['id']),
    uid: String(row['uid']),
    path: String(row['path']),
    typeName: String(row['type_name']),
    title: String(row['title']),
    extension: text('extension'),
    contentType: text('content_type'),
    dateModified: Number(row['date_modified']),
    datasource: uuid === null ? undefined : { uuid, title: text('datasource_title') ?? '' },
    fields: JSON.parse(String(row['fields'])) as Record<string, unknown>,
  };
}

function knownField(name: string, parameter: string): SearchField {
  const field = searchField(name);
  if (!field) throw schemaViolation('body', parameter, `'${name}' is no field`);
  return field;
}

/** Asks the index. */
export class Searcher {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  count(where: Sql): number {
    const row = this.#database.get(
      `SELECT count(*) AS n FROM documents d WHERE ${where.text}`,
      ...where.values,
    );
    return Number(row?.['n'] ?? 0);
  }

  find(terms: CompiledTerms, where: Sql, sort: SortOrder | undefined, from: number, size: number): Found[] {
    const [join, order, values] = sort ? this.#byField(sort) : this.#byRelevance(terms);
    const sql = `SELECT d.* FROM documents d ${join.text} WHERE ${where.text} ORDER BY ${order} LIMIT ? OFFSET ?`;
    return this.#database.all(sql, ...join.values, ...where.values, ...values, size, from).map(foundOf);
  }

  facet(name: string, where: Sql): Bucket[] {
    const field = knownField(name, 'facets');
    const rows = this.#database.all(
      `SELECT ${field.sql.text} AS key, count(*) AS doc_count FROM documents d
       WHERE ${where.text} GROUP BY key HAVING key IS NOT NULL ORDER BY doc_count DESC, key LIMIT ?`,
      ...field.sql.values,
      ...where.values,
      mostBuckets,
    );
    return rows.map((row) => ({
      key: typeof row['key'] === 'number' ? row['key'] : String(row['key']),
      doc_count: Number(row['doc_count']),
    }));
  }

  /** What was found in a document, by column, with `<em>` around it. */
  highlights(id: number, terms: CompiledTerms): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { column, expression } of terms.wanted) {
      // JavaScript's numbers are bound as reals, and FTS5 passes over a rowid that is none without a word.
      const row = this.#database.get(
        `SELECT snippet(text_index, ?, '<em>', '</em>', '…', ${snippetTokens}) AS snippet
         FROM text_index WHERE rowid = CAST(? AS INTEGER) AND text_index MATCH ?`,
        column === 'title' ? 0 : 1,
        id,
        inColumn(column, expression),
      );
      if (row === undefined) continue;
      const snippet = String(row['snippet']).replaceAll(/\s+/g, ' ').trim();
      const known = (found[column] ??= []);
      if (!known.includes(snippet)) known.push(snippet);
    }
    return found;
  }

  #byField({ field: name, direction }: SortOrder): [Sql, string, SQLInputValue[]] {
    const { sql } = knownField(name, 'sort.field');
    const order = `${sql.text} IS NULL, ${sql.text} ${direction.toUpperCase()}, d.id`;
    return [{ text: '', values: [] }, order, [...sql.values, ...sql.values]];
  }

  /** Titles weigh more than text. What no text was asked of: newest first. */
  #byRelevance({ wanted }: CompiledTerms): [Sql, string, SQLInputValue[]] {
    if (wanted.length === 0) return [{ text: '', values: [] }, 'd.date_modified DESC, d.id', []];
    const expression = wanted.map((part) => inColumn(part.column, part.expression)).join(' OR ');
    const join = {
      text: `LEFT JOIN (SELECT rowid AS found, bm25(text_index, 4.0, 1.0) AS score
                        FROM text_index WHERE text_index MATCH ?) ON found = d.id`,
      values: [expression],
    };
    return [join, 'score IS NULL, score, d.id', []];
  }
}
