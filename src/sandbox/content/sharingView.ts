import { isRole } from '../store/grants.ts';
import type { Grants, Role } from '../store/grants.ts';
import { empty, json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { preconditionFailed } from '../http/refusals.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';
import type { StoredNode } from '../store/nodes.ts';
import type { Invitations } from '../sync/invitations.ts';
import type { Serializer } from './serializer.ts';
import type { Stores } from '../store/stores.ts';

/** One entry of `prinrole`. `Unset` removes the role. */
interface RoleChange {
  readonly principal: string;
  readonly role: Role;
  readonly setting: 'Allow' | 'Unset';
}

function readChange(value: unknown): RoleChange {
  const { principal, role, setting } = jsonObject(value);
  if (typeof principal !== 'string' || principal === '')
    throw preconditionFailed('principal: a login is required');
  if (typeof role !== 'string' || !isRole(role)) throw preconditionFailed(`role: not a local role`);
  if (setting !== 'Allow' && setting !== 'Unset')
    throw preconditionFailed('setting: the sandbox supports only Allow and Unset');
  return { principal, role, setting };
}

function readChanges(body: Readonly<Record<string, unknown>>): RoleChange[] {
  if ('prinperm' in body || 'roleperm' in body)
    throw preconditionFailed('The sandbox supports only prinrole');
  const { prinrole } = body;
  if (!Array.isArray(prinrole)) throw preconditionFailed('PrinPerm, RolePerm or PrinRole required');
  return prinrole.map(readChange);
}

interface SharingDeps extends Pick<
  Stores,
  'database' | 'trail' | 'nodes' | 'datasources' | 'grants' | 'groups'
> {
  readonly serializer: Serializer;
  readonly invitations: Invitations;
}

/** The roles at one node, as an access list. */
function localOf(grants: Grants, node: StoredNode): Readonly<Record<string, unknown>> {
  const prinrole = Object.fromEntries(
    Object.entries(grants.assignedAt(node.id)).map(([principal, roles]) => [
      principal,
      Object.fromEntries(roles.map((role) => [role, 'Allow'])),
    ]),
  );
  return { roleperm: {}, prinperm: {}, prinrole };
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
 * `@sharing` returns the roles at a node and its inherited roles (docs/onna-api.md §4). POST merges new roles with the
 * roles at the node, PUT replaces them.
 */
export function sharingViews(deps: SharingDeps): ServiceView[] {
  const { database, nodes, grants, serializer, trail } = deps;
  const appliesTo: ServiceView['appliesTo'] = ({ kind }) => kind === 'node';
  return [
    {
      name: '@sharing',
      methods: ['GET'],
      permission: 'guillotina.SeePermissions',
      appliesTo,
      answer({ target, base }: ViewRequest) {
        const inherit: unknown[] = [];
        const parentOf = ({ parentId }: StoredNode): StoredNode | undefined =>
          parentId === undefined ? undefined : nodes.byId(parentId);
        for (let node = parentOf(target.node); node; node = parentOf(node))
          inherit.push({ '@id': serializer.id(base, node.path), ...localOf(grants, node) });
        return json({ local: localOf(grants, target.node), inherit });
      },
    },
    {
      name: '@sharing',
      methods: ['POST', 'PUT'],
      permission: 'guillotina.ChangePermissions',
      appliesTo,
      isAction: true,
      async answer({ target, method, login, json: readBody }: ViewRequest) {
        const changes = readChanges(jsonObject(await readBody()));
        const { id } = target.node;
        const owners = ownersOf(grants, id);
        database.transaction(() => {
          if (method === 'PUT') grants.clear(id);
          for (const { principal, role, setting } of changes) {
            if (setting === 'Allow') grants.grant(id, principal, role);
            else grants.revoke(id, principal, role);
          }
          nodes.touch(id);
          trail.audit('share', target.node, login, { replaces: method === 'PUT', prinrole: changes });
        });
        if (target.kind === 'node' && target.datasource) await followOwners(deps, id, owners, login);
        return empty(200);
      },
    },
  ];
}
