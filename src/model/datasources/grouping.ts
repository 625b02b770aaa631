import { lastSegment, parentPath, type NodePath } from '../../onna/address.ts';
import type { Permissions } from '../../onna/wire/node.ts';
import type { Connection } from '../accounts/connection.ts';
import { typeLabel, type Datasource } from './datasource.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import { syncStatuses } from './syncStatus.ts';
import { compareTitles } from './titleOrder.ts';

/** The ways in which the tree can group Datasources. */
export const groupings = ['workspace', 'type', 'status'] as const;
export type Grouping = (typeof groupings)[number];

/** A row under a connection, with its Datasources. */
export interface Group {
  /** Unique within its connection and grouping. */
  readonly key: string;
  readonly kind: 'favorites' | 'mySources' | 'user' | 'workspace' | 'type' | 'status';
  /** The service's own name, or a raw status. The view translates `favorites`, `mySources` and known statuses. */
  readonly title: string;
  readonly datasources: readonly Datasource[];
  /** The user's permissions on a workspace, if the service sends them. */
  readonly permissions?: Permissions | undefined;
}

/** The folder that contains a Datasource: the user's own, another user's, or a workspace. */
export function workspaceOf(
  connection: Connection,
  datasource: Datasource,
): { kind: Group['kind']; path: NodePath } {
  const path = datasource.parentPath;
  if (path.startsWith('/workspaces/') || parentPath(path) !== '') return { kind: 'workspace', path };
  return {
    kind: lastSegment(path).toLowerCase() === connection.user.toLowerCase() ? 'mySources' : 'user',
    path,
  };
}

/**
 * The user's own folder. The folder's id is the login, but the service may write the id with different
 * capitalization.
 */
export function ownFolder({
  connection,
  datasources,
}: Pick<ConnectionSnapshot, 'connection' | 'datasources'>): NodePath {
  for (const datasource of datasources.values()) {
    const { kind, path } = workspaceOf(connection, datasource);
    if (kind === 'mySources') return path;
  }
  return `/${connection.user}`;
}

/** Differs from the keys of all other groups: paths, types of Datasources and `status:…`. */
const favoritesKey = 'favorites';

const kindOrder: Record<Group['kind'], number> = {
  favorites: -1,
  mySources: 0,
  workspace: 1,
  type: 1,
  status: 1,
  user: 2,
};

function statusOrder(title: string): number {
  // Statuses that need user action come first; `synced` and unknown statuses come last.
  const order = [
    'error',
    'failed',
    'invited',
    'created',
    'paused',
    'syncing',
    'resuming',
    'pending',
    'synced',
  ];
  const index = order.indexOf(title);
  return index < 0 ? order.length : index;
}

/** The group that contains a Datasource, without its list of Datasources. */
function groupOf(
  { connection, workspaces }: Pick<ConnectionSnapshot, 'connection' | 'workspaces'>,
  datasource: Datasource,
  grouping: Grouping,
): Omit<Group, 'datasources'> {
  // A favorite is only in this group, so that each Datasource has one row.
  if (datasource.favorite) return { key: favoritesKey, kind: 'favorites', title: favoritesKey };
  switch (grouping) {
    case 'workspace': {
      const { kind, path } = workspaceOf(connection, datasource);
      return { key: path, kind, title: workspaces.get(path) ?? lastSegment(path) };
    }
    case 'type':
      return { key: datasource.type, kind: 'type', title: typeLabel(datasource.type) };
    case 'status': {
      const title = datasource.status === 'unknown' ? (datasource.rawStatus ?? '') : datasource.status;
      return { key: `status:${title}`, kind: 'status', title };
    }
  }
}

/** The permissions on a Workspace that is missing from the list. Such a Workspace is hidden from the user. */
const hidden: Permissions = { add: false, modify: false, delete: false };

/** The user's permissions on a Workspace. Undefined if the service does not send them. */
function workspacePermissions(snapshot: ConnectionSnapshot, path: NodePath): Permissions | undefined {
  return snapshot.workspaces.has(path) ? snapshot.workspacePermissions.get(path) : hidden;
}

/** A connection's Datasources in groups. Groups are sorted for display; Datasources keep the snapshot's title order. */
export function groupsOf(snapshot: ConnectionSnapshot, grouping: Grouping): readonly Group[] {
  const groups = new Map<string, Group & { readonly datasources: Datasource[] }>();
  const grouped = (group: Omit<Group, 'datasources'>): Datasource[] => {
    let known = groups.get(group.key);
    if (!known) groups.set(group.key, (known = { ...group, datasources: [] }));
    return known.datasources;
  };
  for (const datasource of snapshot.datasources.values())
    grouped(groupOf(snapshot, datasource, grouping)).push(datasource);
  if (grouping === 'workspace') {
    for (const [path, title] of snapshot.workspaces) grouped({ key: path, kind: 'workspace', title });
  }
  const permitted = [...groups.values()].map((group) => ({
    ...group,
    permissions: group.kind === 'workspace' ? workspacePermissions(snapshot, group.key) : undefined,
  }));
  return permitted.sort(
    (left, right) =>
      kindOrder[left.kind] - kindOrder[right.kind] ||
      (grouping === 'status' ? statusOrder(left.title) - statusOrder(right.title) : 0) ||
      compareTitles(left.title, right.title),
  );
}

/**
 * Filters groups. Empty groups are hidden only if the filter hides at least one Datasource.
 * @param select Returns the matching Datasources of a group.
 */
export function matchingGroups(
  groups: readonly Group[],
  select: (datasources: readonly Datasource[]) => readonly Datasource[],
): readonly Group[] {
  const left = groups.map((group) => ({ ...group, datasources: select(group.datasources) }));
  const hides = left.some(
    ({ datasources }, index) => datasources.length !== groups[index]?.datasources.length,
  );
  return hides ? left.filter(({ datasources }) => datasources.length > 0) : groups;
}

/** The key of the group that contains a Datasource. */
export function groupKeyOf(
  snapshot: Pick<ConnectionSnapshot, 'connection' | 'workspaces'>,
  datasource: Datasource,
  grouping: Grouping,
): string {
  return groupOf(snapshot, datasource, grouping).key;
}

/** Whether a text is one of the nine documented statuses. */
export function isKnownStatus(text: string): text is (typeof syncStatuses)[number] {
  return syncStatuses.some((status) => status === text);
}
