import type { OnnaClient } from './client.ts';
import { OnnaError } from './errors.ts';
import type { ListingPage } from './wire/listing.ts';
import type { WireNode } from './wire/node.ts';

/** All pages of `@data` put together. */
export interface Listing {
  /** Whether everything was asked for, and not only what changed. */
  readonly everything: boolean;
  readonly nodes: readonly WireNode[];
  readonly deleted: readonly string[];
  /** What to ask the next time with: the newest `@timestamp`, verbatim; undefined when none was sent. */
  readonly since: string | undefined;
  /** Items that could not be read. In a list of everything, also items that the service counts and did not send. */
  readonly unreadable: number;
  /** Why, in English, for the log; with how many items each reason holds for. */
  readonly problems: ReadonlyMap<string, number>;
  /** How the pages ended: all read, or broken off where they no longer led on; then there may be more. */
  readonly end: 'reached' | 'repeating' | 'tooManyPages';
}

/** A cursor that never ends must not keep us asking (docs/onna-api.md §14.6). At 1,000 an answer: a million Datasources. */
const maxPages = 1_000;
/** So many pages without anything new, one after the other, only repeat what is known. */
const maxFruitlessPages = 3;

/** Gathers pages, whichever of them overlap. */
class Gathering {
  readonly nodes = new Map<string, WireNode>();
  readonly deleted = new Set<string>();
  /** Problems of unreadable items, by what tells one item from another. */
  readonly unread = new Map<unknown, string>();
  newest: string | undefined;

  constructor(since: string | undefined) {
    this.newest = since;
  }

  get size(): number {
    // A page that can't be read is no repetition of the one before.
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

  /** How many items the service counts beyond those that came. */
  missing(total: number | undefined): number {
    return Math.max(0, (total ?? 0) - this.nodes.size - this.unread.size);
  }

  problems(unsent: number): ReadonlyMap<string, number> {
    const problems = new Map<string, number>();
    for (const problem of this.unread.values()) problems.set(problem, (problems.get(problem) ?? 0) + 1);
    if (unsent > 0) problems.set('the service counts it and did not send it', unsent);
    return problems;
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
    // An empty page is an end; one that repeats what is known is one only if the service's own count agrees.
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
  // An account whose every item is unreadable is not an empty account. A single change that can't be read is counted.
  if (since === undefined && all.unread.size > 0 && all.nodes.size === 0) {
    throw new OnnaError({
      kind: 'decode',
      what: 'list of Datasources',
      problem: 'no item has an address in this account',
    });
  }
  // It is not documented what `total` counts where only changes are asked for.
  const unsent = since === undefined ? missing : 0;
  return {
    everything: since === undefined,
    nodes: [...all.nodes.values()],
    deleted: [...all.deleted],
    // What was broken off is asked for again from where it began.
    since: end === 'tooManyPages' || missing > 0 ? since : all.newest,
    unreadable: all.unread.size + unsent,
    problems: all.problems(unsent),
    end,
  };
}

/** ISO dates with microseconds: `Date` keeps ms only, so equal ms are told apart by their text. */
function isLater(left: string, right: string): boolean {
  const difference = Date.parse(left) - Date.parse(right);
  return Number.isNaN(difference) || difference === 0 ? left > right : difference > 0;
}
