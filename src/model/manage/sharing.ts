import type { NodePath } from '../../onna/address.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { RoleChange } from '../../onna/sharingClient.ts';
import type { Principal, Sharing } from '../../onna/wire/sharing.ts';
import type { ManageContext } from './nodeEdits.ts';
import { canManage, effectiveRoles, isGranted, roleKind } from './roles.ts';

/** A new local role of a user or group. */
export interface AccessChange {
  readonly principal: string;
  /** The service's name of the role. Undefined removes all local roles. */
  readonly role: string | undefined;
}

/** The result of changing access. */
export interface AccessResult {
  /** False if the service accepted the request, but the roles differ from the requested ones. */
  readonly isDone: boolean;
  /** The access after the change. Undefined if it could not be read. */
  readonly now: Sharing | undefined;
}

/**
 * The role changes that set the requested local role. A new role does not replace roles that are unknown to
 * this extension.
 */
export function roleChanges({ local }: Sharing, { principal, role }: AccessChange): readonly RoleChange[] {
  const before = local.find((entry) => entry.principal === principal)?.roles ?? new Map<string, string>();
  const unset = [...before.keys()].filter(
    (name) => name !== role && (role === undefined || roleKind(name) !== undefined),
  );
  const allow = role !== undefined && before.get(role) !== 'Allow' ? [role] : [];
  return [
    ...allow.map((name) => ({ principal, role: name, setting: 'Allow' }) as const),
    ...unset.map((name) => ({ principal, role: name, setting: 'Unset' }) as const),
  ];
}

/**
 * Whether the change would take away a user's right to manage the node.
 * @param groups The ids of the user's groups, as far as they are known.
 */
export function losesManage(
  sharing: Sharing,
  change: AccessChange,
  user: string,
  groups: readonly string[] = [],
): boolean {
  const isOwn = (principal: string): boolean =>
    principal.toLowerCase() === user.toLowerCase() || groups.includes(principal);
  const manages = (state: Sharing): boolean =>
    [...effectiveRoles(state)].some(([principal, roles]) => isOwn(principal) && canManage(roles));
  return manages(sharing) && !manages(withChange(sharing, change));
}

/** Whether the change would remove the last manager of the node. */
export function leavesNoManager(sharing: Sharing, change: AccessChange): boolean {
  const isManaged = (state: Sharing): boolean => [...effectiveRoles(state).values()].some(canManage);
  return isManaged(sharing) && !isManaged(withChange(sharing, change));
}

function withChange(sharing: Sharing, change: AccessChange): Sharing {
  const roles = new Map(sharing.local.find(({ principal }) => principal === change.principal)?.roles);
  for (const { role, setting } of roleChanges(sharing, change))
    if (setting === 'Unset') roles.delete(role);
    else roles.set(role, setting);
  const others = sharing.local.filter(({ principal }) => principal !== change.principal);
  return { ...sharing, local: [...others, { principal: change.principal, roles }] };
}

/** Reads and changes who has access to a Workspace or a Datasource. */
export class SharingEdits {
  readonly #context: ManageContext;

  constructor(context: ManageContext) {
    this.#context = context;
  }

  /** @throws OnnaError */
  async read(connectionId: string, path: NodePath, signal?: AbortSignal): Promise<Sharing> {
    return (await this.#context.client(connectionId)).sharing.read(path, signal);
  }

  /**
   * Changes the local role of a user or group, with one request, and reads the access again.
   * @param known The access that the user saw.
   * @throws OnnaError
   */
  async change(
    connectionId: string,
    node: { readonly path: NodePath; readonly datasourceId?: string | undefined },
    known: Sharing,
    change: AccessChange,
    signal?: AbortSignal,
  ): Promise<AccessResult> {
    const { client: clientOf, acted, forgetPermissions } = this.#context;
    const changes = roleChanges(known, change);
    if (changes.length === 0) return { isDone: true, now: known };
    try {
      const { sharing } = await clientOf(connectionId);
      await sharing.change(node.path, changes, signal);
      const now = await this.#tryToRead(connectionId, node.path, signal);
      return { isDone: !now || hasRole(now, change), now };
    } finally {
      // Needed after a failure too: a permission may be missing, or the service may have carried out the
      // request anyway.
      forgetPermissions(connectionId);
      acted(connectionId, node.datasourceId);
    }
  }

  /**
   * Users and groups whose name or id contains `term`.
   * @returns Undefined if the user may not search for users and groups. The caller then stops searching.
   */
  async suggest(
    connectionId: string,
    term: string,
    signal: AbortSignal,
  ): Promise<readonly Principal[] | undefined> {
    const { sharing } = await this.#context.client(connectionId);
    const [users, groups] = await Promise.all([
      optional(sharing.findUsers(term, signal)),
      optional(sharing.groups(signal)),
    ]);
    if (!users && !groups) return undefined;
    const words = term.toLowerCase();
    return [...(groups ?? []), ...(users ?? [])].filter(({ id, name = '' }) =>
      `${id} ${name}`.toLowerCase().includes(words),
    );
  }

  /** After a change, the user may have lost the right to read the access. */
  async #tryToRead(
    connectionId: string,
    path: NodePath,
    signal: AbortSignal | undefined,
  ): Promise<Sharing | undefined> {
    try {
      return await this.read(connectionId, path, signal);
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      return undefined;
    }
  }
}

function hasRole({ local }: Sharing, { principal, role }: AccessChange): boolean {
  const granted = [...(local.find((entry) => entry.principal === principal)?.roles ?? [])]
    .filter(([, setting]) => isGranted(setting))
    .map(([name]) => name);
  if (role === undefined) return granted.length === 0;
  return granted.includes(role) && granted.every((name) => name === role || roleKind(name) === undefined);
}

/** Undefined if the service lacks this feature, or refuses it to the user. Other failures are thrown. */
async function optional<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isOnnaError(error, 'noPermission', 'notFound', 'invalid', 'decode')) return undefined;
    throw error;
  }
}
