import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { FacetBucket } from '../../onna/wire/searchFacets.ts';
import type { FrontsearchRequest, SearchHit, SearchResults, SearchTerm } from '../../onna/wire/search.ts';
import type { ExceptionChoice, ExceptionSort } from '../../shared/detailsProtocol.ts';
import { anyException, originField, processingField } from './exceptionTerms.ts';
import { isNote, type ExceptionKind } from './exceptionKinds.ts';
import {
  firstPlace,
  placeAfter,
  placeAfterStall,
  searchWindow,
  type ExceptionPlace,
} from './exceptionPlaces.ts';

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
  /** The number of all matching rows. Undefined if the service did not send it, or ignores the condition. */
  readonly total: number | undefined;
  /** Empty for all pages but the first. */
  readonly kinds: readonly ExceptionKind[];
  /** The place after the last row. Undefined if this is the last page or the service can't continue. */
  readonly next: ExceptionPlace | undefined;
  /** Whether the service repeated the previous page, or can't continue although this page is full. */
  readonly isCutOff: boolean;
}

/** The result of an export. */
export interface ExceptionsEnd {
  /** The number of rows that the service reports. Undefined if it does not report one. */
  readonly total: number | undefined;
  /** Whether rows are or may be missing, because the service returned no more rows. */
  readonly isIncomplete: boolean;
}

/** Rows per request. */
export const exceptionPageSize = 200;
/** Rows per request of an export. Twice as many would block the extension host for more than 50 ms at a time. */
export const exportPageSize = 500;

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
 * Converts hits to rows. Skips hits without an exception, because a service that ignores the condition sends them too.
 */
function rowsOf({ hits }: SearchResults): readonly ResourceException[] {
  return hits.flatMap((hit) => {
    const { processing, origin, at } = hit.exceptions ?? {};
    const kind = processing ?? origin;
    return kind === undefined ? [] : [{ hit, kind, isNote: isNote(kind), at: at ?? hit.modified }];
  });
}

/**
 * Merges the counts of the processing and origin fields. A Resource that could not be collected may have the
 * same text in both fields. The larger count is therefore more accurate than the sum.
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
  const next =
    isRepeated || results.received === 0
      ? placeAfterStall(at, results.total, size)
      : placeAfter(results, at, size);
  return {
    rows: isRepeated ? [] : rows,
    total: rows.length === results.hits.length ? results.total : undefined,
    kinds: place === undefined ? kindsOf(results) : [],
    next,
    isCutOff: isRepeated || (next === undefined && results.received >= size),
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

  /**
   * All rows, page by page, for an export.
   * @param ended Called after the last row. The service may have returned only a part of the rows.
   * @throws OnnaError
   */
  async *all(
    connectionId: string,
    path: NodePath,
    choice: ExceptionChoice,
    signal: AbortSignal,
    ended: (end: ExceptionsEnd) => void = () => undefined,
  ): AsyncGenerator<readonly ResourceException[]> {
    let place: ExceptionPlace | undefined;
    let total: number | undefined;
    let isCutOff: boolean;
    /** The number of rows so far. */
    let read = 0;
    /** The ids on the previous page. The ids of all pages would take too much memory. */
    let before: ReadonlySet<string> = new Set();
    /** The first id of each page. */
    const starts = new Set<string>();
    do {
      const page = await this.page(connectionId, path, choice, place, signal, exportPageSize);
      // Rows may appear and disappear meanwhile, so the latest total counts.
      total = page.total ?? total;
      ({ isCutOff } = page);
      const first = page.rows[0]?.hit.id;
      if (first !== undefined && starts.has(first)) {
        // The service sent an earlier page again.
        isCutOff = true;
        place = placeAfterStall(place ?? firstPlace, total, exportPageSize);
        continue;
      }
      if (first !== undefined) starts.add(first);
      if (page.rows.length > 0) {
        const rows = unknownRows(page.rows, before);
        read += rows.length;
        yield rows;
        before = new Set(page.rows.map(({ hit }) => hit.id));
      }
      place = page.next;
    } while (place !== undefined);
    // Some services stop counting at the maximum number of hits that a request can skip.
    const counted = isCutOff && total === searchWindow ? undefined : total;
    ended({ total: counted, isIncomplete: counted === undefined ? isCutOff : read < counted });
  }
}

/**
 * Returns the rows with unknown Resources, each Resource once. If a Resource gets an exception while a list is read,
 * other Resources move to the next page and appear there again.
 */
export function unknownRows(
  rows: readonly ResourceException[],
  known: { has(id: string): boolean },
): readonly ResourceException[] {
  const ids = new Set<string>();
  return rows.filter(({ hit }) => {
    if (known.has(hit.id) || ids.has(hit.id)) return false;
    ids.add(hit.id);
    return true;
  });
}
