import { schemaViolation } from '../http/refusals.ts';
import { searchField } from './conditions.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';
import type { CompiledTerms } from './terms.ts';

/** Sorts by a field, or by relevance if undefined. */
export interface SortOrder {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** A sort key. Its value is never null. */
interface Key {
  readonly sql: Sql;
  readonly direction: 'asc' | 'desc';
}

/** The sort order of the hits. The last key is the document's id, so that each place is unique. */
export interface Ordering {
  readonly keys: readonly Key[];
  /** An index of all documents in this order. */
  readonly index: string | undefined;
  /** The full-text expression that the keys rank by; undefined if they do not rank. */
  readonly rankedBy: string | undefined;
}

/** A position in an order: the values of a document's keys, `search_after` on the wire. */
export type Place = readonly (string | number)[];

/**
 * Ranking more documents than this takes seconds, and the result means little. Above this number, documents with a word
 * in the title come first, sorted by date.
 */
const maxRanked = 100_000;

/** @throws Refusal 412 naming the parameter */
export function knownField(name: string, parameter: string, place: 'body' | 'query' = 'body'): SearchField {
  const field = searchField(name);
  if (!field) throw schemaViolation(place, parameter, `'${name.slice(0, 200)}' is not a field`);
  return field;
}

/** The rank from the full-text index: lower is better, and a title counts four times as much. */
export const bm25 = 'bm25(text_index, 4.0, 1.0)';

/** The same rank, in queries that also find documents without a match in the full-text index; 0 for those documents. */
export const ranked: Sql = { text: 'ifnull(ranked.score, 0)', values: [] };

const id: Sql = { text: 'd.id', values: [] };
const date: Sql = { text: 'd.date_modified', values: [] };
const newestFirst: readonly Key[] = [
  { sql: date, direction: 'desc' },
  { sql: id, direction: 'desc' },
];

function byField({ field: name, direction }: SortOrder): Ordering {
  const { sql, index, isRequired } = knownField(name, 'sort.field');
  // Documents without a value come last in both directions. SQLite sorts numbers before texts.
  const missing = direction === 'asc' ? 'char(0x10ffff)' : '-1e308';
  const value = isRequired === true ? sql : { text: `ifnull(${sql.text}, ${missing})`, values: sql.values };
  // The id has the same direction, because an index scan has one direction for all columns.
  const keys = [
    { sql: value, direction },
    { sql: id, direction },
  ];
  return { keys, index, rankedBy: undefined };
}

/** Sorts by relevance, with more weight on titles. Without a search text, newest first. */
function byRelevance({ wanted }: CompiledTerms, count: number): Ordering {
  if (wanted.length === 0) return { keys: newestFirst, index: 'documents_by_date', rankedBy: undefined };
  const expression = (parts: CompiledTerms['wanted']): string =>
    [...new Set(parts.map((part) => part.expression))].map((part) => `(${part})`).join(' OR ');
  if (count <= maxRanked) {
    const keys: Key[] = [
      { sql: ranked, direction: 'asc' },
      { sql: id, direction: 'asc' },
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
 * The condition for documents after a place in the order.
 * @param keys Names or expressions of the values in the place.
 * @throws Refusal 412 if the place does not belong to this order
 */
export function behind(ordering: Ordering, place: Place, names: readonly Sql[]): Sql {
  if (place.length !== ordering.keys.length) {
    throw schemaViolation(
      'body',
      'search_after',
      `This order has ${ordering.keys.length} values: pass those of a hit's 'sort'`,
    );
  }
  // If all keys have the same direction, one row comparison is enough, and it can use an index range.
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
