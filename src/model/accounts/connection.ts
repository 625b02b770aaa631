import { createHash } from 'node:crypto';
import type { AccountAddress } from '../../onna/address.ts';

/** An account on a server, and the user who signs in to it. */
export interface Connection extends AccountAddress {
  /** A hash of the other fields, so it is the same in every window and after a restart. */
  readonly id: string;
  /** The login name, usually an email address. */
  readonly user: string;
}

export function connectionTo(address: AccountAddress, user: string): Connection {
  const { baseUrl, container, account } = address;
  const id = createHash('sha256')
    .update(JSON.stringify([baseUrl, container, account, user]))
    .digest('hex')
    .slice(0, 16);
  return { id, baseUrl, container, account, user };
}

/**
 * The server, the container or both, as needed to distinguish a connection from others in `all` that have the same
 * account and user. Undefined if account and user are enough.
 */
export function connectionDistinction(
  connection: Connection,
  all: readonly Connection[],
): string | undefined {
  const { id, baseUrl, container, account, user } = connection;
  const twins = all.filter((other) => other.id !== id && other.account === account && other.user === user);
  const host = new URL(baseUrl).host;
  const elsewhere = twins.filter((other) => other.baseUrl !== baseUrl);
  const isHostEnough = elsewhere.every((other) => new URL(other.baseUrl).host !== host);
  const parts: string[] = [];
  if (elsewhere.length > 0) parts.push(isHostEnough ? host : baseUrl);
  if (twins.some((other) => other.container !== container)) parts.push(container);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

/** The label of a connection: `account (user)`, plus the {@link connectionDistinction} if there is one. */
export function accountLabel(connection: Connection, all: readonly Connection[]): string {
  const distinction = connectionDistinction(connection, all);
  const label = `${connection.account} (${connection.user})`;
  return distinction === undefined ? label : `${label} · ${distinction}`;
}

/** The account's name if it is unique in `all`. Otherwise, the {@link accountLabel} of the connection. */
export function accountName(connection: Connection, all: readonly Connection[]): string {
  const isAlone = all.every(({ id, account }) => id === connection.id || account !== connection.account);
  return isAlone ? connection.account : accountLabel(connection, all);
}
