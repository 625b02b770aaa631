import { lastSegmentOf, type NodePath } from '../../onna/address.ts';
import type { Datasource } from './datasource.ts';
import { readSyncStatus, readSyncType, type SyncType } from './syncStatus.ts';

/** A change that the user made and the service has not reported yet. */
export interface ExpectedChange {
  readonly status?: string;
  readonly title?: string;
  readonly syncType?: SyncType;
  /** The new parent of a Datasource that is moved. Its id in the parent stays the same. */
  readonly parent?: NodePath;
}

/** The Datasource after the change. Undefined if the change makes no difference, or can't be shown before it is done. */
export function expectedState(
  before: Datasource,
  { status, title, syncType, parent }: ExpectedChange,
): Datasource | undefined {
  // Without a uid, a Datasource is known by its path, so that a moved one is a different one.
  const moves = parent !== undefined && before.id !== before.path;
  const expected: Datasource = {
    ...before,
    ...(status !== undefined && { rawStatus: status, status: readSyncStatus(status) }),
    ...(title !== undefined && { title }),
    ...(syncType !== undefined && { rawSyncType: syncType, syncType: readSyncType(syncType) }),
    ...(moves && { parentPath: parent, path: `${parent}/${lastSegmentOf(before.path)}` }),
  };
  const isSame =
    expected.rawStatus === before.rawStatus &&
    expected.title === before.title &&
    expected.rawSyncType === before.rawSyncType &&
    expected.path === before.path;
  return isSame ? undefined : expected;
}
