import type { OnnaClient } from './client.ts';
import { OnnaError } from './errors.ts';
import type { ListingPage } from './wire/listing.ts';
import type { WireNode } from './wire/node.ts';

/** All pages of `@data`, merged. */
export interface Listing {
  /** Whether this is a full list, not only a list of changes. */
  readonly everything: boolean;
  readonly nodes: readonly WireNode[];
  readonly deleted: readonly string[];
  /** `since` for the next listing: the newest `@timestamp`, verbatim. Undefined when the service sent none. */
  readonly since: string | undefined;
  /** The number of unreadable items. For a full list, this includes items that the service counts but did not send. */
  readonly unreadable: number;
  /** The reasons why items are unreadable, each with its number of items. In English, for the log. */
  readonly problems: ReadonlyMap<string, number>;
  /** `reached`: all pages were read. Otherwise reading stopped early, and there may be more items. */
  readonly end: 'reached' | 'repeating' | 'tooManyPages';
}

/** Maximum pages if the cursor never ends (docs/onna-api.md §14.6): a million Datasources at 1,000 items a page. */
const maxPages = 1_000;
/** After this many consecutive pages without new items, the listing is assumed to repeat itself. */
const maxFruitlessPages = 3;

/** Merges pages that may overlap. */
class Gathering {
  readonly nodes = new Map<string, WireNode>();
  readonly deleted = new Set<string>();
  /** The problem of each unreadable item, by a key that identifies the item. */
  readonly unread = new Map<unknown, string>();
  newest: string | undefined;

  constructor(since: string | undefined) {
    this.newest = since;
  }

  get size(): number {
    // Includes unreadable items, so that an unreadable page does not count as a repetition.
    return this.nodes.size + this.deleted.size + this.unread.size;
  }

  take(page: ListingPage): void {
    for (const node of page.nodes) {
      this.nodes.set(node.uid ?? node.path, node);
      if (node.timestamp !== undefined && (this.newest === undefined || isLater(node.timestamp, this.newest)))
        this.newest = node.timestamp;
    }
    for (const entry of page.deleted) this.deleted.add(entry);
    for (const { key, problem } of page.unread) this.unread.set(key ?? Symbol(), problem);
  }

  /** The number of items that the service counts but did not send. */
  missing(total: number | undefined): number {
    return Math.max(0, (total ?? 0) - this.nodes.size - this.unread.size);
  }

  problems(unsent: number): ReadonlyMap<string, number> {
    const problems = new Map<string, number>();
    for (const problem of this.unread.values()) problems.set(problem, (problems.get(problem) ?? 0) + 1);
    if (unsent > 0) problems.set('the service counts it but did not send it', unsent);
    return problems;
  }
}

/**
 * Reads all pages of `@data`. Stops at a missing cursor, an empty page, or pages that only repeat known items.
 * @param since The `since` of the previous listing; undefined lists everything.
 */
export async function readListing(
  client: OnnaClient,
  since: string | undefined,
  signal?: AbortSignal,
  retry = true,
): Promise<Listing> {
  const all = new Gathering(since);
  let cursor: string | undefined;
  let fruitless = 0;
  let end: Listing['end'] = 'tooManyPages';
  let missing = 0;
  for (let page = 0; page < maxPages; page++) {
    const answer = await client.data({ since, cursor, signal, retry });
    const before = all.size;
    all.take(answer);
    cursor = answer.cursor;
    if (cursor === undefined) {
      end = 'reached';
      break;
    }
    if (all.size > before) {
      fruitless = 0;
      continue;
    }
    fruitless++;
    // An empty page is the end unless the service's count says that items are missing. A page that repeats known items
    // is the end only if the service sends a count and no item is missing.
    const isEmpty = answer.received === 0 && answer.deleted.length === 0;
    if ((isEmpty || answer.total !== undefined) && all.missing(answer.total) === 0) {
      end = 'reached';
      break;
    }
    if (fruitless < maxFruitlessPages) continue;
    end = 'repeating';
    missing = all.missing(answer.total);
    break;
  }
  // If every item is unreadable, the account must not look empty. In a list of changes, unreadable items are only
  // counted.
  if (since === undefined && all.unread.size > 0 && all.nodes.size === 0) {
    throw new OnnaError({
      kind: 'decode',
      what: 'list of Datasources',
      problem: 'no item has an address in this account',
    });
  }
  // The meaning of `total` in a list of changes is not documented.
  const unsent = since === undefined ? missing : 0;
  return {
    everything: since === undefined,
    nodes: [...all.nodes.values()],
    deleted: [...all.deleted],
    // After an incomplete listing, the next listing starts from the same point.
    since: end === 'tooManyPages' || missing > 0 ? since : all.newest,
    unreadable: all.unread.size + unsent,
    problems: all.problems(unsent),
    end,
  };
}

/** Compares ISO dates with microseconds. `Date` keeps only ms, so dates with equal ms are compared as text. */
function isLater(left: string, right: string): boolean {
  const difference = Date.parse(left) - Date.parse(right);
  return Number.isNaN(difference) || difference === 0 ? left > right : difference > 0;
}
