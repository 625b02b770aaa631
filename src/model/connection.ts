import { createHash } from 'node:crypto';
import type { AccountAddress } from '../onna/address.ts';

/** An account on a server, and the user in it. */
export interface Connection extends AccountAddress {
  /** Derived from the other fields: the same for the same account, in every window and after a restart. */
  readonly id: string;
  /** The login, usually a mail address. */
  readonly user: string;
}

/** A connection with its id. */
export function connectionTo(address: AccountAddress, user: string): Connection {
  const { baseUrl, container, account } = address;
  const id = createHash('sha256')
    .update(JSON.stringify([baseUrl, container, account, user]))
    .digest('hex')
    .slice(0, 16);
  return { id, baseUrl, container, account, user };
}

/** What a connection is called where there may be several: `account (user)`. */
export function connectionLabel(connection: Connection): string {
  return `${connection.account} (${connection.user})`;
}
