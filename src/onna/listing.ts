import type { OnnaClient } from './client.ts';
import { OnnaError } from './errors.ts';
import type { ListingPage } from './wire/listing.ts';
import type { WireNode } from './wire/node.ts';

/** All pages of `@data` put together. */
export interface Listing {
  readonly nodes: readonly WireNode[];
  readonly deleted: readonly string[];
  /** What to ask the next time with: the newest `@timestamp`, verbatim; undefined when none was sent. */
  readonly since: string | undefined;
  /** Items that could not be read. */
  readonly unreadable: number;
  /** How the pages ended: all read, or broken off where they no longer led on; then there may be more. */
  readonly end: 'reached' | 'repeating' | 'tooManyPages';
}

/** A cursor that never ends must not keep us asking (API notes §14.6). At 1,000 an answer: a million Datasources. */
const mostPages = 1_000;
/** So many pages without anything new, one after the other, only repeat what is known. */
const mostFruitlessPages = 3;

/** Gathers pages, whichever of them overlap. */
class Gathering {
  readonly nodes = new Map<string, WireNode>();
  readonly deleted = new Set<string>();
  unreadable = 0;
  newest: string | undefined;

  constructor(since: string | undefined) {
    this.newest = since;
  }

  get size(): number {
    return this.nodes.size + this.deleted.size;
  }

  take(page: ListingPage): void {
    for (const node of page.nodes) {
      this.nodes.set(node.uid ?? node.path, node);
      if (node.timestamp !== undefined && (this.newest === undefined || isLater(node.timestamp, this.newest)))
        this.newest = node.timestamp;
    }
    for (const entry of page.deleted) this.deleted.add(entry);
    this.unreadable += page.unreadable;
  }

  /** Whether no more is to be expected than there is, as far as the service tells. */
  isWhole(total: number | undefined): boolean {
    return total === undefined || this.nodes.size + this.unreadable >= total;
  }
}

/**
 * Reads `@data` to the end: until the cursor is gone, a page is empty, or pages only repeat what is known.
 * @param since As it was returned by the listing before; undefined for everything.
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
  let lacksSome = false;
  for (let page = 0; page < mostPages; page++) {
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
    // An empty page is an end; one that repeats what is known is one only if the service's own count agrees.
    const isEmpty = answer.received === 0 && answer.deleted.length === 0;
    if ((isEmpty || answer.total !== undefined) && all.isWhole(answer.total)) {
      end = 'reached';
      break;
    }
    if (fruitless < mostFruitlessPages) continue;
    end = 'repeating';
    lacksSome = !all.isWhole(answer.total);
    break;
  }
  // An account whose every item is unreadable is not an empty account.
  if (all.unreadable > 0 && all.nodes.size === 0) {
    throw new OnnaError({
      kind: 'decode',
      what: 'list of Datasources',
      problem: 'no item has an address in this account',
    });
  }
  return {
    nodes: [...all.nodes.values()],
    deleted: [...all.deleted],
    // What was broken off is asked for again from where it began.
    since: end === 'tooManyPages' || lacksSome ? since : all.newest,
    unreadable: all.unreadable,
    end,
  };
}

/** ISO dates with microseconds: `Date` keeps ms only, so equal ms are told apart by their text. */
function isLater(left: string, right: string): boolean {
  const difference = Date.parse(left) - Date.parse(right);
  return Number.isNaN(difference) || difference === 0 ? left > right : difference > 0;
}
