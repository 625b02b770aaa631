import type { RoleSetting, Sharing } from '../../onna/wire/sharing.ts';

/** The kinds of roles, highest first (docs/onna-api.md §13). Owners and managers have the same rights. */
export const roleKinds = ['owner', 'manage', 'edit', 'view'] as const;
export type RoleKind = (typeof roleKinds)[number];

/** The service's names of the four roles (docs/onna-api.md §4). */
export const roleNames: Readonly<Record<RoleKind, string>> = {
  owner: 'guillotina.Owner',
  manage: 'guillotina.Manager',
  edit: 'guillotina.Editor',
  view: 'guillotina.Reader',
};

/** The kind of a role. Undefined for a role that is not one of the four. */
export function roleKind(role: string): RoleKind | undefined {
  return roleKinds.find((kind) => roleNames[kind] === role);
}

/** Whether a setting grants its role. `AllowSingle` grants it at the node itself only. */
export function isGranted(setting: RoleSetting): boolean {
  return setting === 'Allow' || setting === 'AllowSingle';
}

/** Whether one of these roles allows its holder to change the access of others. */
export function canManage(roles: Iterable<string>): boolean {
  return [...roles].some((role) => role === roleNames.owner || role === roleNames.manage);
}

/** The granted roles of each principal at a node, local and inherited. */
export function effectiveRoles({ local, inherited }: Sharing): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const [entries, isLocal] of [
    [local, true],
    ...inherited.map(({ entries: above }) => [above, false] as const),
  ] as const)
    for (const { principal, roles } of entries)
      for (const [role, setting] of roles) {
        if (setting !== 'Allow' && !(isLocal && isGranted(setting))) continue;
        const known = all.get(principal) ?? new Set();
        all.set(principal, known.add(role));
      }
  return all;
}
