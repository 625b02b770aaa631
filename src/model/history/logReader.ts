import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { LogItem, LogName, LogPage } from '../../onna/wire/logs.ts';
import { RequestTurns } from './requestTurns.ts';

/** The Datasource whose log is read. */
export interface LogOwner {
  readonly connectionId: string;
  readonly path: NodePath;
}

/** The entries of a log to read. */
export interface LogSelection {
  readonly log: LogName;
  readonly errorsOnly: boolean;
  /** The earliest time, inclusive, in ms since 1970. */
  readonly from?: number | undefined;
  /** The latest time, exclusive, in ms since 1970. */
  readonly to?: number | undefined;
}

/** The place in a log where the next part begins. */
export interface LogCursor {
  readonly text: string;
  /** The last page that was read. The next page may begin with some of the same entries. */
  readonly after: LogPage;
}

/** Some entries of a log, newest first. */
export interface LogPart {
  readonly items: readonly LogItem[];
  /** Where older entries begin. Undefined if there are none. */
  readonly cursor: LogCursor | undefined;
}

/** Entries per request. */
const pageSize = 200;
/**
 * Maximum number of requests for one part. Finding enough errors may take several, because most entries are not errors.
 */
const maxPagesPerPart = 5;
/** A part with at least this many entries is complete, even if more could be requested. */
const enoughItems = 100;
/** Maximum entries that two pages can share. */
const maxShared = 1_000;
/** Maximum concurrent requests for logs, per account. */
const concurrentRequests = 2;

/** Reads the logs of Datasources. */
export class LogReader {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #turns = new Map<string, RequestTurns>();

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /**
   * Reads the next part of a log. Sends requests until it has enough matching entries or reaches the maximum number of
   * requests.
   * @param cursor The cursor of the previous part; undefined for the newest entries.
   * @throws OnnaError `noPermission` if the user may not read this log, `decode` if no entry is readable, or another
   * failure.
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
      // An unreadable log must not look like an empty one.
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
      const answer = await this.#turnsOf(owner.connectionId).run(false, signal, () =>
        client.log(owner.path, log, query, signal),
      );
      const added = next ? withoutShared(next.after, answer) : answer.items;
      const isOld = answer.received === 0 || (next !== undefined && isRepetition(next.after, answer, added));
      isAllOld &&= isOld;
      received += answer.received;
      readable += answer.items.length;
      const inSpan = added.filter(({ at }) => isInSpan(at, from, to));
      items = items.concat(errorsOnly ? inSpan.filter(({ outcome }) => outcome === 'error') : inSpan);
      // The service may return the same cursor with every page (docs/onna-api.md §5). The log ends when such
      // a page has no new entries.
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
    const page = await this.#turnsOf(owner.connectionId).run(true, signal, () =>
      inBackground.log(owner.path, 'collection', { limit: pageSize }, signal),
    );
    return page.items.find(({ outcome }) => outcome === 'error');
  }

  #turnsOf(connectionId: string): RequestTurns {
    let turns = this.#turns.get(connectionId);
    if (!turns) {
      turns = new RequestTurns(concurrentRequests);
      this.#turns.set(connectionId, turns);
    }
    return turns;
  }
}

/** Filters by time again, because the service may ignore the time span. An entry without a time is kept. */
function isInSpan(at: number | undefined, from: number | undefined, to: number | undefined): boolean {
  if (at === undefined) return true;
  return (from === undefined || at >= from) && (to === undefined || at < to);
}

/** Whether all entries of a page are older than the time span. If so, all following pages are older too. */
function isBefore({ items }: LogPage, from: number | undefined): boolean {
  return from !== undefined && items.length > 0 && items.every(({ at }) => at !== undefined && at < from);
}

/**
 * The entries of a page that the previous page did not contain. If entries are written while a log is read,
 * older entries move to the next page.
 */
function withoutShared(before: LogPage, page: LogPage): readonly LogItem[] {
  if (JSON.stringify(before.items) === JSON.stringify(page.items)) return [];
  const last = before.items.slice(-maxShared).map((item) => JSON.stringify(item));
  // Entries without a time may look alike although they differ.
  const first = page.items
    .slice(0, maxShared)
    .map((item) => (item.at === undefined ? undefined : JSON.stringify(item)));
  for (let start = Math.max(0, last.length - first.length); start < last.length; start++)
    if (last.slice(start).every((item, index) => item === first[index]))
      return page.items.slice(last.length - start);
  return page.items;
}

/** Whether a page contains only entries of the previous page. Pages without a readable entry all look alike. */
function isRepetition(before: LogPage, page: LogPage, added: readonly LogItem[]): boolean {
  if (page.items.length > 0) return added.length === 0;
  return before.items.length === 0 && before.received === page.received && before.cursor === page.cursor;
}
