import { asFields, asNumber } from './fields.ts';

/** A value of a facet and the number of hits with that value. */
export interface FacetBucket {
  readonly key: string;
  readonly count: number;
}

/** Possible keys of a facet's list of buckets. */
const listNames = ['buckets', 'values', 'items', 'terms'];
/** Possible keys of a bucket's value. */
const valueNames = ['key', 'value', 'name', 'term', 'id'];
/** Possible keys of a bucket's count. */
const countNames = ['doc_count', 'count', 'total'];
/** Possible keys of a facet's name in an array of facets. */
const facetNames = ['facetType', 'facet_type', 'field', 'name'];

function asCount(value: unknown): number | undefined {
  const count =
    asNumber(value) ?? asNumber(asFields(value)?.['doc_count']) ?? asNumber(asFields(value)?.['count']);
  return count !== undefined && count >= 0 ? count : undefined;
}

function asKey(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function firstOf<T>(
  names: readonly string[],
  fields: Readonly<Record<string, unknown>>,
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const name of names) {
    const value = read(fields[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Accepts `{key, doc_count}`, `{value, count}` or `["pdf", 12]`. */
function bucketOf(entry: unknown): FacetBucket | undefined {
  if (Array.isArray(entry)) {
    const [key, count] = [asKey(entry[0]), asCount(entry[1])];
    return key === undefined || count === undefined ? undefined : { key, count };
  }
  const fields = asFields(entry);
  if (!fields) return undefined;
  const key = firstOf(valueNames, fields, asKey);
  const count = firstOf(countNames, fields, asCount);
  return key === undefined || count === undefined ? undefined : { key, count };
}

/** Accepts a list of buckets or a map from value to count. Undefined for anything else. */
function bucketsOf(value: unknown): readonly FacetBucket[] | undefined {
  if (Array.isArray(value)) {
    const buckets = value.map(bucketOf).filter((bucket) => bucket !== undefined);
    return buckets.length > 0 || value.length === 0 ? buckets : undefined;
  }
  const fields = asFields(value);
  if (!fields) return undefined;
  for (const name of listNames) {
    const list = fields[name];
    // Accepts `{values: {pdf: 12}}`, but not a nested aggregation such as `{extension: {filtered: {buckets: …}}}`.
    if (typeof list === 'object' && list !== null) return bucketsOf(list);
  }
  const entries = Object.entries(fields);
  const buckets = entries.flatMap(([key, found]) => {
    const count = asCount(found);
    return count === undefined ? [] : [{ key, count }];
  });
  return buckets.length > 0 && buckets.length === entries.length ? buckets : undefined;
}

/**
 * The name without the suffix `.keyword`, which only means that the whole value must match (docs/onna-api.md
 * §6).
 */
function facetName(name: string): string {
  return name.replace(/\.keyword$/, '');
}

/**
 * Counts by facet, from `facets` or `aggregations` of an answer. Their shape is not documented
 * (docs/onna-api.md §6). This function accepts Elasticsearch's buckets, lists of values with counts, and maps
 * from value to count. The facets may be in an object by name, or in an array. An unreadable facet is
 * omitted, because its numbers may not be counts.
 */
export function decodeFacets(json: unknown): ReadonlyMap<string, readonly FacetBucket[]> {
  const named: [string, unknown][] = Array.isArray(json)
    ? json.flatMap((entry: unknown): [string, unknown][] => {
        const fields = asFields(entry);
        const name = fields && firstOf(facetNames, fields, asKey);
        return fields && name !== undefined ? [[name, fields]] : [];
      })
    : Object.entries(asFields(json) ?? {});
  const facets = new Map<string, readonly FacetBucket[]>();
  for (const [name, value] of named) {
    const buckets = bucketsOf(value);
    if (buckets) facets.set(facetName(name), buckets);
  }
  return facets;
}
