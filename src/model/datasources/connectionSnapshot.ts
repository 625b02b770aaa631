import type { NodePath } from '../../onna/address.ts';
import type { OnnaError } from '../../onna/errors.ts';
import type { Permissions } from '../../onna/wire/node.ts';
import type { Connection } from '../accounts/connection.ts';
import type { Datasource } from './datasource.ts';
import type { ReadLog } from './readLog.ts';

/** Everything known about one connection. Immutable: a change replaces it, so a different object means newer data. */
export interface ConnectionSnapshot {
  readonly connection: Connection;
  /** The Datasources by {@link Datasource.id}, sorted by title. */
  readonly datasources: ReadonlyMap<string, Datasource>;
  /** Titles of workspaces by path. */
  readonly workspaces: ReadonlyMap<NodePath, string>;
  /** Uids of workspaces by path, if the service sends them: a deletion may name a workspace by its uid alone. */
  readonly workspaceUids: ReadonlyMap<NodePath, string>;
  /** The user's permissions on workspaces by path, if the service sends them. */
  readonly workspacePermissions: ReadonlyMap<NodePath, Permissions>;
  /** Number of listed items that could not be read and are not shown. */
  readonly unreadable: number;
  /** Unknown uids that the last listing reports as deleted. They may belong to folders that contain Datasources. */
  readonly unplaced: readonly string[];
  /** The last individual read of each Datasource that is listed without a status. This is the only mutable part. */
  readonly readLog: ReadLog;
  /** The `since` parameter of the next request for changes; undefined: request everything. */
  readonly since: string | undefined;
  /** Time of the service's last answer, in ms since 1970; undefined: never. */
  readonly asOf: number | undefined;
  readonly loading: boolean;
  /** Whether the data comes from disk, because the service has not answered in this window yet. */
  readonly restored: boolean;
  /** Why the last poll failed. The earlier data is kept. */
  readonly failure: OnnaError | undefined;
}

/**
 * The other Datasources that use the same credentials, in title order. Empty if the service does not report the
 * credentials.
 */
export function sharingWith(
  { id, walletEntry }: Datasource,
  { datasources }: ConnectionSnapshot,
): readonly Datasource[] {
  if (walletEntry === undefined) return [];
  return [...datasources.values()].filter((other) => other.walletEntry === walletEntry && other.id !== id);
}
