import * as v from 'valibot';
import type { AccountAddress } from '../address.ts';
import { decodeNode, type WireNode } from './node.ts';
import { deletedIn, itemsOf, unreadItem, type UnreadItem } from './listingItems.ts';
import { lenientNumber, lenientString, objectWith } from './values.ts';

/** One page of `@data` (docs/onna-api.md §3). */
export interface ListingPage {
  readonly nodes: readonly WireNode[];
  /**
   * Uids and paths below the account. The documentation does not specify whether the service sends uids or paths
   * (docs/onna-api.md §14.7).
   */
  readonly deleted: readonly string[];
  readonly cursor: string | undefined;
  /** Items that could not be read. They are not in `nodes`. */
  readonly unread: readonly UnreadItem[];
  /** The number of items on the page, readable or not. */
  readonly received: number;
  /** The number of items on all pages, if the service reports it. */
  readonly total: number | undefined;
}

const schema = objectWith({
  updates: v.custom<object | null>((value) => typeof value === 'object'),
  deleted: v.optional(v.unknown()),
  cursor: v.fallback(v.nullish(v.string()), undefined),
  total: lenientNumber,
});

/** Decodes a page of `@data`. Undefined when `json` is not a listing. */
export function decodeListing(address: AccountAddress, json: unknown): ListingPage | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const { updates, deleted, cursor, total } = parsed.output;
  // null is accepted as an empty list only with `total: 0`. Otherwise null could remove every row by mistake.
  if (updates === null && total !== 0) return undefined;
  const items = itemsOf(updates);
  const nodes: WireNode[] = [];
  const unread: UnreadItem[] = [];
  for (const item of items) {
    const node = decodeNode(address, item);
    if (node) nodes.push(node);
    else unread.push(unreadItem(item));
  }
  return {
    nodes,
    deleted: deletedIn(address, deleted),
    cursor: cursor === null || cursor === '' ? undefined : cursor,
    unread,
    received: items.length,
    total,
  };
}

const sizeSchema = objectWith({ bytes_processed: lenientNumber, doc_count: lenientNumber });

/** The decoded answer of `@size` (docs/onna-api.md §5). */
export interface DatasourceSize {
  readonly bytesProcessed: number | undefined;
  readonly resourceCount: number | undefined;
}

/** Decodes the answer of `@size`. Undefined when `json` is not an object. */
export function decodeSize(json: unknown): DatasourceSize | undefined {
  const parsed = v.safeParse(sizeSchema, json);
  return parsed.success
    ? { bytesProcessed: parsed.output.bytes_processed, resourceCount: parsed.output.doc_count }
    : undefined;
}

const meSchema = objectWith({ id: lenientString, mail: lenientString, blocked: v.optional(v.unknown()) });

/** The owner of a token, from `/auth/oauth/me`. */
interface SignedInUser {
  /** The email address or, without one, the id. Undefined if the service sends neither. */
  readonly login: string | undefined;
  /** Whether the user is blocked from the account. */
  readonly isBlocked: boolean;
}

/** Decodes the answer of `/auth/oauth/me`. */
export function decodeMe(json: unknown): SignedInUser {
  const parsed = v.safeParse(meSchema, json);
  if (!parsed.success) return { login: undefined, isBlocked: false };
  const { mail, id, blocked } = parsed.output;
  return { login: mail ?? id, isBlocked: blocked === true };
}
