import * as v from 'valibot';
import type { AccountAddress } from '../address.ts';
import { decodeNode } from './node.ts';
import type { WireNode } from './node.ts';
import { lenientNumber, lenientString, objectWith } from './values.ts';

/** One page of `@data` (API notes §3). */
export interface ListingPage {
  readonly nodes: readonly WireNode[];
  /** uids or paths: the service does not say which (API notes §14.7). */
  readonly deleted: readonly string[];
  readonly cursor: string | undefined;
  /** How many items could not be read and were left out. */
  readonly unreadable: number;
  /** How many items the page held, readable or not. */
  readonly received: number;
  /** How many there are on all pages, if the service says so. */
  readonly total: number | undefined;
}

const schema = objectWith({
  // One page of the service's documentation shows an object instead of an array.
  updates: v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]),
  deleted: v.fallback(v.optional(v.array(v.unknown())), []),
  cursor: v.fallback(v.nullish(v.string()), undefined),
  total: lenientNumber,
});

/** Undefined when `json` is no listing at all. */
export function decodeListing(address: AccountAddress, json: unknown): ListingPage | undefined {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return undefined;
  const { updates, deleted, cursor, total } = parsed.output;
  const items = Array.isArray(updates) ? updates : Object.values(updates);
  const nodes: WireNode[] = [];
  for (const item of items) {
    const node = decodeNode(address, item);
    if (node) nodes.push(node);
  }
  return {
    nodes,
    deleted: (deleted ?? []).filter((entry) => typeof entry === 'string'),
    cursor: cursor === null || cursor === '' ? undefined : cursor,
    unreadable: items.length - nodes.length,
    received: items.length,
    total,
  };
}

const sizeSchema = objectWith({ bytes_processed: lenientNumber, doc_count: lenientNumber });

/** The answer of `@size` (API notes §5). */
export interface DatasourceSize {
  readonly bytesProcessed: number | undefined;
  readonly resourceCount: number | undefined;
}

/** Undefined when `json` is no object. */
export function decodeSize(json: unknown): DatasourceSize | undefined {
  const parsed = v.safeParse(sizeSchema, json);
  return parsed.success
    ? { bytesProcessed: parsed.output.bytes_processed, resourceCount: parsed.output.doc_count }
    : undefined;
}

const meSchema = objectWith({ id: lenientString, mail: lenientString, blocked: v.optional(v.unknown()) });

/** The owner of a token, as `/auth/oauth/me` tells. */
export interface SignedInUser {
  /** The mail address, else the id; undefined where the service gives neither. */
  readonly login: string | undefined;
  /** May not use the account. */
  readonly isBlocked: boolean;
}

/** Reads the answer of `/auth/oauth/me`. */
export function decodeMe(json: unknown): SignedInUser {
  const parsed = v.safeParse(meSchema, json);
  if (!parsed.success) return { login: undefined, isBlocked: false };
  const { mail, id, blocked } = parsed.output;
  return { login: mail ?? id, isBlocked: blocked === true };
}
