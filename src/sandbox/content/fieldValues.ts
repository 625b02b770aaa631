import type { FieldError } from '../http/refusals.ts';
import { BadValue, WrongType } from './badValue.ts';
import { changedList, isOperation } from './listOperations.ts';

/**
 * The kind of a field's value. `line`: text without line breaks. `text`: any text. `flag`: true or false. `lines`: a
 * list of lines. `shortLines`: a list with fewer lines. `changeableLines`: a list of lines that operations can change.
 * `date`: an ISO date.
 */
export type FieldKind = 'line' | 'text' | 'flag' | 'lines' | 'shortLines' | 'changeableLines' | 'date';

/** Maximum number of values in a list. */
export const maxValues = 10_000;

/** Maximum number of values in a field of the kind `shortLines`. */
export const maxShortValues = 1_000;

/** Converts a number or a boolean to text. Python, which the framework is written in, writes `True`, not `true`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  throw new WrongType('Not a string', value);
}

function lineOf(value: unknown): string {
  const line = textOf(value);
  if (/[\r\n]/.test(line)) throw new WrongType('Must not contain line breaks', line);
  return line;
}

function linesOf(value: unknown, limit = maxValues): string[] {
  if (!Array.isArray(value)) throw new BadValue('Not a list');
  if (value.length > limit) throw new WrongType(`Must not have more than ${limit} values`, value);
  return value.map(lineOf);
}

function changeableLinesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) throw new WrongType('Not a list', value);
  return linesOf(value);
}

/** Converts a value to a boolean as Python does: empty values, zero and null are false. The text `false` is true. */
function flagOf(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

const isoDate = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Normalizes a date. Like the framework, it adds no time zone to a date without one. */
function dateOf(value: unknown): string {
  const [, day = '', time = '00:00:00', zone = ''] =
    isoDate.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  if (Number.isNaN(Date.parse(`${day}T${time}Z`))) throw new BadValue('Not a date');
  const offset = zone.toUpperCase() === 'Z' ? '+00:00' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return `${day}T${time.length === 5 ? `${time}:00` : time}${offset}`;
}

/**
 * Converts a JSON value to the value of a field, as leniently as the framework (docs/onna-api.md §18). The value null
 * clears a field of any kind.
 * @param current The stored value, which operations on a list change.
 * @throws BadValue
 */
function readValue(kind: FieldKind, value: unknown, current: unknown): unknown {
  if (value === null) return null;
  switch (kind) {
    case 'line':
      return lineOf(value);
    case 'text':
      return textOf(value);
    case 'flag':
      return flagOf(value);
    case 'date':
      return dateOf(value);
    case 'lines':
      return linesOf(value);
    case 'shortLines':
      return linesOf(value, maxShortValues);
    case 'changeableLines': {
      if (!isOperation(value)) return changeableLinesOf(value);
      const changed = changedList(value, Array.isArray(current) ? current : [], lineOf);
      return changed === null ? null : linesOf(changed);
    }
  }
}

/**
 * Reads a field. Adds an error if the value is not valid.
 * @param name Name of the field in error messages.
 * @param current The stored value, which operations on a list change.
 * @returns Undefined if the value is not valid.
 */
export function readField(
  kind: FieldKind,
  name: string,
  value: unknown,
  current: unknown,
  errors: FieldError[],
): { readonly value: unknown } | undefined {
  try {
    return { value: readValue(kind, value, current) };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const details = error instanceof WrongType ? { details: error.details } : {};
    errors.push({ field: name, message: error.message, ...details });
    return undefined;
  }
}
