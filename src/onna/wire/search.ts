import * as v from 'valibot';
import { firstString, lenientNumber, lenientRecord, objectWith, parseDate } from './values.ts';

/** The field that a condition looks at. */
interface SearchVariable {
  readonly var: string;
}

/** A condition (API notes §6). */
export type SearchTerm =
  | { readonly text_contains: readonly [SearchVariable, string] }
  | { readonly in: readonly [SearchVariable, readonly string[]] }
  | { readonly '>': readonly [SearchVariable, number] }
  | { readonly '<': readonly [SearchVariable, number] }
  | { readonly exists: readonly [SearchVariable] }
  | { readonly and: readonly SearchTerm[] }
  | { readonly or: readonly SearchTerm[] }
  | { readonly and_not: readonly SearchTerm[] };

/** The body of `POST …/@frontsearch`, as far as the client uses it (API notes §6). */
export interface FrontsearchRequest {
  readonly advanced: { readonly and: readonly SearchTerm[] };
  /** Hits to skip. `from + size` beyond 10,000 is refused. */
  readonly from: number;
  readonly size: number;
  /** By relevance when absent. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** Fields wanted in each hit: a Resource's whole text would come along otherwise. */
  readonly includes: readonly string[];
  readonly facets?: readonly { readonly facetType: string }[];
  readonly highlight: boolean;
  readonly hide_children: boolean;
}

/** What a search found, one of many. Texts are as the service sent them: of any length, with any characters. */
export interface SearchHit {
  /** The `@id`: may be on another host than the configured one (API notes §0). */
  readonly id: string;
  readonly uid: string | undefined;
  readonly title: string | undefined;
  /** Of the object: `Resource`, `Workspace`, … */
  readonly typeName: string | undefined;
  readonly path: string | undefined;
  /** Lower case, without a dot. */
  readonly extension: string | undefined;
  readonly contentType: string | undefined;
  /** In ms since 1970. */
  readonly modified: number | undefined;
  readonly datasource: { readonly uid: string | undefined; readonly title: string | undefined } | undefined;
  /** Pieces of fields in which what was found stands between `<em>` and `</em>`; nothing else in them is markup. */
  readonly highlights: readonly { readonly field: string; readonly fragments: readonly string[] }[];
}

/** How many hits have a value of a facet. */
export interface FacetBucket {
  readonly key: string;
  readonly count: number;
}

/** One page of hits. */
export interface SearchResults {
  readonly hits: readonly SearchHit[];
  /** How many entries came, readable or not: what `from` of the next page counts on from. */
  readonly received: number;
  /** How many entries could not be used: no object, or without an `@id`. */
  readonly dropped: number;
  /** `items_count`: an estimate that may be capped (API notes §14, 17). */
  readonly total: number | undefined;
  /** By facet type; a facet that the service did not count is missing. */
  readonly facets: ReadonlyMap<string, readonly FacetBucket[]>;
}

/** A decoded answer, or what is wrong with it. */
export type DecodedSearch =
  { readonly ok: true; readonly results: SearchResults } | { readonly ok: false; readonly problem: string };

const metadataBehavior = 'onna.canonical.behaviors.metadata.IMetadata';

type Fields = Readonly<Record<string, unknown>>;

const bodySchema = objectWith({
  member: v.array(v.unknown()),
  items_count: lenientNumber,
  aggregations: lenientRecord,
});

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function decodeHighlights(value: unknown): SearchHit['highlights'] {
  return Object.entries(asFields(value) ?? {}).flatMap(([field, found]) => {
    const pieces: readonly unknown[] = Array.isArray(found) ? found : [found];
    const fragments = pieces.filter((piece) => typeof piece === 'string');
    return fragments.length > 0 ? [{ field, fragments }] : [];
  });
}

function decodeDatasource(hit: Fields): SearchHit['datasource'] {
  const parent = asFields(hit['parent_datasource']) ?? {};
  const uid = firstString(parent, ['uuid', '@uid']) ?? firstString(hit, ['parent_datasource.uuid']);
  const title = firstString(parent, ['title']) ?? firstString(hit, ['parent_datasource.title']);
  return uid === undefined && title === undefined ? undefined : { uid, title };
}

function decodeHit(value: unknown): SearchHit | undefined {
  const hit = asFields(value);
  const id = hit && firstString(hit, ['@id']);
  if (hit === undefined || id === undefined) return undefined;
  // Which of them a hit carries flat is not published (API notes §6).
  const metadata = asFields(hit[metadataBehavior]) ?? {};
  const either = (name: string): string | undefined =>
    firstString(hit, [name]) ?? firstString(metadata, [name]);
  return {
    id,
    uid: firstString(hit, ['@uid', 'uuid']),
    title:
      firstString(hit, ['title']) ?? firstString(metadata, ['resource_name']) ?? firstString(hit, ['@name']),
    typeName: firstString(hit, ['type_name', '@type']),
    path: firstString(hit, ['path']),
    extension: either('extension')?.replace(/^\./, '').toLowerCase(),
    contentType: either('content_type'),
    modified: parseDate(hit['date_modified'] ?? metadata['date_modified'] ?? hit['modification_date']),
    datasource: decodeDatasource(hit),
    highlights: decodeHighlights(hit['@highlight']),
  };
}

function decodeBucket(value: unknown): FacetBucket | undefined {
  const { key, doc_count: count } = asFields(value) ?? {};
  if (typeof count !== 'number' || !(count >= 0 && Number.isFinite(count))) return undefined;
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  return { key: String(key), count };
}

function decodeFacets(aggregations: Fields | undefined): SearchResults['facets'] {
  const facets = new Map<string, readonly FacetBucket[]>();
  for (const [facetType, facet] of Object.entries(aggregations ?? {})) {
    const buckets = asFields(facet)?.['buckets'];
    if (!Array.isArray(buckets)) continue;
    facets.set(
      facetType,
      buckets.map(decodeBucket).filter((bucket) => bucket !== undefined),
    );
  }
  return facets;
}

/** Reads an answer of `@frontsearch`. Only `member` is required; total, never throws. */
export function decodeSearchResults(json: unknown): DecodedSearch {
  const parsed = v.safeParse(bodySchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue);
    const problem = place === null ? 'the JSON has another shape' : `${place}: expected ${issue.expected}`;
    return { ok: false, problem };
  }
  const { member, items_count: total, aggregations } = parsed.output;
  const hits = member.map(decodeHit).filter((hit) => hit !== undefined);
  return {
    ok: true,
    results: {
      hits,
      received: member.length,
      dropped: member.length - hits.length,
      total: total !== undefined && total >= 0 ? total : undefined,
      facets: decodeFacets(aggregations),
    },
  };
}
