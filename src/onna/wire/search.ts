import { asFields, asNumber, type Fields } from './fields.ts';
import { decodeFacets, type FacetBucket } from './searchFacets.ts';
import { firstString, parseDate } from './values.ts';

/** The field that a condition tests. */
interface SearchVariable {
  readonly var: string;
}

/** A condition in the `advanced` part of a `@frontsearch` request (docs/onna-api.md §6). */
export type SearchTerm =
  | { readonly text_contains: readonly [SearchVariable, string] }
  | { readonly in: readonly [SearchVariable, readonly string[]] }
  | { readonly '>': readonly [SearchVariable, number] }
  | { readonly '<': readonly [SearchVariable, number] }
  | { readonly exists: readonly [SearchVariable] }
  | { readonly and: readonly SearchTerm[] }
  | { readonly or: readonly SearchTerm[] }
  /**
   * Always exactly one term. The documentation does not specify whether several terms mean "none of" or "not all of".
   */
  | { readonly and_not: readonly [SearchTerm] };

/** The part of the body of `POST …/@frontsearch` that the client uses (docs/onna-api.md §6). */
export interface FrontsearchRequest {
  readonly advanced: { readonly and: readonly SearchTerm[] };
  /** Number of hits to skip. The service rejects `from + size` above 10,000. */
  readonly from: number;
  /** Continues after the hit with these sort values, even beyond 10,000 hits. Requires `from: 0`. */
  readonly search_after?: SortValues;
  readonly size: number;
  /** The sort order. Default: by relevance. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** Fields to return for each hit. Without this list, each hit contains the complete text of its Resource. */
  readonly includes: readonly string[];
  readonly facets?: readonly { readonly facetType: string }[];
  readonly highlight: boolean;
  readonly hide_children: boolean;
}

/** The values that a hit was sorted by. */
export type SortValues = readonly (string | number)[];

/** The exceptions of a Resource, as the service describes them. At least one is present. */
export interface HitExceptions {
  /** The exception or note from processing the Resource. */
  readonly processing: string | undefined;
  /** The exception from collecting the Resource. */
  readonly origin: string | undefined;
  /** When the Resource was processed, in ms since 1970. */
  readonly at: number | undefined;
}

/** One search hit. Texts are untrusted: they may have any length and contain any characters. */
export interface SearchHit {
  /** The `@id`, whose host may differ from the configured one (docs/onna-api.md §0). Without an `@id`, the path. */
  readonly id: string;
  readonly uid: string | undefined;
  readonly title: string | undefined;
  /** The object's type: `Resource`, `Workspace`, … */
  readonly typeName: string | undefined;
  readonly path: string | undefined;
  /** The file extension, in lower case and without a dot. */
  readonly extension: string | undefined;
  readonly contentType: string | undefined;
  /** When the Resource was modified, in ms since 1970. */
  readonly modified: number | undefined;
  readonly datasource: { readonly uid: string | undefined; readonly title: string | undefined } | undefined;
  /** Fragments of fields, with matches between tags such as `<em>` and `</em>`. See `parseHighlight`. */
  readonly highlights: readonly { readonly field: string; readonly fragments: readonly string[] }[];
  /** Absent if the Resource has no exceptions, or if they were not requested. */
  readonly exceptions?: HitExceptions;
  /** The hit's sort values. Absent unless the search is sorted. */
  readonly sort?: SortValues;
}

/** One page of hits. */
export interface SearchResults {
  readonly hits: readonly SearchHit[];
  /** The number of entries received, readable or not. Add it to `from` for the next page. */
  readonly received: number;
  /** The number of unusable entries: those that are not objects, or have neither an `@id` nor a path. */
  readonly dropped: number;
  /** An estimate that may be capped (docs/onna-api.md §14.17). */
  readonly total: number | undefined;
  /** Counts by facet type. Facets that the service did not count are absent. */
  readonly facets: ReadonlyMap<string, readonly FacetBucket[]>;
}

/** The decoded results, or the reason why the answer could not be decoded. */
type DecodedSearch =
  { readonly ok: true; readonly results: SearchResults } | { readonly ok: false; readonly problem: string };

const metadataBehavior = 'onna.canonical.behaviors.metadata.IMetadata';
const originBehavior = 'onna.canonical.behaviors.origin.IOrigin';

/** Only `member` is documented (docs/onna-api.md §6). The other names are common in similar search services. */
const hitListNames = ['member', 'items', 'hits', 'results'];
const totalNames = ['items_count', 'items_total', 'total', 'total_count'];
const facetNames = ['facets', 'aggregations', 'aggs'];
const highlightNames = ['@highlight', 'highlight', 'highlights'];

/** The fragments of a field. Accepts a string, a list of strings, or objects that contain a string. */
function fragmentsOf(found: unknown): readonly string[] {
  const pieces: readonly unknown[] = Array.isArray(found) ? found : [found];
  return pieces.flatMap((piece) => {
    if (typeof piece === 'string') return piece === '' ? [] : [piece];
    const fields = asFields(piece);
    const text = fields && firstString(fields, ['fragment', 'text', 'value', 'snippet']);
    return text === undefined ? [] : [text];
  });
}

/** Accepts a map by field, a list of objects that name their field, or plain text fragments. */
function decodeHighlights(value: unknown): SearchHit['highlights'] {
  const fields = asFields(value);
  if (fields)
    return Object.entries(fields).flatMap(([field, found]) => {
      const fragments = fragmentsOf(found);
      return fragments.length > 0 ? [{ field, fragments }] : [];
    });
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((entry) => {
    const named = asFields(entry) ?? {};
    const found = named['fragments'] ?? named['fragment'] ?? named['values'] ?? entry;
    const fragments = fragmentsOf(found);
    const field = firstString(named, ['field', 'name']) ?? '';
    return fragments.length > 0 ? [{ field, fragments }] : [];
  });
}

function decodeDatasource(hit: Fields): SearchHit['datasource'] {
  const parent = asFields(hit['parent_datasource']) ?? {};
  const uid = firstString(parent, ['uuid', '@uid']) ?? firstString(hit, ['parent_datasource.uuid']);
  const title = firstString(parent, ['title']) ?? firstString(hit, ['parent_datasource.title']);
  return uid === undefined && title === undefined ? undefined : { uid, title };
}

function decodeExceptions(hit: Fields): HitExceptions | undefined {
  const metadata = asFields(hit[metadataBehavior]) ?? {};
  const originFields = asFields(hit[originBehavior]) ?? {};
  const processing =
    firstString(hit, ['processing_exception']) ?? firstString(metadata, ['processing_exception']);
  const origin = firstString(hit, ['origin_exception']) ?? firstString(originFields, ['origin_exception']);
  if (processing === undefined && origin === undefined) return undefined;
  return { processing, origin, at: parseDate(hit['processing_date'] ?? metadata['processing_date']) };
}

function decodeSort(value: unknown): SortValues | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const values: readonly unknown[] = value;
  const isSortValue = (entry: unknown): entry is string | number =>
    typeof entry === 'string' || typeof entry === 'number';
  return values.every(isSortValue) ? values : undefined;
}

/**
 * The address of a hit: its `@id` or, without one, its path. A path is always relative to the account, so a missing
 * leading slash is added.
 */
function idOf(hit: Fields): string | undefined {
  const id = firstString(hit, ['@id', '@absolute_url']);
  if (id !== undefined) return id;
  const path = firstString(hit, ['path', '@path']);
  return path === undefined || /^(\/|https?:)/.test(path) ? path : `/${path}`;
}

function decodeHit(value: unknown): SearchHit | undefined {
  const outer = asFields(value);
  // Elasticsearch puts the fields of a hit in `_source`. The fields next to `_source` describe the search.
  const hit: Fields | undefined = outer && { ...asFields(outer['_source']), ...outer };
  const id = hit && idOf(hit);
  if (hit === undefined || id === undefined) return undefined;
  // The documentation does not specify which of these fields are top-level in a hit (docs/onna-api.md §6).
  const metadata = asFields(hit[metadataBehavior]) ?? {};
  const either = (name: string): string | undefined =>
    firstString(hit, [name]) ?? firstString(metadata, [name]);
  const exceptions = decodeExceptions(hit);
  const sort = decodeSort(hit['sort']);
  return {
    id,
    uid: firstString(hit, ['@uid', 'uuid', '_id']),
    title:
      firstString(hit, ['title']) ?? firstString(metadata, ['resource_name']) ?? firstString(hit, ['@name']),
    typeName: firstString(hit, ['type_name', '@type']),
    path: firstString(hit, ['path']),
    extension: either('extension')?.replace(/^\./, '').toLowerCase(),
    contentType: either('content_type'),
    modified: parseDate(hit['date_modified'] ?? metadata['date_modified'] ?? hit['modification_date']),
    datasource: decodeDatasource(hit),
    highlights: decodeHighlights(firstPresent(highlightNames, hit)),
    ...(exceptions && { exceptions }),
    ...(sort && { sort }),
  };
}

/** The first value of `names` that is not null or undefined. */
function firstPresent(names: readonly string[], fields: Fields): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

/** The list of hits, at the top level or one level down as in `{hits: {hits: […], total}}`. */
function hitsOf(body: Fields): { readonly list: readonly unknown[]; readonly around: Fields } | undefined {
  for (const name of hitListNames) {
    const found = body[name];
    if (Array.isArray(found)) return { list: found, around: body };
    const inner = asFields(found);
    const list = inner && hitListNames.map((nested) => inner[nested]).find(Array.isArray);
    if (inner && list) return { list, around: inner };
  }
  return undefined;
}

/** The total number of hits. Accepts a number or Elasticsearch's `{value, relation}`. */
function totalOf(fields: Fields): number | undefined {
  for (const name of totalNames) {
    const total = asNumber(asFields(fields[name])?.['value'] ?? fields[name]);
    if (total !== undefined && total >= 0) return total;
  }
  return undefined;
}

/** Decodes an answer of `@frontsearch`. Only a list of hits is required. Never throws. */
export function decodeSearchResults(json: unknown): DecodedSearch {
  const body = asFields(json);
  const found = body && hitsOf(body);
  if (!found) return { ok: false, problem: 'it has no list of hits' };
  const hits = found.list.map(decodeHit).filter((hit) => hit !== undefined);
  return {
    ok: true,
    results: {
      hits,
      received: found.list.length,
      dropped: found.list.length - hits.length,
      total: totalOf(body) ?? totalOf(found.around),
      facets: decodeFacets(firstPresent(facetNames, body)),
    },
  };
}
