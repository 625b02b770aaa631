import * as v from 'valibot';
import { nodePath, type AccountAddress } from '../address.ts';
import { firstString, objectWith } from './values.ts';

/** An item of a listing that could not be read. */
export interface UnreadItem {
  /** Identifies the item across pages. Undefined if it has neither a uid nor an address. */
  readonly key: string | undefined;
  /** In English, for the log. Contains no text from the service. */
  readonly problem: string;
}

/** Maximum depth of items in nested arrays and objects. */
const maxDepth = 4;
const recordSchema = objectWith({});

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const parsed = v.safeParse(recordSchema, value);
  return parsed.success ? parsed.output : undefined;
}

function isItem(record: Readonly<Record<string, unknown>>): boolean {
  return '@id' in record || '@type' in record || '@uid' in record;
}

/**
 * The items in `updates`. The service's documentation shows an array and, on one page, an object. This function also
 * accepts a single item, nested arrays, and objects that wrap items. A value without an item is returned unchanged, so
 * that it is counted as unreadable.
 */
export function itemsOf(updates: unknown): readonly unknown[] {
  if (updates === null) return [];
  const record = recordOf(updates);
  if (!record || isItem(record)) return collect(updates, 0);
  const entries = Object.entries(record);
  // If no value of the record is an object, the record is a single item without the usual fields, not a map
  // of items.
  if (entries.length > 0 && entries.every(([, value]) => typeof value !== 'object')) return [updates];
  return entries.flatMap(([key, value]) => collect(value, 1).map((item) => withAddress(item, key)));
}

function collect(value: unknown, depth: number): readonly unknown[] {
  if (depth < maxDepth && Array.isArray(value)) return value.flatMap((entry) => collect(entry, depth + 1));
  const record = recordOf(value);
  if (!record || isItem(record) || depth >= maxDepth) return [value];
  const inside = Object.values(record)
    .flatMap((entry) => collect(entry, depth + 1))
    .filter((entry) => isItem(recordOf(entry) ?? {}));
  return inside.length > 0 ? inside : [value];
}

/** If an item has no address, uses its key in the object as its address. The key must be a path or a URL. */
function withAddress(item: unknown, key: string): unknown {
  const record = recordOf(item);
  const isAddress = key.startsWith('/') || /^https?:\/\//i.test(key);
  return record && isAddress && firstString(record, ['@id', 'path']) === undefined
    ? { ...record, '@id': key }
    : item;
}

/** Explains why `decodeNode` rejected an item. */
export function unreadItem(item: unknown): UnreadItem {
  const record = recordOf(item);
  if (!record) return { key: undefined, problem: 'it is not an object' };
  const address = firstString(record, ['@id', 'path']);
  const key = firstString(record, ['@uid']) ?? address;
  if (typeof record['@type'] !== 'string') return { key, problem: 'it has no "@type"' };
  return {
    key,
    problem: address === undefined ? 'it has no "@id"' : 'its "@id" is not in this account',
  };
}

const maxReference = 500;

/**
 * The uids and paths in `deleted`. Paths and URLs become paths below the account. The documentation does not specify
 * whether the service sends uids or paths, so every possible meaning of an entry is returned (docs/onna-api.md §14.7).
 * An entry without a uid or path is returned as its JSON, which matches no uid.
 */
export function deletedIn(address: AccountAddress, deleted: unknown): readonly string[] {
  if (deleted === null || deleted === undefined) return [];
  const entries: readonly unknown[] = Array.isArray(deleted) ? deleted.flat(maxDepth) : [deleted];
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return references(address, entry);
    const record = recordOf(entry);
    const named = record ? deletedInRecord(address, record) : [];
    return named.length > 0 || entry === deleted ? named : [JSON.stringify(entry).slice(0, maxReference)];
  });
}

function deletedInRecord(
  address: AccountAddress,
  record: Readonly<Record<string, unknown>>,
): readonly string[] {
  const uid = firstString(record, ['@uid', 'uid', 'uuid']);
  const place = firstString(record, ['@id', 'path']);
  if (uid !== undefined || place !== undefined)
    return [...(uid === undefined ? [] : [uid]), ...(place === undefined ? [] : references(address, place))];
  // An object keyed by uid, by path, or by number.
  return Object.entries(record)
    .flat()
    .flatMap((entry) => (typeof entry === 'string' ? references(address, entry) : []));
}

function references(address: AccountAddress, text: string): readonly string[] {
  const isUrl = /^https?:\/\//i.test(text);
  const path = isUrl || text.startsWith('/') ? nodePath(address, text) : undefined;
  if (path !== undefined || isUrl) return path === undefined || path === '' ? [] : [path];
  // A path without a leading slash, or a uid that contains a slash.
  const other = text.includes('/') ? nodePath(address, `/${text}`) : undefined;
  return other === undefined || other === '' ? [text] : [text, other];
}
