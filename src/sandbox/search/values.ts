import { always, combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { SearchField } from './conditions.ts';

/** Rejects a query with an error message. */
type Refuse = (message: string) => never;

type Operand = string | number | boolean;

/** A range of values. It includes its start and excludes its end. */
interface Span {
  readonly start: Operand | undefined;
  readonly end: Operand | undefined;
}

function isOperand(value: unknown): value is Operand {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function shown(value: unknown): string {
  return `'${String(value).slice(0, 100)}'`;
}

/** Converts a value to a number. Returns undefined if a text is not a number. */
function asNumber(value: Operand): number | undefined {
  if (typeof value !== 'string') return Number(value);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/**
 * Converts a date or a number to epoch seconds. Scripts send epoch seconds or days (docs/onna-api.md §6), and large
 * numbers are epoch ms.
 */
function dateIn(value: Operand, refuse: Refuse): number {
  const number = asNumber(value);
  if (number !== undefined) return Math.abs(number) > 100_000_000_000 ? number / 1000 : number;
  const ms = Date.parse(String(value));
  return Number.isNaN(ms) ? refuse(`${shown(value)} is not a date`) : ms / 1000;
}

/**
 * Returns the forms in which a value may be stored. Fields have no fixed type: `"80"` can be stored as a text or as a
 * number.
 */
function comparables(field: SearchField, value: Operand, refuse: Refuse): (string | number)[] {
  if (field.isMs === true) {
    const ms = asNumber(value);
    return typeof value !== 'boolean' && ms !== undefined && Number.isFinite(ms)
      ? [ms]
      : refuse(`${shown(value)} is not a time in epoch ms`);
  }
  if (field.isDate) return [dateIn(value, refuse)];
  if (typeof value === 'boolean') return [Number(value)];
  if (typeof value === 'number') return [value];
  const number = asNumber(value);
  return number === undefined ? [value] : [value, number];
}

/** A condition: the field has one of the values. */
export function isIn(field: SearchField, values: readonly unknown[], refuse: Refuse): Sql {
  if (!values.every(isOperand)) return refuse("'in' needs a list of values");
  const wanted = values.flatMap((value) => comparables(field, value, refuse));
  if (field.ofDatasource !== undefined) {
    return {
      text: `(d.id > 0 AND d.node_id IN (SELECT id FROM nodes WHERE ${field.ofDatasource} IN (SELECT value FROM json_each(?))))`,
      values: [JSON.stringify(wanted)],
    };
  }
  const [only] = wanted;
  // Unlike `IN`, `=` lets SQLite use an index that begins with this column and continues with the sort key.
  if (wanted.length === 1 && typeof only === 'string')
    return { text: `${field.sql.text} = ?`, values: [...field.sql.values, only] };
  // Pass the values as one JSON array, so that any number of values needs only one placeholder.
  return {
    text: `${field.sql.text} IN (SELECT value FROM json_each(?))`,
    values: [...field.sql.values, JSON.stringify(wanted)],
  };
}

/** A condition that compares the field with a value. */
export function compare(
  field: SearchField,
  operator: '>' | '<' | '>=' | '<=',
  value: unknown,
  refuse: Refuse,
): Sql {
  if (!isOperand(value)) return refuse(`'${operator}' needs a value`);
  const either = comparables(field, value, refuse).map((operand) => {
    // Compare only values of the same type: SQLite orders values of different types by type.
    const sameType = typeof operand === 'number' ? "IN ('integer', 'real')" : "= 'text'";
    return {
      text: `(typeof(${field.sql.text}) ${sameType} AND ${field.sql.text} ${operator} ?)`,
      values: [...field.sql.values, ...field.sql.values, operand],
    };
  });
  return combine('OR', either);
}

/**
 * Parses a range in a facet: `{from, to}` for dates, `{min, max}` for numbers. The `name` of a range is only a label.
 */
function spanOf(value: unknown): Span | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { from, to, min, max } = value as Readonly<Record<string, unknown>>;
  const start = from ?? min;
  const end = to ?? max;
  const isBound = (bound: unknown): bound is Operand | undefined => bound === undefined || isOperand(bound);
  return isBound(start) && isBound(end) ? { start, end } : undefined;
}

/**
 * A condition for a facet or filter. The field must have one of the values that the user chose, or be in one
 * of the chosen ranges.
 */
export function isAmong(field: SearchField, values: readonly unknown[], refuse: Refuse): Sql {
  const single = values.filter(isOperand);
  const spans = values.flatMap((value) => {
    if (isOperand(value)) return [];
    const span = spanOf(value) ?? refuse('A choice must be a value, {from, to} or {min, max}');
    return [span];
  });
  const parts = spans.map(({ start, end }) =>
    combine('AND', [
      { text: `${field.sql.text} IS NOT NULL`, values: field.sql.values },
      start === undefined ? always : compare(field, '>=', start, refuse),
      end === undefined ? always : compare(field, '<', end, refuse),
    ]),
  );
  return combine('OR', single.length > 0 ? [isIn(field, single, refuse), ...parts] : parts);
}
