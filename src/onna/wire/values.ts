import * as v from 'valibot';
import type { NodePath } from '../address.ts';

/** ISO 8601 as the service writes it: a date, optionally with time and offset. `Date.parse` alone accepts far more. */
const isoDate = /^\d{4}-\d\d-\d\d(?<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<offset>Z|[+-]\d\d:?\d\d)?)?$/;

/** The latest time that a `Date` can represent, in ms since 1970. */
const latestTime = 8.64e15;

/**
 * Parses a date from the service: ISO 8601 with microseconds (docs/onna-api.md §0), or an epoch in seconds or ms.
 * @returns ms since 1970; undefined when `value` is not a date.
 */
export function parseDate(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const parts = isoDate.exec(value)?.groups;
    if (!parts) return undefined;
    // A time without an offset is in UTC. `Date.parse` would read it as local time of this machine.
    const isUtc = parts['time'] !== undefined && parts['offset'] === undefined;
    const time = Date.parse(isUtc ? `${value}Z` : value);
    return Number.isNaN(time) ? undefined : time;
  }
  // A `Date` beyond the limit is invalid and can't be displayed.
  if (typeof value !== 'number' || !(value > 0 && value <= latestTime)) return undefined;
  // Smaller values are seconds (until the year 5138), larger ones are ms (since 1973).
  return value < 1e11 ? value * 1000 : value;
}

/** A string, or undefined for anything else: one unexpected field must not make the whole item unreadable. */
export const lenientString = v.fallback(v.optional(v.string()), undefined);

/** A finite number, or undefined for anything else. JSON's `1e999` parses to `Infinity`, which JSON can't represent. */
export const lenientNumber = v.fallback(v.optional(v.pipe(v.number(), v.finite())), undefined);

/** A list of strings. Other entries are dropped. */
export const lenientStrings = v.fallback(
  v.pipe(
    v.array(v.unknown()),
    v.transform((entries) => entries.filter((entry) => typeof entry === 'string')),
  ),
  [],
);

/** An object with any keys, or undefined for anything else. */
export const lenientRecord = v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined);

/** A schema for objects with at least these fields. Unlike valibot's `looseObject`, it rejects arrays. */
export function objectWith<const T extends v.ObjectEntries>(
  entries: T,
): v.SchemaWithPipe<readonly [v.CustomSchema<object, undefined>, v.LooseObjectSchema<T, undefined>]> {
  return v.pipe(
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.looseObject(entries),
  );
}

/** The first value of `names` in `record` that is a non-empty string. */
export function firstString(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first path that `read` returns for the references in `record` (docs/onna-api.md §14.4). */
export function firstPath(
  record: Readonly<Record<string, unknown>>,
  read: (reference: string) => NodePath | undefined,
): NodePath | undefined {
  for (const name of ['@id', 'path']) {
    const reference = record[name];
    const path = typeof reference === 'string' ? read(reference) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}
