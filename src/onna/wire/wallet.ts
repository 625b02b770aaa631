import type { AccountAddress, NodePath } from '../address.ts';
import { isLoopback } from '../address.ts';
import { asFields, asNumber, type Fields } from './fields.ts';
import { itemsOf } from './listingItems.ts';
import { decodeNode, type Permissions } from './node.ts';
import { firstString, parseDate } from './values.ts';

/** A stored credential of a user or of the account, without its secret (docs/onna-api.md §10). */
export interface WalletEntry {
  readonly uid: string;
  readonly path: NodePath;
  readonly title: string;
  /** `@type` of the Datasources that use the entry, if the service sends it. */
  readonly type: string | undefined;
  /** Whether the service says that the entry no longer works: it has expired, or was suspended or revoked. */
  readonly isBroken: boolean;
  /** When the entry expires or has expired, in ms since 1970. Undefined if the service does not send it. */
  readonly expires: number | undefined;
  readonly permissions: Permissions | undefined;
}

/** A page of `@data?types=WalletEntry`. */
export interface WalletPage {
  readonly entries: readonly WalletEntry[];
  readonly cursor: string | undefined;
}

/** The names of these fields are not documented (docs/onna-api.md §7). The first name that is present is used. */
const expiryNames = ['expiration_date', 'expires_at', 'expiry_date', 'expires', 'expiration'];
const typeNames = ['datasource_type', 'service_type', 'source_type'];

function decodeEntry(address: AccountAddress, item: unknown): WalletEntry | undefined {
  const node = decodeNode(address, item);
  const fields = asFields(item);
  if (!node || !fields || node.type !== 'WalletEntry') return undefined;
  const expires = expiryNames.map((name) => parseDate(fields[name])).find((time) => time !== undefined);
  return {
    // A Datasource refers to its entry by the uid, so an entry without one matches no Datasource.
    uid: node.uid ?? node.path,
    path: node.path,
    title: node.title,
    type: firstString(fields, typeNames),
    isBroken: node.credential === 'expired' || fields['suspended'] === true || fields['revoked'] === true,
    expires,
    permissions: node.permissions,
  };
}

/** Decodes a page of wallet entries. Undefined if `json` is not a listing. Skips items that are not wallet entries. */
export function decodeWalletPage(address: AccountAddress, json: unknown): WalletPage | undefined {
  const page = asFields(json);
  const updates = page?.['updates'];
  if (!page || typeof updates !== 'object') return undefined;
  const { cursor } = page;
  return {
    entries: itemsOf(updates).flatMap((item) => decodeEntry(address, item) ?? []),
    cursor: typeof cursor === 'string' && cursor !== '' ? cursor : undefined,
  };
}

function usageOf(entry: Fields): number {
  const { usage } = entry;
  if (!Array.isArray(usage)) return 0;
  return usage.reduce(
    (sum: number, use: unknown) => sum + Math.max(0, asNumber(asFields(use)?.['datasources_count']) ?? 0),
    0,
  );
}

/**
 * Decodes `@wallet`: the number of Datasources that use each wallet entry, including those that the user may not see, by
 * the uid of the entry (docs/onna-api.md §7). Undefined if `json` is not a list.
 */
export function decodeWalletUsage(json: unknown): ReadonlyMap<string, number> | undefined {
  if (!Array.isArray(json)) return undefined;
  const counts = new Map<string, number>();
  for (const item of json) {
    const entry = asFields(item);
    const uid = entry && firstString(entry, ['wallet_entry_uuid', '@uid']);
    if (entry && uid !== undefined) counts.set(uid, usageOf(entry));
  }
  return counts;
}

/** The shape of the answer is not documented: a URL, or an object that contains it (docs/onna-api.md §5). */
const consentNames = ['url', 'auth_url', 'authorization_url', 'consent_url', 'redirect_url', 'location'];

/**
 * Decodes the address of a provider's consent page. Undefined unless it is an https address, or an http address on this
 * machine: consent over http could be read on the way.
 */
export function decodeConsentUrl(json: unknown): URL | undefined {
  const fields = asFields(json);
  const named = fields && firstString(fields, consentNames);
  const candidates = [json, named, ...(fields ? Object.values(fields) : [])];
  for (const candidate of candidates) {
    if (typeof candidate !== 'string' || !URL.canParse(candidate)) continue;
    const url = new URL(candidate);
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
    if (isSafe && url.username === '' && url.password === '') return url;
  }
  return undefined;
}
