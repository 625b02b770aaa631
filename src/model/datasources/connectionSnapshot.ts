import type { NodePath } from '../../onna/address.ts';
import type { OnnaError } from '../../onna/errors.ts';
import type { Connection } from '../accounts/connection.ts';
import type { Datasource } from './datasource.ts';
import type { ReadLog } from './readLog.ts';

/** All that is known of one connection. Immutable: every change replaces it whole, so identity tells staleness. */
export interface ConnectionSnapshot {
  readonly connection: Connection;
  /** By {@link Datasource.id}; in the order of their titles. */
  readonly datasources: ReadonlyMap<string, Datasource>;
  /** Titles of workspaces by path. */
  readonly workspaces: ReadonlyMap<NodePath, string>;
  /** Their uids, as far as the service tells them: a deletion may name a workspace by its uid alone. */
  readonly workspaceUids: ReadonlyMap<NodePath, string>;
  /** Items of the list that could not be read and are not shown. */
  readonly unreadable: number;
  /** Uids that the last listing names as deleted and of which nothing is known: perhaps of a folder of Datasources. */
  readonly unplaced: readonly string[];
  /** When each Datasource was read by itself, where the list leaves its status out. The one part that changes in place. */
  readonly readLog: ReadLog;
  /** What to ask the service for changes since; undefined: ask for everything. */
  readonly since: string | undefined;
  /** When the service last answered, ms since 1970; undefined: never. */
  readonly asOf: number | undefined;
  readonly loading: boolean;
  /** Known from disk only: the service has not answered yet in this window. */
  readonly restored: boolean;
  /** Why the last look failed; what was known before stays. */
  readonly failure: OnnaError | undefined;
}
