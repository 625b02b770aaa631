import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { LogItem, LogName, LogPage } from '../../onna/wire/logs.ts';

/** The Datasource whose log is read. */
export interface LogOwner {
  readonly connectionId: string;
  readonly path: NodePath;
}

/** The wanted entries of a log. */
export interface LogSelection {
  readonly log: LogName;
  readonly errorsOnly: boolean;
  /** From this time on, in ms since 1970. */
  readonly from?: number | undefined;
  /** Before this time, in ms since 1970. */
  readonly to?: number | undefined;
}

/** A place in a log. */
export interface LogCursor {
  readonly text: string;
  /** The page before this place. The next one may begin with some of the same entries. */
  readonly after: LogPage;
}

/** Some entries of a log, newest first. */
export interface LogPart {
  readonly items: readonly LogItem[];
  /** Continues with older entries. Undefined: there are none. */
  readonly cursor: LogCursor | undefined;
}

/** Entries per request. */
const pageSize = 200;
/** Maximum requests for one part: errors may be rare among the entries, and pages may be short. */
const maxPagesPerPart = 5;
/** With this many entries, a part is complete, even if more could be requested. */
const enoughItems = 100;
/** Maximum entries that two pages can share. */
const maxShared = 1_000;
/** Maximum concurrent requests for logs, per account. */
const concurrentRequests = 2;

/** Reads the logs of Datasources, for every part of the extension that shows them. */
export class LogReader {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #limits = new Map<string, LimitFunction>();

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /**
   * Reads the next part of a log: until it has enough wanted entries, but only a few requests.
   * @param cursor From the part before; undefined for the newest entries.
   * @throws OnnaError. `noPermission`: the user may not read this log. `decode`: none of the entries is readable.
   */
  async read(
    owner: LogOwner,
    { log, errorsOnly, from, to }: LogSelection,
    cursor: LogCursor | undefined,
    signal: AbortSignal,
  ): Promise<LogPart> {
    const client = await this.#client(owner.connectionId);
    let items: readonly LogItem[] = [];
    let next = cursor;
    let isAllOld = true;
    let received = 0;
    let readable = 0;
    const ended = (following?: LogCursor): LogPart => {
      // A log that can't be read is not an empty one.
      if (received > 0 && readable === 0)
        throw new OnnaError({
          kind: 'decode',
          what: 'log',
          problem: `none of its ${received} entries is readable`,
        });
      return { items, cursor: following };
    };
    for (let page = 0; page < maxPagesPerPart; page++) {
      const query = { from, to, limit: pageSize, cursor: next?.text };
      const answer = await this.#limited(owner.connectionId, signal, () =>
        client.log(owner.path, log, query, signal),
      );
      const added = next ? withoutShared(next.after, answer) : answer.items;
      const isOld = answer.received === 0 || (next !== undefined && isRepetition(next.after, answer, added));
      isAllOld &&= isOld;
      received += answer.received;
      readable += answer.items.length;
      const inSpan = added.filter(({ at }) => isInSpan(at, from, to));
      items = items.concat(errorsOnly ? inSpan.filter(({ outcome }) => outcome === 'error') : inSpan);
      // The same cursor on every page may still move on (docs/onna-api.md §5), but not without new entries.
      const isEnd = answer.cursor === undefined || (isOld && answer.cursor === next?.text);
      if (isEnd || isBefore(answer, from)) return ended();
      next = { text: answer.cursor, after: isOld && next ? next.after : answer };
      const isFull = answer.received >= pageSize;
      if (items.length >= enoughItems || (!errorsOnly && items.length > 0 && isFull)) break;
    }
    return ended(isAllOld ? undefined : next);
  }

  /**
   * The newest error in the collection log. Reads one page, as a background request.
   * @throws OnnaError
   */
  async newestError(owner: LogOwner, signal: AbortSignal): Promise<LogItem | undefined> {
    const { inBackground } = await this.#client(owner.connectionId);
    const page = await this.#limited(owner.connectionId, signal, () =>
      inBackground.log(owner.path, 'collection', { limit: pageSize }, signal),
    );
    return page.items.find(({ outcome }) => outcome === 'error');
  }

  /** Waits for its turn. @throws OnnaError `cancelled` if `signal` was aborted meanwhile. */
  #limited<T>(connectionId: string, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    let limit = this.#limits.get(connectionId);
    if (!limit) {
      limit = pLimit(concurrentRequests);
      this.#limits.set(connectionId, limit);
    }
    return limit(() => {
      if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
      return request();
    });
  }
}

/** The service may ignore the time span. An entry without a time is kept. */
function isInSpan(at: number | undefined, from: number | undefined, to: number | undefined): boolean {
  if (at === undefined) return true;
  return (from === undefined || at >= from) && (to === undefined || at < to);
}

/** All entries of a page are older than the span, so the next pages have none of it. */
function isBefore({ items }: LogPage, from: number | undefined): boolean {
  return from !== undefined && items.length > 0 && items.every(({ at }) => at !== undefined && at < from);
}

/**
 * The entries of a page that the page before did not have. Entries that are written while a log is read push older ones
 * on to the next page.
 */
function withoutShared(before: LogPage, page: LogPage): readonly LogItem[] {
  if (JSON.stringify(before.items) === JSON.stringify(page.items)) return [];
  const last = before.items.slice(-maxShared).map((item) => JSON.stringify(item));
  // Entries without a time may look alike and still be different ones.
  const first = page.items
    .slice(0, maxShared)
    .map((item) => (item.at === undefined ? undefined : JSON.stringify(item)));
  for (let start = Math.max(0, last.length - first.length); start < last.length; start++)
    if (last.slice(start).every((item, index) => item === first[index]))
      return page.items.slice(last.length - start);
  return page.items;
}

/** Whether a page has only entries of the page before. Pages without a readable entry look alike. */
function isRepetition(before: LogPage, page: LogPage, added: readonly LogItem[]): boolean {
  if (page.items.length > 0) return added.length === 0;
  return before.items.length === 0 && before.received === page.received && before.cursor === page.cursor;
}
