import { schemaViolation } from '../http/refusals.ts';
import { searchField } from './conditions.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';
import type { CompiledTerms } from './terms.ts';

/** Sorted by a field, or by relevance when undefined. */
export interface SortOrder {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** One of the values that documents are ordered by, one after the other. None of them is ever null. */
interface Key {
  readonly sql: Sql;
  readonly direction: 'asc' | 'desc';
}

/** The order of what was found. The last key is the document's id, so that no two have the same place. */
export interface Ordering {
  readonly keys: readonly Key[];
  /** An index that has all documents in this order. */
  readonly index: string | undefined;
  /** The keys need the rank of the full-text index, with this expression. */
  readonly rankedBy: string | undefined;
}

/** A place in an order: the values of a document's keys, `search_after` on the wire. */
export type Place = readonly (string | number)[];

/**
 * Words in more documents than this say little about any of them, and ranking them takes seconds: those with a word
 * in the title come first then, and the newest of them.
 */
export const maxRanked = 100_000;

/** @throws Refusal 412 naming the parameter */
export function knownField(name: string, parameter: string, place: 'body' | 'query' = 'body'): SearchField {
  const field = searchField(name);
  if (!field) throw schemaViolation(place, parameter, `'${name.slice(0, 200)}' is no field`);
  return field;
}

/** The rank that the full-text index gives: less is better, and a title counts four times as much. */
export const bm25 = 'bm25(text_index, 4.0, 1.0)';

/** The same, of documents that need not be in the full-text index; 0 for those that are not. */
export const ranked: Sql = { text: 'ifnull(ranked.score, 0)', values: [] };

const id: Sql = { text: 'd.id', values: [] };
const date: Sql = { text: 'd.date_modified', values: [] };
const newestFirst: readonly Key[] = [
  { sql: date, direction: 'desc' },
  { sql: id, direction: 'desc' },
];

function byField({ field: name, direction }: SortOrder): Ordering {
  const { sql, index, isRequired } = knownField(name, 'sort.field');
  // Without a value: at the end, whichever direction. Numbers are before texts in SQLite.
  const missing = direction === 'asc' ? 'char(0x10ffff)' : '-1e308';
  const value = isRequired === true ? sql : { text: `ifnull(${sql.text}, ${missing})`, values: sql.values };
  // The id in the same direction: an index can be walked either way, but not both at once.
  const keys = [
    { sql: value, direction },
    { sql: id, direction },
  ];
  return { keys, index, rankedBy: undefined };
}

/** Titles weigh more than text. What no text was asked of: newest first. */
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

/** @param count How many were found. */
export function orderingOf(sort: SortOrder | undefined, terms: CompiledTerms, count: number): Ordering {
  return sort ? byField(sort) : byRelevance(terms, count);
}

/**
 * Behind a place in the order.
 * @param keys Names or expressions of the values that the place has.
 * @throws Refusal 412 when the place is none of this order
 */
export function behind(ordering: Ordering, place: Place, names: readonly Sql[]): Sql {
  if (place.length !== ordering.keys.length) {
    throw schemaViolation(
      'body',
      'search_after',
      `This order has ${ordering.keys.length} values: give those of a hit's 'sort'`,
    );
  }
  // As one comparison where all go the same way: that is a range of an index.
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
