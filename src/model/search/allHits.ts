import type { FrontsearchRequest, SearchHit, SearchResults, SortValues } from '../../onna/wire/search.ts';
import { searchRequest, searchWindow, type SearchQuestion } from './searchRequest.ts';

/** Hits per request. */
const pageSize = 1000;
/** Maximum requests in a row that return no new hit. */
const maxWithoutNewHits = 3;

/** The service returned only a part of the hits, and there is no way to request the others. */
export class HitsOutOfReach extends Error {
  override readonly name = 'HitsOutOfReach';
  /** The number of hits read before the failure. */
  readonly read: number;

  constructor(read: number) {
    super(`The service returned no more than ${read} hits.`);
    this.read = read;
  }
}

/** The next page to request. */
interface Place {
  readonly from: number;
  readonly after: SortValues | undefined;
}

/** Tracks the last hits of a search, so that the search can continue after them with `search_after`. */
class Anchor {
  /** The sort values of the last hit before the hits in {@link ids}. */
  #before: SortValues | undefined;
  #last: SortValues | undefined;
  /** The ids of the last hits that have the same sort values. */
  ids = new Set<string>();

  add({ id, sort }: SearchHit): void {
    if (sort === undefined || String(sort) !== String(this.#last)) {
      this.#before = this.#last;
      this.#last = sort;
      this.ids = new Set();
    }
    this.ids.add(id);
  }

  /**
   * Several hits may have the same single sort value, such as the date. Continuing after that value could skip some of
   * them, so the search continues before them. A second value makes the place unique.
   */
  get after(): SortValues | undefined {
    return this.#last?.length === 1 ? this.#before : this.#last;
  }
}

function request(question: SearchQuestion, { from, after }: Place, size: number): FrontsearchRequest {
  return {
    ...searchRequest(question, { from, size, counts: [] }),
    ...(after !== undefined && { search_after: after }),
    highlight: false,
  };
}

/**
 * Reads all hits of a search, page by page. Omits hits that a page repeats from the page before. If the search ranks
 * hits by relevance, the hits are read by date instead, because only a search that is sorted by a field can continue
 * beyond 10,000 hits (docs/onna-api.md §6).
 * The service’s total only decides whether a page without new hits is requested again.
 * @throws HitsOutOfReach if the service cannot continue; otherwise the error of `search`
 */
export async function* allHits(
  search: (request: FrontsearchRequest) => Promise<SearchResults>,
  { terms, sort }: SearchQuestion,
): AsyncGenerator<readonly SearchHit[]> {
  const question: SearchQuestion = { terms, sort: sort === 'relevance' ? 'newest' : sort };
  const anchor = new Anchor();
  let previous: ReadonlySet<string> = new Set();
  /** The first new id of each page. A service that cannot continue may start again at the first page. */
  const starts = new Set<string>();
  let place: Place = { from: 0, after: undefined };
  let read = 0;
  let withoutNewHits = 0;
  for (;;) {
    const size =
      place.after === undefined
        ? Math.min(pageSize, searchWindow - place.from)
        : Math.min(searchWindow, pageSize + anchor.ids.size);
    const { hits, received, total } = await search(request(question, place, size));
    let added = distinct(hits, previous, anchor.ids);
    const first = added[0]?.id;
    if (first !== undefined && starts.has(first)) added = [];
    const mayHaveMore = total === undefined ? received >= size : read + added.length < total;
    if (added.length === 0) {
      withoutNewHits += 1;
      // An empty or repeated page is not always the end, so it is requested again.
      if (withoutNewHits < maxWithoutNewHits && (mayHaveMore || received > 0)) continue;
      if (mayHaveMore && isRepetition(hits, place, anchor)) throw new HitsOutOfReach(read);
      // The total may be an estimate that is too high (docs/onna-api.md §14).
      return;
    }
    withoutNewHits = 0;
    if (first !== undefined) starts.add(first);
    for (const hit of added) anchor.add(hit);
    previous = new Set(hits.map(({ id }) => id));
    read += added.length;
    yield added;
    if (received < size && !mayHaveMore) return;
    const from = place.from + received;
    const { after } = anchor;
    // Without sort values, the search cannot continue beyond the window, but it can read the rest of the window.
    const end = after === undefined ? searchWindow : searchWindow - pageSize + 1;
    if (place.after === undefined && from < end) {
      place = { from, after: undefined };
      continue;
    }
    // The next page repeats the hits with the same sort values, so it must be larger than their number.
    if (after === undefined || anchor.ids.size >= searchWindow) {
      if (mayHaveMore) throw new HitsOutOfReach(read);
      return;
    }
    place = { from: 0, after };
  }
}

/**
 * Whether a page without new hits shows that the service cannot continue at `place`. At the real end, the page is empty
 * or contains only the hits that the place repeats on purpose.
 */
function isRepetition(hits: readonly SearchHit[], place: Place, anchor: Anchor): boolean {
  return place.after === undefined ? hits.length > 0 : hits.some(({ id }) => !anchor.ids.has(id));
}

/** The hits that are in neither of the two sets, each once. */
function distinct(
  hits: readonly SearchHit[],
  previous: ReadonlySet<string>,
  equal: ReadonlySet<string>,
): readonly SearchHit[] {
  const ids = new Set<string>();
  return hits.filter(({ id }) => {
    if (previous.has(id) || equal.has(id) || ids.has(id)) return false;
    ids.add(id);
    return true;
  });
}
