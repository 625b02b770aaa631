import type { Grants } from '../store/grants.ts';
import { isRole, permissionsOfRole, roleNames } from '../store/grants.ts';
import type { AccessEntry } from '../store/accessSettings.ts';
import { empty, json } from '../http/answer.ts';
import { badJson } from '../http/refusals.ts';
import { anyTarget } from '../http/view.ts';
import type { ServiceView, Target, ViewRequest } from '../http/view.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Invitations } from '../sync/invitations.ts';
import { accessLists, accessMaps, readAccessChanges } from './accessList.ts';
import type { AccessChange } from './accessList.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

/** The permissions of the roles, as entries of an access list. */
const rolePermissions: readonly AccessEntry[] = roleNames.flatMap((role) =>
  permissionsOfRole(role).map((name) => ({ map: 'roleperm', subject: role, name, setting: 'Allow' })),
);

interface SharingDeps extends Pick<
  Stores,
  'database' | 'trail' | 'nodes' | 'datasources' | 'grants' | 'groups' | 'accessSettings'
> {
  readonly serializer: Serializer;
  readonly invitations: Invitations;
}

/** The access list of an object, and those of the objects above it with their paths, nearest first. */
function accessOf(
  { grants, nodes, accessSettings }: SharingDeps,
  target: Target,
): {
  readonly local: readonly AccessEntry[];
  readonly above: readonly { node: StoredNode; entries: readonly AccessEntry[] }[];
} {
  const isResource = target.kind === 'resource';
  const above: { node: StoredNode; entries: readonly AccessEntry[] }[] = [];
  const parentOf = ({ parentId }: StoredNode): StoredNode | undefined =>
    parentId === undefined ? undefined : nodes.byId(parentId);
  for (let node = isResource ? target.node : parentOf(target.node); node; node = parentOf(node))
    above.push({ node, entries: grants.entriesAt(node) });
  const local = isResource ? accessSettings.at(target.resource.uid) : grants.entriesAt(target.node);
  return { local, above };
}

/** Stores a change. A role that is allowed at a node is stored separately from all other entries. */
function store({ grants, accessSettings }: SharingDeps, target: Target, change: AccessChange): void {
  const { map, subject, name, setting } = change;
  const uid = target.kind === 'resource' ? target.resource.uid : target.node.uid;
  const isNodeRole = target.kind === 'node' && map === 'prinrole' && isRole(name);
  if (isNodeRole) {
    if (setting === 'Allow') grants.grant(target.node.id, subject, name);
    else grants.revoke(target.node.id, subject, name);
  }
  if (setting === 'Unset' || (isNodeRole && setting === 'Allow')) accessSettings.unset(uid, change);
  else accessSettings.set(uid, { map, subject, name, setting });
}

function ownersOf(grants: Grants, nodeId: number): string[] {
  return Object.entries(grants.assignedAt(nodeId))
    .filter(([, roles]) => roles.includes('guillotina.Owner'))
    .map(([login]) => login);
}

/** Invites a new owner, who must accept before the Datasource syncs. Ends the invitation of a removed owner. */
async function followOwners(
  { grants, groups, datasources, invitations }: SharingDeps,
  nodeId: number,
  before: readonly string[],
  login: string | undefined,
): Promise<void> {
  const owners = ownersOf(grants, nodeId);
  const invited = datasources.byId(nodeId)?.invited;
  if (invited !== undefined && !owners.includes(invited)) invitations.end(nodeId, login);
  // A group can't accept an invitation.
  const added = owners.find((owner) => !before.includes(owner) && !groups.byId(owner));
  if (added !== undefined) await invitations.invite(nodeId, added, login);
}

/**
 * `@sharing` returns the access list of an object and the lists that it inherits (docs/onna-api.md §4). POST merges new
 * entries into the list. PUT replaces the list.
 */
export function sharingViews(deps: SharingDeps): ServiceView[] {
  const { database, nodes, grants, accessSettings, serializer, trail } = deps;
  return [
    {
      name: '@sharing',
      methods: ['GET'],
      permission: 'guillotina.SeePermissions',
      appliesTo: anyTarget,
      answer({ target, base }: ViewRequest) {
        const { local, above } = accessOf(deps, target);
        const inherit = above.map(({ node, entries }) => ({
          '@id': serializer.id(base, node.path),
          ...accessMaps(entries),
        }));
        return json({ local: accessMaps(local), inherit });
      },
    },
    {
      name: '@all_permissions',
      methods: ['GET'],
      permission: 'guillotina.SeePermissions',
      appliesTo: anyTarget,
      answer({ target, path }: ViewRequest) {
        const { local, above } = accessOf(deps, target);
        const named = (name: string, entries: readonly AccessEntry[]): unknown => ({
          [name]: { ...accessLists(entries), perminhe: [] },
        });
        return json([
          named(path.slice(path.lastIndexOf('/') + 1), local),
          ...above.map(({ node, entries }) => named(node.name, entries)),
          { system: { ...accessLists(rolePermissions), prinrole: [], prinperm: [] } },
        ]);
      },
    },
    {
      name: '@sharing',
      methods: ['POST', 'PUT'],
      permission: 'guillotina.ChangePermissions',
      appliesTo: anyTarget,
      isAction: true,
      async answer({ target, method, login, path, json: readBody }: ViewRequest) {
        const body = await readBody();
        if (body === undefined) throw badJson();
        const changes = readAccessChanges(body);
        const { id } = target.node;
        const uid = target.kind === 'resource' ? target.resource.uid : target.node.uid;
        const owners = ownersOf(grants, id);
        database.transaction(() => {
          if (method === 'PUT') {
            if (target.kind === 'node') grants.clear(id);
            accessSettings.clear(uid);
          }
          for (const change of changes) store(deps, target, change);
          nodes.touch(id);
          const lists = Object.entries(accessLists(changes)).filter(([, list]) => list.length > 0);
          const detail = { replaces: method === 'PUT', ...Object.fromEntries(lists) };
          trail.add({ log: 'audit', action: 'share', login, nodeId: id, uid, path, detail });
        });
        if (target.kind === 'node' && target.datasource) await followOwners(deps, id, owners, login);
        return empty(200);
      },
    },
  ];
}
