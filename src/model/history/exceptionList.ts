import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { FacetBucket } from '../../onna/wire/searchFacets.ts';
import type {
  FrontsearchRequest,
  SearchHit,
  SearchResults,
  SearchTerm,
  SortValues,
} from '../../onna/wire/search.ts';
import type { ExceptionChoice, ExceptionSort } from '../../shared/detailsProtocol.ts';
import { anyException, originField, processingField } from './exceptionTerms.ts';
import { isNote, type ExceptionKind } from './exceptionKinds.ts';

/** A Resource with an exception or a note. */
export interface ResourceException {
  readonly hit: SearchHit;
  /** The text that the service sends, such as `Has Error`. */
  readonly kind: string;
  readonly isNote: boolean;
  /** When the Resource was processed or modified, in ms since 1970. */
  readonly at: number | undefined;
}

/** One page of exceptions. */
export interface ExceptionPage {
  readonly rows: readonly ResourceException[];
  /** The number of all matching rows, if the service sent it and knows the condition. */
  readonly total: number | undefined;
  /** Empty for all pages but the first. */
  readonly kinds: readonly ExceptionKind[];
  /** The place after the last row. Undefined if this is the last page or the service can't continue. */
  readonly next: ExceptionPlace | undefined;
}

/** A place between two pages. */
export interface ExceptionPlace {
  readonly from: number;
  readonly after: SortValues | undefined;
  /** The id of the last hit before this place. If the next page also ends with this hit, there are no more pages. */
  readonly lastId: string | undefined;
}

const firstPlace: ExceptionPlace = { from: 0, after: undefined, lastId: undefined };

/** Rows per request. */
export const exceptionPageSize = 200;
/** The maximum of `from + size` (docs/onna-api.md §6). Beyond this limit, paging needs sort values. */
const searchWindow = 10_000;

const sorts: Readonly<Record<ExceptionSort, NonNullable<FrontsearchRequest['sort']>>> = {
  newest: { field: 'processing_date', direction: 'desc' },
  oldest: { field: 'processing_date', direction: 'asc' },
  file: { field: 'title.keyword', direction: 'asc' },
  fileDescending: { field: 'title.keyword', direction: 'desc' },
};

const includes = [
  ...['@id', '@uid', 'title', 'type_name', 'path', 'extension', 'date_modified', 'parent_datasource'],
  ...[processingField, originField, 'processing_date'],
];

function termsOf({ kind, text }: Pick<ExceptionChoice, 'kind' | 'text'>): readonly SearchTerm[] {
  const ofKind: SearchTerm =
    kind === undefined
      ? anyException
      : { or: [{ in: [{ var: processingField }, [kind]] }, { in: [{ var: originField }, [kind]] }] };
  const words = text.trim();
  return words === '' ? [ofKind] : [ofKind, { text_contains: [{ var: 'title' }, words] }];
}

function request(choice: ExceptionChoice, { from, after }: ExceptionPlace, size: number): FrontsearchRequest {
  const isFirst = from === 0 && after === undefined;
  return {
    advanced: { and: termsOf(choice) },
    from: after === undefined ? from : 0,
    ...(after !== undefined && { search_after: after }),
    size,
    sort: sorts[choice.sort],
    includes,
    ...(isFirst && { facets: [{ facetType: processingField }, { facetType: originField }] }),
    highlight: false,
    // Attachments can have exceptions too.
    hide_children: false,
  };
}

/**
 * Converts hits to rows. Skips hits without an exception, because a service that does not know the field may send them.
 */
function rowsOf({ hits }: SearchResults): readonly ResourceException[] {
  return hits.flatMap((hit) => {
    const { processing, origin, at } = hit.exceptions ?? {};
    const kind = processing ?? origin;
    return kind === undefined ? [] : [{ hit, kind, isNote: isNote(kind), at: at ?? hit.modified }];
  });
}

/**
 * Merges the counts of the processing and origin fields. A Resource that could not be collected may have the same text
 * in both fields, so the larger count is more accurate than the sum.
 */
function kindsOf({ facets }: SearchResults): readonly ExceptionKind[] {
  const counts = new Map<string, number>();
  const add = ({ key, count }: FacetBucket): void => {
    if (key !== '') counts.set(key, Math.max(counts.get(key) ?? 0, count));
  };
  for (const field of [processingField, originField])
    for (const bucket of facets.get(field) ?? []) add(bucket);
  return [...counts]
    .map(([kind, count]) => ({ kind, isNote: isNote(kind), count }))
    .sort((left, right) => right.count - left.count);
}

/**
 * A page with fewer rows than requested is the last one, unless the total is larger: the service may limit the page
 * size.
 */
function isEnd({ received, total }: SearchResults, { from }: ExceptionPlace, size: number): boolean {
  return received === 0 || (received < size && from + received >= (total ?? 0));
}

/** The place of the next page; undefined if the service can't continue. */
function placeAfter(
  { hits, received }: SearchResults,
  before: ExceptionPlace,
  size: number,
): ExceptionPlace | undefined {
  const last = hits.at(-1);
  const from = before.from + received;
  const isInWindow = from + size <= searchWindow;
  // Several Resources may have the same sort value. If a hit has no second sort value, continuing after the first one
  // could skip some of these Resources.
  const after = isInWindow && last?.sort?.length === 1 ? undefined : last?.sort;
  return isInWindow || after ? { from, after, lastId: last?.id } : undefined;
}

/**
 * Reads one page of a Datasource's exceptions.
 * @param place The `next` of the previous page; undefined for the first page.
 * @throws OnnaError
 */
export async function exceptionPage(
  client: OnnaClient,
  path: NodePath,
  choice: ExceptionChoice,
  place: ExceptionPlace | undefined,
  signal: AbortSignal | undefined,
  size: number,
): Promise<ExceptionPage> {
  const at = place ?? firstPlace;
  const results = await client.search(path, request(choice, at, size), signal);
  const last = results.hits.at(-1);
  const isRepeated = last !== undefined && last.id === at.lastId;
  const rows = rowsOf(results);
  return {
    rows: isRepeated ? [] : rows,
    total: rows.length === results.hits.length ? results.total : undefined,
    kinds: place === undefined ? kindsOf(results) : [],
    next: isRepeated || isEnd(results, at, size) ? undefined : placeAfter(results, at, size),
  };
}

/** Finds the Resources of a Datasource that have an exception or a note. */
export class ExceptionList {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /** @see exceptionPage */
  async page(
    connectionId: string,
    path: NodePath,
    choice: ExceptionChoice,
    place: ExceptionPlace | undefined,
    signal: AbortSignal,
    size = exceptionPageSize,
  ): Promise<ExceptionPage> {
    return exceptionPage(await this.#client(connectionId), path, choice, place, signal, size);
  }

  /** All rows, page by page, for an export. @throws OnnaError */
  async *all(
    connectionId: string,
    path: NodePath,
    choice: ExceptionChoice,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ResourceException[]> {
    let place: ExceptionPlace | undefined;
    /** Ids on the page before. All ids would take too much memory. */
    let before: ReadonlySet<string> = new Set();
    /** The first id of each page. */
    const starts = new Set<string>();
    do {
      const page = await this.page(connectionId, path, choice, place, signal, exportPageSize);
      const first = page.rows[0]?.hit.id;
      // A service that can't continue may begin again.
      if (first !== undefined && starts.has(first)) return;
      if (first !== undefined) starts.add(first);
      yield unknownRows(page.rows, before);
      before = new Set(page.rows.map(({ hit }) => hit.id));
      place = page.next;
    } while (place !== undefined);
  }
}

/**
 * The rows whose Resources are not among the known ones, each once. A Resource that gets an exception while a list is read
 * pushes others on to the next page, where they appear again.
 */
export function unknownRows(
  rows: readonly ResourceException[],
  known: ReadonlySet<string>,
): readonly ResourceException[] {
  const ids = new Set<string>();
  return rows.filter(({ hit }) => {
    if (known.has(hit.id) || ids.has(hit.id)) return false;
    ids.add(hit.id);
    return true;
  });
}

/** Rows per request of an export. */
const exportPageSize = 1_000;
