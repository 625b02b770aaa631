import * as v from 'valibot';
import type { NodePath } from '../address.ts';

/** ISO 8601 as the service writes it: a date, perhaps with a time and an offset. `Date.parse` alone takes far more. */
const isoDate = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** The last moment that a `Date` can hold, in ms since 1970. */
const latestTime = 8.64e15;

/** The service's dates: ISO 8601 with microseconds (docs/onna-api.md §0), or an epoch in seconds or ms. In ms; undefined when it is none. */
export function parseDate(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const time = isoDate.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  }
  // Past what `Date` can hold it can't even be shown.
  if (typeof value !== 'number' || !(value > 0 && value <= latestTime)) return undefined;
  // Seconds until the year 5138: ms since 1973 are larger.
  return value < 1e11 ? value * 1000 : value;
}

/** A string, or undefined for anything else: a field of a kind we did not expect must not cost the whole item. */
export const lenientString = v.fallback(v.optional(v.string()), undefined);

/** A number, or undefined for anything else. JSON can say `1e999`: that is `Infinity`, which no JSON can say again. */
export const lenientNumber = v.fallback(v.optional(v.pipe(v.number(), v.finite())), undefined);

/** A list of strings; other entries are left out. */
export const lenientStrings = v.fallback(
  v.pipe(
    v.array(v.unknown()),
    v.transform((entries) => entries.filter((entry) => typeof entry === 'string')),
  ),
  [],
);

/** An object with any keys. */
export const lenientRecord = v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined);

/** An object with at least these fields; unlike valibot's own it takes no array for one. */
export function objectWith<const T extends v.ObjectEntries>(
  entries: T,
): v.SchemaWithPipe<readonly [v.CustomSchema<object, undefined>, v.LooseObjectSchema<T, undefined>]> {
  return v.pipe(
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.looseObject(entries),
  );
}

/** The first of `names` that `record` holds as a non-empty string. */
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

/** The path of what `record` describes, from the first of its references that can be read (docs/onna-api.md §14.4). */
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
