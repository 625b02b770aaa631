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
  /** The service's own text. */
  readonly kind: string;
  readonly isNote: boolean;
  /** ms since 1970. */
  readonly at: number | undefined;
}

/** One page of exceptions. */
export interface ExceptionPage {
  readonly rows: readonly ResourceException[];
  /** Of all rows that match, if the service sent it. */
  readonly total: number | undefined;
  /** Only with the first page. */
  readonly kinds: readonly ExceptionKind[];
  /** Continues after the last row. Undefined: it was the last page, or the service can't continue. */
  readonly next: ExceptionPlace | undefined;
}

/** A place between two pages. */
export interface ExceptionPlace {
  readonly from: number;
  readonly after: SortValues | undefined;
  /** The last hit before this place. A service that sends it again has nothing more to send. */
  readonly lastId: string | undefined;
}

const firstPlace: ExceptionPlace = { from: 0, after: undefined, lastId: undefined };

/** Rows per request. */
export const exceptionPageSize = 200;
/** The maximum of `from + size` (docs/onna-api.md §6). Past it, only sort values lead on. */
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
    // Attachments can have exceptions, too.
    hide_children: false,
  };
}

/** Rows of hits. A hit without an exception is left out: the service may not know the field. */
function rowsOf({ hits }: SearchResults): readonly ResourceException[] {
  return hits.flatMap((hit) => {
    const { processing, origin, at } = hit.exceptions ?? {};
    const kind = processing ?? origin;
    return kind === undefined ? [] : [{ hit, kind, isNote: isNote(kind), at: at ?? hit.modified }];
  });
}

/**
 * Merges the counts of both fields. A Resource that could not be collected may have the same text in both, so the larger
 * count is closer than the sum.
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

/** A short page is the end, unless the service counts more: it may limit the size of a page. */
function isEnd({ received, total }: SearchResults, { from }: ExceptionPlace, size: number): boolean {
  return received === 0 || (received < size && from + received >= (total ?? 0));
}

/** Undefined if the service can't continue. */
function placeAfter(
  { hits, received }: SearchResults,
  before: ExceptionPlace,
  size: number,
): ExceptionPlace | undefined {
  const last = hits.at(-1);
  const from = before.from + received;
  const isInWindow = from + size <= searchWindow;
  // A single sort value does not tell apart the Resources that share it, so it could skip some of them.
  const after = isInWindow && last?.sort?.length === 1 ? undefined : last?.sort;
  return isInWindow || after ? { from, after, lastId: last?.id } : undefined;
}

/** Finds the Resources of a Datasource that have an exception or a note. */
export class ExceptionList {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /**
   * Reads one page.
   * @param place From the page before; undefined for the first page.
   * @throws OnnaError
   */
  async page(
    connectionId: string,
    path: NodePath,
    choice: ExceptionChoice,
    place: ExceptionPlace | undefined,
    signal: AbortSignal,
    size = exceptionPageSize,
  ): Promise<ExceptionPage> {
    const client = await this.#client(connectionId);
    const at = place ?? firstPlace;
    const results = await client.search(path, request(choice, at, size), signal);
    const last = results.hits.at(-1);
    const isRepeated = last !== undefined && last.id === at.lastId;
    return {
      rows: isRepeated ? [] : rowsOf(results),
      total: results.total,
      kinds: place === undefined ? kindsOf(results) : [],
      next: isRepeated || isEnd(results, at, size) ? undefined : placeAfter(results, at, size),
    };
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
