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
  /** The earliest time, inclusive, in ms since 1970. */
  readonly from?: number | undefined;
  /** The latest time, exclusive, in ms since 1970. */
  readonly to?: number | undefined;
}

/** The place in a log where the next part begins. */
export interface LogCursor {
  readonly text: string;
  /** The last page that was read. If the service sends the same page again, the log has no more entries. */
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
/** Maximum concurrent requests for logs, per account. */
const concurrentRequests = 2;

/** Reads the logs of Datasources. */
export class LogReader {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #limits = new Map<string, LimitFunction>();

  constructor(client: (connectionId: string) => Promise<OnnaClient>) {
    this.#client = client;
  }

  /**
   * Reads the next part of a log. Sends requests until it has enough matching entries or reaches the maximum number of
   * requests.
   * @param cursor The cursor of the previous part; undefined for the newest entries.
   * @throws OnnaError `noPermission` if the user may not read this log, or another failure.
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
    for (let page = 0; page < maxPagesPerPart; page++) {
      const query = { from, to, limit: pageSize, cursor: next?.text };
      const answer = await this.#limited(owner.connectionId, signal, () =>
        client.log(owner.path, log, query, signal),
      );
      // A service may send the same cursor with every page and still continue (docs/onna-api.md §5). A repeated page
      // means the end.
      if (next && isSamePage(next.after, answer)) return { items, cursor: undefined };
      const inSpan = answer.items.filter(({ at }) => isInSpan(at, from, to));
      items = items.concat(errorsOnly ? inSpan.filter(({ outcome }) => outcome === 'error') : inSpan);
      if (answer.cursor === undefined || answer.received === 0 || isBefore(answer, from))
        return { items, cursor: undefined };
      next = { text: answer.cursor, after: answer };
      if (items.length >= enoughItems || (!errorsOnly && items.length > 0)) break;
    }
    return { items, cursor: next };
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

  /**
   * Sends a request as soon as fewer than {@link concurrentRequests} are running. @throws OnnaError `cancelled` if
   * `signal` was aborted meanwhile.
   */
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

/** Filters by time again, because the service may ignore the time span. An entry without a time is kept. */
function isInSpan(at: number | undefined, from: number | undefined, to: number | undefined): boolean {
  if (at === undefined) return true;
  return (from === undefined || at >= from) && (to === undefined || at < to);
}

/** Whether all entries of a page are older than the time span. If so, all following pages are older too. */
function isBefore({ items }: LogPage, from: number | undefined): boolean {
  return from !== undefined && items.length > 0 && items.every(({ at }) => at !== undefined && at < from);
}

function isSamePage(left: LogPage, right: LogPage): boolean {
  // Two pages without readable entries would look the same, so their cursors are compared.
  if (right.items.length === 0 && left.cursor !== right.cursor) return false;
  return left.received === right.received && JSON.stringify(left.items) === JSON.stringify(right.items);
}
