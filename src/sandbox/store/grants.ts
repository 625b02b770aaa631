import { AccessLevels, upwards } from './accessLevels.ts';
import { permissionsAt, rolesOf } from './accessRules.ts';
import type { AccessEntry, AccessSettings } from './accessSettings.ts';
import type { Database } from './database.ts';

/** Role that a login can have for a node and everything below it (docs/onna-api.md §13: Manage, Edit, View). */
export type Role = 'guillotina.Owner' | 'guillotina.Manager' | 'guillotina.Editor' | 'guillotina.Reader';

/** Permissions that services require. */
export type Permission =
  | 'guillotina.AccessContent'
  | 'guillotina.ViewContent'
  | 'guillotina.SearchContent'
  | 'guillotina.AddContent'
  | 'guillotina.ModifyContent'
  | 'guillotina.DeleteContent'
  | 'guillotina.MoveContent'
  | 'guillotina.DuplicateContent'
  | 'guillotina.SeePermissions'
  | 'guillotina.ChangePermissions'
  | 'onna.SendToSpyder'
  | 'onna.SendToCompute'
  | 'onna.GetAuditLog'
  | 'onna.GetAuditLogDS'
  | 'onna.SeeRetentionPolicies'
  | 'onna.SearchUsers';

const view: readonly Permission[] = [
  'guillotina.AccessContent',
  'guillotina.ViewContent',
  'guillotina.SearchContent',
  'guillotina.DuplicateContent',
];
const edit: readonly Permission[] = [
  ...view,
  'guillotina.AddContent',
  'guillotina.ModifyContent',
  'onna.SendToSpyder',
  'onna.SendToCompute',
];
const manage: readonly Permission[] = [
  ...edit,
  'guillotina.DeleteContent',
  'guillotina.MoveContent',
  'guillotina.SeePermissions',
  'guillotina.ChangePermissions',
  'onna.GetAuditLog',
  'onna.GetAuditLogDS',
  'onna.SeeRetentionPolicies',
  'onna.SearchUsers',
];

const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  'guillotina.Owner': manage,
  'guillotina.Manager': manage,
  'guillotina.Editor': edit,
  'guillotina.Reader': view,
};

/** Whether `name` is one of the four roles that can be granted. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(permissionsOf, name);
}

/** Whether every login can read the object: the account and the folder of the Workspaces, but not every object in them. */
function isOpen(path: string): boolean {
  return path === '' || path === '/workspaces';
}

/** A path segment that no object has. With it, a check covers the children that have no access list of their own. */
export const anyChild = '\u0000';

/** The four roles. */
export const roleNames = Object.keys(permissionsOf) as readonly Role[];

/** The permissions of a role. */
export function permissionsOfRole(role: Role): readonly string[] {
  return permissionsOf[role];
}

/**
 * SQL that compares the column `login` with a login and with the ids of its groups. Bind the login to both
 * parameters.
 */
const isLoginOrGroup = 'login IN (SELECT ? UNION ALL SELECT group_id FROM group_members WHERE login = ?)';

/**
 * Stores the roles that logins and groups have at nodes. A role also applies to everything below its node,
 * and a group's role applies to each member. The column `login` also contains ids of groups. All other entries of access
 * lists are in {@link AccessSettings}. While there are none, every check is a single query.
 */
export class Grants {
  readonly #database: Database;
  readonly #settings: AccessSettings;
  readonly #levels: AccessLevels;

  constructor(database: Database, settings: AccessSettings) {
    this.#database = database;
    this.#settings = settings;
    this.#levels = new AccessLevels(database, settings);
  }

  /**
   * Whether any access list has entries other than roles allowed at a node. If not, checks can skip
   * {@link AccessSettings}.
   */
  get hasSettings(): boolean {
    return this.#settings.hasAny;
  }

  /** The access list of a node. */
  entriesAt(node: { readonly id: number; readonly uid: string }): readonly AccessEntry[] {
    return this.#levels.atNode(node);
  }

  grant(nodeId: number, login: string, role: Role): void {
    this.#database.run(
      'INSERT OR IGNORE INTO grants (node_id, login, role) VALUES (?, ?, ?)',
      nodeId,
      login,
      role,
    );
  }

  revoke(nodeId: number, login: string, role: Role): void {
    this.#database.run(
      'DELETE FROM grants WHERE node_id = ? AND login = ? AND role = ?',
      nodeId,
      login,
      role,
    );
  }

  /** Revokes all roles that are granted directly at the node. */
  clear(nodeId: number): void {
    this.#database.run('DELETE FROM grants WHERE node_id = ?', nodeId);
  }

  /** Roles that are granted directly at the node, by login. The service sends them as `@assigned-roles`. */
  assignedAt(nodeId: number): Record<string, Role[]> {
    // Use a Map, because a login can be any text, such as `__proto__`.
    const roles = new Map<string, Role[]>();
    for (const row of this.#database.all(
      'SELECT login, role FROM grants WHERE node_id = ? ORDER BY login',
      nodeId,
    )) {
      const login = String(row['login']);
      roles.set(login, [...(roles.get(login) ?? []), String(row['role']) as Role]);
    }
    return Object.fromEntries(roles);
  }

  /** The roles of every login at `path`, including inherited ones, sorted by login. */
  rolesByLogin(path: string): ReadonlyMap<string, readonly Role[]> {
    if (this.hasSettings) {
      const levels = this.#levels.of(path);
      const entries = levels.flatMap((level) => level.entries.filter(({ map }) => map === 'prinrole'));
      const principals = [...new Set(entries.map(({ subject }) => subject))].sort();
      const found = principals.map(
        (principal) => [principal, rolesOf(levels, [principal]).sort() as Role[]] as const,
      );
      return new Map(found.filter(([, roles]) => roles.length > 0));
    }
    const rows = this.#database.all(
      `SELECT DISTINCT login, role FROM json_each(?) AS above CROSS JOIN nodes ON nodes.path = above.value
       CROSS JOIN grants ON node_id = nodes.id ORDER BY login, role`,
      JSON.stringify(upwards(path)),
    );
    const roles = new Map<string, Role[]>();
    for (const { login, role } of rows)
      roles.set(String(login), [...(roles.get(String(login)) ?? []), String(role) as Role]);
    return roles;
  }

  /** The roles granted to `login`, with the path of each, sorted by path. */
  given(login: string, limit: number): { readonly path: string; readonly role: string }[] {
    return this.#database
      .all(
        `SELECT path, role FROM grants JOIN nodes ON nodes.id = node_id WHERE login = ?
         ORDER BY path, role LIMIT ?`,
        login,
        limit,
      )
      .map((row) => ({ path: String(row['path']), role: String(row['role']) }));
  }

  /** Roles of `login` at `path`, including inherited ones. */
  roles(login: string, path: string): Role[] {
    if (this.hasSettings)
      return rolesOf(this.#levels.of(path), this.#principals(login)).filter(isRole).sort();
    return this.#database
      .all(
        // Start from the few paths. A query that starts from the login would scan all its grants.
        `SELECT DISTINCT role FROM json_each(?) AS above CROSS JOIN nodes ON nodes.path = above.value
         CROSS JOIN grants ON node_id = nodes.id AND grants.${isLoginOrGroup} ORDER BY role`,
        JSON.stringify(upwards(path)),
        login,
        login,
      )
      .map((row) => String(row['role']) as Role);
  }

  /** All permissions of `login` at `path`. An `undefined` login has no permissions. */
  permissions(login: string | undefined, path: string): ReadonlySet<string> {
    if (login === undefined) return new Set();
    const granted: Set<string> = this.hasSettings
      ? new Set(permissionsAt(this.#levels.of(path), this.#principals(login), permissionsOf))
      : new Set(this.roles(login, path).flatMap((role) => permissionsOf[role]));
    if (isOpen(path)) for (const permission of view) granted.add(permission);
    return granted;
  }

  allows(login: string | undefined, path: string, permission: Permission): boolean {
    return this.permissions(login, path).has(permission);
  }

  /** Returns a version of {@link allows} for many paths. It reads the grants of the login only once. */
  checker(login: string | undefined, permission: Permission): (path: string) => boolean {
    if (login === undefined) return () => false;
    if (this.hasSettings) {
      const levelsOf = this.#levels.forMany();
      const principals = this.#principals(login);
      return (path) =>
        (isOpen(path) && view.includes(permission)) ||
        permissionsAt(levelsOf(path), principals, permissionsOf).has(permission);
    }
    const granting = new Set(
      this.#database
        .all(
          `SELECT path, role FROM grants JOIN nodes ON nodes.id = node_id WHERE grants.${isLoginOrGroup}`,
          login,
          login,
        )
        .filter(({ role }) => permissionsOf[String(role) as Role].includes(permission))
        .map(({ path }) => String(path)),
    );
    const known = new Map<string, boolean>();
    const inherits = (path: string): boolean => {
      const before = known.get(path);
      if (before !== undefined) return before;
      const allowed = granting.has(path) || (path !== '' && inherits(path.slice(0, path.lastIndexOf('/'))));
      known.set(path, allowed);
      return allowed;
    };
    return (path) => inherits(path) || (isOpen(path) && view.includes(permission));
  }

  /** The login and its groups. */
  #principals(login: string): string[] {
    const sql = 'SELECT group_id FROM group_members WHERE login = ? ORDER BY group_id';
    return [login, ...this.#database.all(sql, login).map((row) => String(row['group_id']))];
  }

  /**
   * Paths of the topmost nodes that `login` can see. The user can see these nodes and everything below them, but
   * nothing else. Valid only while there are no settings.
   */
  visibleRoots(login: string): string[] {
    const paths = this.#database
      .all(
        `SELECT DISTINCT path FROM grants JOIN nodes ON nodes.id = node_id
         WHERE grants.${isLoginOrGroup} ORDER BY path`,
        login,
        login,
      )
      .map((row) => String(row['path']));
    return paths.filter((path) => !paths.some((other) => path !== other && path.startsWith(`${other}/`)));
  }
}
