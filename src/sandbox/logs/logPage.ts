import type { Answer } from '../http/answer.ts';
import { json } from '../http/answer.ts';
import { schemaViolation } from '../http/refusals.ts';
import { combine } from '../store/sql.ts';
import type { Sql } from '../store/sql.ts';
import type { Micros } from '../store/timestamps.ts';
import type { AuditTrail, StoredEvent } from '../store/auditTrail.ts';

/** Entries of a page when no size is given, and the most of one: a larger size is taken for this one. */
export const maxPage = 1000;

/** A part of a log, as a query string asks for it. */
export interface LogQuery {
  /** The time span: `epoch_from` and `epoch_to`. */
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

function readLimit(query: URLSearchParams, name: string, most: number): number {
  const text = query.get(name);
  if (text === null) return most;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1)
    throw schemaViolation('query', name, 'A whole number from 1 on is required', { type: 'number' });
  return Math.min(limit, most);
}

/** The place that a cursor stands for. @throws Refusal 412 naming `cursor` for anything that {@link cursorAfter} did not give out */
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

function cursorAt(at: Micros): string {
  return Buffer.from(`after:${at}`).toString('base64url');
}

/** The cursor of the next page; null when `events`, of which one more than a page was asked for, is all there is. */
export function cursorAfter(events: readonly StoredEvent[], limit: number): string | null {
  const last = events[limit - 1];
  return events.length > limit && last !== undefined ? cursorAt(last.at) : null;
}

/**
 * `epoch_from`, `epoch_to` (seconds: docs/onna-api.md §8), `cursor`, and the size under the name that the log has for it.
 * @throws Refusal 412 naming the parameter
 */
export function readLogQuery(query: URLSearchParams, sizeName: 'size' | 'limit', most = maxPage): LogQuery {
  const from = readEpoch(query, 'epoch_from');
  const to = readEpoch(query, 'epoch_to');
  return {
    span: combine('AND', [
      ...(from === undefined ? [] : [{ text: 'd.at >= ?', values: [from * 1_000_000] }]),
      // Without the end itself, so that spans that follow each other tell nothing twice.
      ...(to === undefined ? [] : [{ text: 'd.at < ?', values: [to * 1_000_000] }]),
    ]),
    limit: readLimit(query, sizeName, most),
    after: readCursor(query.get('cursor')),
  };
}

/** One page, newest first, so that what is added meanwhile moves nothing: its events and the cursor of the next one. */
export function findPage(
  trail: AuditTrail,
  which: Sql,
  { span, limit, after }: LogQuery,
): { readonly page: readonly StoredEvent[]; readonly cursor: string | null } {
  const where = combine('AND', [which, span]);
  const found = trail.find({ where, direction: 'desc', after, limit: limit + 1 });
  return { page: found.slice(0, limit), cursor: cursorAfter(found, limit) };
}

/** {@link findPage} as `{items, cursor}`. */
export function answerPage(
  trail: AuditTrail,
  which: Sql,
  query: LogQuery,
  item: (event: StoredEvent) => unknown,
): Answer {
  const { page, cursor } = findPage(trail, which, query);
  return json({ items: page.map(item), cursor });
}
