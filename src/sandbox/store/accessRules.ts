import type { AccessEntry, AccessMap, Setting } from './accessSettings.ts';

/** The access list of one object on the path from the account to an object. */
export interface AccessLevel {
  readonly entries: readonly AccessEntry[];
  /** Whether this is the object itself. Only there does the setting `AllowSingle` apply. */
  readonly isObject: boolean;
}

/** The permissions that each role has by default. */
type RolePermissions = Readonly<Record<string, readonly string[]>>;

/** @returns Undefined if the setting does not apply to the object. */
function effect(setting: Setting, isObject: boolean): boolean | undefined {
  if (setting === 'AllowSingle') return isObject ? true : undefined;
  return setting === 'Allow';
}

function of(map: AccessMap, { entries }: AccessLevel): readonly AccessEntry[] {
  return entries.filter((entry) => entry.map === map);
}

/**
 * The roles that a principal has at the end of a path. A setting replaces the setting of the objects above it, and the
 * setting of a group replaces that of the login.
 * @param principals The login, then its groups.
 * @param levels The account first.
 */
export function rolesOf(levels: readonly AccessLevel[], principals: readonly string[]): string[] {
  const roles = new Map<string, boolean | undefined>();
  for (const level of levels)
    for (const principal of principals)
      for (const { subject, name, setting } of of('prinrole', level))
        if (subject === principal) roles.set(name, effect(setting, level.isObject));
  return [...roles].filter(([, has]) => has === true).map(([role]) => role);
}

/** Whether a permission is given to a principal directly, by the nearest object that says so. */
function directly(
  levels: readonly AccessLevel[],
  principals: readonly string[],
  permission: string,
): boolean | undefined {
  for (const level of levels.toReversed())
    for (const principal of principals)
      for (const { subject, name, setting } of of('prinperm', level)) {
        const has = effect(setting, level.isObject);
        if (subject === principal && name === permission && has !== undefined) return has;
      }
  return undefined;
}

/** The permissions that the roles have at the end of a path. */
function permissionsOfRoles(
  levels: readonly AccessLevel[],
  roles: readonly string[],
  defaults: RolePermissions,
): ReadonlySet<string> {
  const given = new Map(roles.map((role) => [role, new Set(defaults[role])]));
  for (const level of levels)
    for (const { subject, name, setting } of of('roleperm', level)) {
      const has = effect(setting, level.isObject);
      if (has === true) given.get(subject)?.add(name);
      else if (has === false) given.get(subject)?.delete(name);
    }
  return new Set([...given.values()].flatMap((permissions) => [...permissions]));
}

/**
 * The permissions of a principal at the end of a path, by the framework's rules: a permission that is given or denied
 * directly wins over the permissions of roles.
 * @param principals The login, then its groups.
 * @param levels The account first.
 */
export function permissionsAt(
  levels: readonly AccessLevel[],
  principals: readonly string[],
  defaults: RolePermissions,
): ReadonlySet<string> {
  const permissions = new Set(permissionsOfRoles(levels, rolesOf(levels, principals), defaults));
  const named = new Set(levels.flatMap((level) => of('prinperm', level).map(({ name }) => name)));
  for (const permission of named) {
    const has = directly(levels, principals, permission);
    if (has === true) permissions.add(permission);
    else if (has === false) permissions.delete(permission);
  }
  return permissions;
}
