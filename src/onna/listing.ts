import type { OnnaClient } from './client.ts';
import { OnnaError } from './errors.ts';
import type { WireNode } from './wire/node.ts';

/** All pages of `@data` put together. */
export interface Listing {
  readonly nodes: readonly WireNode[];
  readonly deleted: readonly string[];
  /** What to ask the next time with: the newest `@timestamp`, verbatim; undefined when none was sent. */
  readonly since: string | undefined;
  /** Items that could not be read. */
  readonly unreadable: number;
}

/** A cursor that never ends must not keep us asking (API notes §14.6). At 1,000 an answer: a million Datasources. */
const mostPages = 1_000;

/**
 * Reads `@data` to the end: until the cursor is gone, a page is empty, or a page repeats the one before.
 * @param since As it was returned by the listing before; undefined for everything.
 */
export async function readListing(
  client: OnnaClient,
  since: string | undefined,
  signal?: AbortSignal,
  retry = true,
): Promise<Listing> {
  const nodes = new Map<string, WireNode>();
  const deleted = new Set<string>();
  let unreadable = 0;
  let newest = since;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = await client.data({ since, cursor, signal, retry });
    const known = nodes.size + deleted.size;
    for (const node of answer.nodes) {
      nodes.set(node.uid ?? node.path, node);
      if (node.timestamp !== undefined && (newest === undefined || isLater(node.timestamp, newest))) {
        newest = node.timestamp;
      }
    }
    for (const entry of answer.deleted) deleted.add(entry);
    unreadable += answer.unreadable;
    cursor = answer.cursor;
    if (cursor === undefined || nodes.size + deleted.size === known) break;
  }
  // An account whose every item is unreadable is not an empty account.
  if (unreadable > 0 && nodes.size === 0) {
    throw new OnnaError({
      kind: 'decode',
      what: 'list of Datasources',
      problem: 'no item has an address in this account',
    });
  }
  return { nodes: [...nodes.values()], deleted: [...deleted], since: newest, unreadable };
}

/** ISO dates with microseconds: `Date` keeps ms only, so equal ms are told apart by their text. */
function isLater(left: string, right: string): boolean {
  const difference = Date.parse(left) - Date.parse(right);
  return Number.isNaN(difference) || difference === 0 ? left > right : difference > 0;
}
