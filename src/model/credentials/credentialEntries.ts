import type { NodePath } from '../../onna/address.ts';
import type { WalletEntry } from '../../onna/wire/wallet.ts';
import type { ConnectionSnapshot } from '../datasources/connectionSnapshot.ts';
import { isFolderType, type Datasource } from '../datasources/datasource.ts';

/** Credentials that expire within this time are shown before they expire, in ms. */
export const nearExpiryMs = 7 * 24 * 60 * 60_000;

/** Credentials, with the Datasources that use them. */
export interface CredentialEntry {
  /** The uid of the wallet entry or, if the service does not send it, an id made from the Datasource. */
  readonly id: string;
  /** The title of the wallet entry, if it is known. */
  readonly title: string | undefined;
  /** `@type` of the Datasources, if it is known. */
  readonly type: string | undefined;
  /** Where to send a renewal: a Datasource that uses the entry or, if none is visible, the entry itself. */
  readonly path: NodePath;
  /** The visible Datasources that use the entry, in title order. */
  readonly datasources: readonly Datasource[];
  /** Number of Datasources that use the entry, including those that the user may not see. At least the visible ones. */
  readonly used: number;
  readonly isExpired: boolean;
  /** When the entry expires or has expired, in ms since 1970. */
  readonly expires: number | undefined;
  readonly mayRenew: boolean;
}

/** The known facts about wallet entries. Empty until they are read. */
export interface WalletFacts {
  /** By uid. */
  readonly entries: ReadonlyMap<string, WalletEntry>;
  /** Number of Datasources by the uid of their entry. */
  readonly usage: ReadonlyMap<string, number>;
}

/** The facts before any entry is read. */
export const noFacts: WalletFacts = { entries: new Map(), usage: new Map() };

/** The id of the credentials of a Datasource. */
export function entryIdOf({ id, walletEntry }: Datasource): string {
  return walletEntry ?? `datasource:${id}`;
}

function mayRenew(datasources: readonly Datasource[], known: WalletEntry | undefined): boolean {
  // A permission that the service does not send counts as granted, because the service decides anyway.
  return datasources.length > 0
    ? datasources.some(({ permissions }) => permissions?.modify !== false)
    : known?.permissions?.modify !== false;
}

function makeEntry(
  id: string,
  datasources: readonly Datasource[],
  facts: WalletFacts,
  now: number,
): CredentialEntry {
  const known = facts.entries.get(id);
  // The user must be able to change the Datasource to which the renewal is sent.
  const target = datasources.find(({ permissions }) => permissions?.modify !== false) ?? datasources[0];
  // The Datasources are polled, so they are newer than the wallet, which is read rarely.
  const states = datasources.map(({ credential }) => credential).filter((state) => state !== undefined);
  const isLate = known?.expires !== undefined && known.expires <= now;
  return {
    id,
    title: known?.title,
    type: target?.type ?? known?.type,
    path: target?.path ?? known?.path ?? '',
    datasources,
    used: Math.max(datasources.length, facts.usage.get(id) ?? 0),
    isExpired: states.length > 0 ? states.includes('expired') : isLate || known?.isBroken === true,
    expires: known?.expires,
    mayRenew: mayRenew(datasources, known),
  };
}

/** The credentials of one Datasource, with all Datasources that share them. Undefined for a folder. */
export function entryOf(
  { datasources }: ConnectionSnapshot,
  datasource: Datasource,
  facts: WalletFacts,
  now: number,
): CredentialEntry | undefined {
  if (isFolderType(datasource.type)) return undefined;
  const id = entryIdOf(datasource);
  const sharing = [...datasources.values()].filter((other) => entryIdOf(other) === id);
  return makeEntry(id, sharing, facts, now);
}

/**
 * The credentials that must be renewed now or soon: expired ones first, then by their expiry. Sends no request: uses
 * only the facts that have been read.
 */
export function dueEntries(
  { datasources }: ConnectionSnapshot,
  facts: WalletFacts,
  now: number,
): readonly CredentialEntry[] {
  const due = new Set<string>();
  for (const datasource of datasources.values())
    if (datasource.credential === 'expired') due.add(entryIdOf(datasource));
  for (const { uid, expires, isBroken } of facts.entries.values())
    if (isBroken || (expires !== undefined && expires - now <= nearExpiryMs)) due.add(uid);
  if (due.size === 0) return [];
  const users = new Map<string, Datasource[]>([...due].map((id) => [id, []]));
  for (const datasource of datasources.values()) users.get(entryIdOf(datasource))?.push(datasource);
  return (
    [...users]
      .map(([id, sharing]) => makeEntry(id, sharing, facts, now))
      // A Datasource may report that its credentials are valid again before the wallet is read again.
      .filter(({ isExpired, expires }) => isExpired || (expires !== undefined && expires > now))
      .sort(byUrgency)
  );
}

function byUrgency(left: CredentialEntry, right: CredentialEntry): number {
  return (
    Number(right.isExpired) - Number(left.isExpired) ||
    (left.expires ?? Infinity) - (right.expires ?? Infinity) ||
    (left.id < right.id ? -1 : 1)
  );
}
