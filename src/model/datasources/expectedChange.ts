import { lastSegmentOf, type NodePath } from '../../onna/address.ts';
import type { Datasource } from './datasource.ts';
import { readSyncStatus, readSyncType, type SyncType } from './syncStatus.ts';

/** A change that the user made, but that the service has not reported yet. */
export interface ExpectedChange {
  readonly status?: string;
  readonly title?: string;
  readonly syncType?: SyncType;
  readonly favorite?: boolean;
  /** The new parent of a moved Datasource. The last path segment stays the same. */
  readonly parent?: NodePath;
}

/**
 * The Datasource after the change. Undefined if nothing changes, or if the change can't be shown in advance.
 */
export function expectedState(
  before: Datasource,
  { status, title, syncType, favorite, parent }: ExpectedChange,
): Datasource | undefined {
  // A Datasource without a uid is identified by its path, so a move would give it a different identity.
  const moves = parent !== undefined && before.id !== before.path;
  const expected: Datasource = {
    ...before,
    ...(status !== undefined && { rawStatus: status, status: readSyncStatus(status) }),
    ...(title !== undefined && { title }),
    ...(syncType !== undefined && { rawSyncType: syncType, syncType: readSyncType(syncType) }),
    ...(favorite !== undefined && { favorite }),
    ...(moves && { parentPath: parent, path: `${parent}/${lastSegmentOf(before.path)}` }),
  };
  const isSame =
    expected.rawStatus === before.rawStatus &&
    expected.title === before.title &&
    expected.rawSyncType === before.rawSyncType &&
    expected.favorite === before.favorite &&
    expected.path === before.path;
  return isSame ? undefined : expected;
}
