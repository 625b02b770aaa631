import type { Answer } from '../http/answer.ts';
import { json } from '../http/answer.ts';
import { schemaViolation } from '../http/refusals.ts';
import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { Micros } from '../store/timestamps.ts';
import type { AuditTrail, StoredEvent } from '../store/auditTrail.ts';

/**
 * Default number of entries per page. Except for CSV and `@auditLog`, it is also the maximum: a request for more
 * entries gets this many.
 */
export const maxPage = 1000;

/** The query parameters of a log. */
interface LogQuery {
  /** Condition for the time span from `epoch_from` to `epoch_to`. */
  readonly span: Sql;
  readonly limit: number;
  readonly after: Micros | undefined;
}

function readEpoch(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const seconds = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Infinity;
  if (!Number.isFinite(seconds))
    throw schemaViolation('query', name, 'Epoch seconds are required', { type: 'number' });
  return seconds;
}

function readLimit(query: URLSearchParams, name: string, max: number): number {
  const text = query.get(name);
  if (text === null) return max;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1)
    throw schemaViolation('query', name, 'A positive whole number is required', { type: 'number' });
  return Math.min(limit, max);
}

/**
 * Decodes a cursor.
 * @throws Refusal 412 about the parameter `cursor` if the text does not come from {@link cursorAfter}
 */
export function readCursor(
  cursor: string | null | undefined,
  place: 'query' | 'body' = 'query',
): Micros | undefined {
  if (cursor === null || cursor === undefined || cursor === '') return undefined;
  const at = /^after:(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (at === undefined || cursorAt(Number(at)) !== cursor)
    throw schemaViolation(place, 'cursor', 'Not the cursor of an earlier page', { type: 'string' });
  return Number(at);
}

/** The cursor for the events before this time. */
export function cursorAt(at: Micros): string {
  return Buffer.from(`after:${at}`).toString('base64url');
}

/**
 * The cursor of the next page, or null on the last page.
 * @param events The page, plus one event if there is a next page.
 */
export function cursorAfter(events: readonly StoredEvent[], limit: number): string | null {
  const last = events[limit - 1];
  return events.length > limit && last !== undefined ? cursorAt(last.at) : null;
}

/**
 * Reads `epoch_from`, `epoch_to` (seconds: docs/onna-api.md §8), `cursor` and the page size.
 * @param sizeName Name of the page size parameter, which differs between logs.
 */
export function readLogQuery(query: URLSearchParams, sizeName: 'size' | 'limit', max = maxPage): LogQuery {
  const from = readEpoch(query, 'epoch_from');
  const to = readEpoch(query, 'epoch_to');
  return {
    span: combine('AND', [
      ...(from === undefined ? [] : [{ text: 'd.at >= ?', values: [from * 1_000_000] }]),
      // The end is exclusive, so that no event appears in two adjacent spans.
      ...(to === undefined ? [] : [{ text: 'd.at < ?', values: [to * 1_000_000] }]),
    ]),
    limit: readLimit(query, sizeName, max),
    after: readCursor(query.get('cursor')),
  };
}

/**
 * Finds one page and the cursor of the next page. The newest events come first, so that new events do not shift later
 * pages.
 */
export function findPage(
  trail: AuditTrail,
  which: Sql,
  { span, limit, after }: LogQuery,
): { readonly page: readonly StoredEvent[]; readonly cursor: string | null } {
  const where = combine('AND', [which, span]);
  const found = trail.find({ where, direction: 'desc', after, limit: limit + 1 });
  return { page: found.slice(0, limit), cursor: cursorAfter(found, limit) };
}

/** Returns the result of {@link findPage} as the answer `{items, cursor}`. */
export function answerPage(
  trail: AuditTrail,
  which: Sql,
  query: LogQuery,
  item: (event: StoredEvent) => unknown,
): Answer {
  const { page, cursor } = findPage(trail, which, query);
  return json({ items: page.map(item), cursor });
}
