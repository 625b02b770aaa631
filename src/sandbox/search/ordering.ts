import { schemaViolation } from '../http/refusals.ts';
import { searchField } from './conditions.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';
import type { CompiledTerms } from './terms.ts';

/** A requested sort order by one field. */
export interface SortOrder {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** A sort key. Its value is never null. */
interface Key {
  readonly sql: Sql;
  readonly direction: 'asc' | 'desc';
}

/**
 * The sort order of the hits. The last key is the document's id. Therefore no two documents have the same
 * {@link Place}.
 */
export interface Ordering {
  readonly keys: readonly Key[];
  /** Name of a database index that holds all documents in this order. Undefined if there is none. */
  readonly index: string | undefined;
  /**
   * The full-text expression for the relevance of the documents. Undefined if the order does not depend on
   * relevance.
   */
  readonly rankedBy: string | undefined;
}

/** A position in a sort order: the values of a document's sort keys. Clients send it as `search_after`. */
export type Place = readonly (string | number)[];

/**
 * Maximum number of documents that are sorted by relevance. Sorting more would take seconds, and their ranks
 * would hardly differ. A larger result is sorted by date, with matches in titles first.
 */
const maxRanked = 100_000;

/** @throws Refusal 412 about the parameter if there is no such field */
export function knownField(name: string, parameter: string, place: 'body' | 'query' = 'body'): SearchField {
  const field = searchField(name);
  if (!field) throw schemaViolation(place, parameter, `'${name.slice(0, 200)}' is not a field`);
  return field;
}

/**
 * The rank from the full-text index. A lower rank is better. A match in the title counts four times as much as one in
 * the text.
 */
export const bm25 = 'bm25(text_index, 4.0, 1.0)';

/**
 * The rank in queries that also find documents without a match in the full-text index. Those documents have the rank 0.
 */
export const ranked: Sql = { text: 'ifnull(ranked.score, 0)', values: [] };

/** The id of a document. */
export const documentId: Sql = { text: 'd.id', values: [] };

const date: Sql = { text: 'd.date_modified', values: [] };
const newestFirst: readonly Key[] = [
  { sql: date, direction: 'desc' },
  { sql: documentId, direction: 'desc' },
];

function byField({ field: name, direction }: SortOrder): Ordering {
  const { sql, index, isRequired } = knownField(name, 'sort.field');
  // Documents without a value come last in ascending and in descending order. SQLite sorts numbers before texts.
  const missing = direction === 'asc' ? 'char(0x10ffff)' : '-1e308';
  const value = isRequired === true ? sql : { text: `ifnull(${sql.text}, ${missing})`, values: sql.values };
  // Sort the id in the same direction as the value, because an index scan has one direction for all columns.
  const keys = [
    { sql: value, direction },
    { sql: documentId, direction },
  ];
  return { keys, index, rankedBy: undefined };
}

/** Sorts by relevance, with more weight on titles. If there is no search text, sorts by date, newest first. */
function byRelevance({ wanted }: CompiledTerms, count: number): Ordering {
  if (wanted.length === 0) return { keys: newestFirst, index: 'documents_by_date', rankedBy: undefined };
  const expression = (parts: CompiledTerms['wanted']): string =>
    [...new Set(parts.map((part) => part.expression))].map((part) => `(${part})`).join(' OR ');
  if (count <= maxRanked) {
    const keys: Key[] = [
      { sql: ranked, direction: 'asc' },
      { sql: documentId, direction: 'asc' },
    ];
    return { keys, index: undefined, rankedBy: expression(wanted) };
  }
  const ofTitles = wanted.filter(({ column }) => column === 'title');
  if (ofTitles.length === 0) return { keys: newestFirst, index: undefined, rankedBy: undefined };
  const inTitle: Sql = {
    text: '(d.id IN (SELECT rowid FROM text_index WHERE text_index MATCH ?))',
    values: [expression(ofTitles)],
  };
  return {
    keys: [{ sql: inTitle, direction: 'desc' }, ...newestFirst],
    index: undefined,
    rankedBy: undefined,
  };
}

/** @param count Number of hits. */
export function orderingOf(sort: SortOrder | undefined, terms: CompiledTerms, count: number): Ordering {
  return sort ? byField(sort) : byRelevance(terms, count);
}

/**
 * Returns a condition that matches the documents after a place in the order.
 * @param names SQL expressions of the keys, in the order of the values in `place`.
 * @throws Refusal 412 if the place does not belong to this order
 */
export function behind(ordering: Ordering, place: Place, names: readonly Sql[]): Sql {
  if (place.length !== ordering.keys.length) {
    throw schemaViolation(
      'body',
      'search_after',
      `This order needs ${ordering.keys.length} values: pass the 'sort' values of a hit`,
    );
  }
  // If all keys have the same direction, one row comparison is enough. It can use a range of an index.
  const directions = new Set(ordering.keys.map(({ direction }) => direction));
  if (directions.size === 1) {
    const operator = directions.has('asc') ? '>' : '<';
    return {
      text: `(${names.map(({ text }) => text).join(', ')}) ${operator} (${place.map(() => '?').join(', ')})`,
      values: [...names.flatMap(({ values }) => values), ...place],
    };
  }
  const alternatives = ordering.keys.map(({ direction }, index): Sql => {
    const parts = names.slice(0, index + 1).map(({ text, values }, at): Sql => {
      const operator = at < index ? '=' : direction === 'asc' ? '>' : '<';
      return { text: `${text} ${operator} ?`, values: [...values, place[at] ?? 0] };
    });
    return {
      text: `(${parts.map(({ text }) => text).join(' AND ')})`,
      values: parts.flatMap(({ values }) => values),
    };
  });
  return {
    text: `(${alternatives.map(({ text }) => text).join(' OR ')})`,
    values: alternatives.flatMap(({ values }) => values),
  };
}
