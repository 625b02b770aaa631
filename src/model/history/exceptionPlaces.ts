import type { SearchResults, SortValues } from '../../onna/wire/search.ts';

/** A position between two pages of a search for exceptions. */
export interface ExceptionPlace {
  /** The offset of the next page. */
  readonly from: number;
  readonly after: SortValues | undefined;
  /**
   * The id of the last hit before this place. If the next page also ends with this hit, the service repeats a
   * page.
   */
  readonly lastId: string | undefined;
  /** The number of different hits before this place. Default: `from`. */
  readonly known?: number;
  /** The number of different hits on the previous page. */
  readonly step?: number;
  /** The number of consecutive pages without new hits, although the service reports more hits. */
  readonly stalls?: number;
  /** Whether only offsets are used, because the service does not continue at sort values. */
  readonly byOffset?: boolean;
}

/** The maximum of `from + size` (docs/onna-api.md §6). Beyond this limit, paging needs sort values. */
export const searchWindow = 10_000;
/** Maximum consecutive pages without new hits. */
const maxStalls = 3;

export const firstPlace: ExceptionPlace = { from: 0, after: undefined, lastId: undefined };

/**
 * The place of the next page; undefined after the last page, or if the service can't continue. A page with fewer hits
 * than requested is the last one, unless the total is larger: the service may limit the page size.
 */
export function placeAfter(
  { hits, received, total }: SearchResults,
  before: ExceptionPlace,
  size: number,
): ExceptionPlace | undefined {
  const last = hits.at(-1);
  // Count a hit that is on the page twice only once, so that the next page does not skip a hit.
  const step = received - hits.length + new Set(hits.map(({ id }) => id)).size;
  const from = before.from + step;
  const known = (before.known ?? before.from) + step;
  if (received < size && known >= (total ?? 0)) return undefined;
  const isInWindow = from + size <= searchWindow;
  const place = { from, after: undefined, lastId: last?.id, known, step };
  if (before.byOffset === true) return isInWindow ? { ...place, byOffset: true } : undefined;
  // Several Resources may have the same sort value. If a hit has no second sort value, continuing after the first one
  // could skip some of these Resources.
  const after = isInWindow && last?.sort?.length === 1 ? undefined : last?.sort;
  return isInWindow || after ? { ...place, after } : undefined;
}

/**
 * The place of the next attempt after an empty or repeated page, if the service reports more hits. The first
 * attempt uses the same place, the second the same offset, and the third the next offset.
 * @returns Undefined if no place is left to try.
 */
export function placeAfterStall(
  stalled: ExceptionPlace,
  total: number | undefined,
  size: number,
): ExceptionPlace | undefined {
  const { from, known = from, step = size } = stalled;
  const stalls = (stalled.stalls ?? 0) + 1;
  if (known >= (total ?? 0) || stalls > maxStalls) return undefined;
  if (stalls === 1) return { ...stalled, stalls };
  const start = stalls === maxStalls ? from + step : from;
  if (start + size > searchWindow) return undefined;
  return { ...stalled, from: start, after: undefined, known, stalls, byOffset: true };
}
