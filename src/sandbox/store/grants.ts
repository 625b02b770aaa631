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

/** Returns the path and the paths of all its ancestors, including the account (`''`). */
function upwards(path: string): string[] {
  const paths = [path];
  for (let rest = path; rest !== '';) {
    rest = rest.slice(0, rest.lastIndexOf('/'));
    paths.push(rest);
  }
  return paths;
}

/**
 * SQL for a comparison with a login and its groups. It needs the login as the value of both of its parameters.
 */
const isLoginOrGroup = 'login IN (SELECT ? UNION ALL SELECT group_id FROM group_members WHERE login = ?)';

/**
 * Stores the roles that logins and groups have at nodes. A role also applies to everything below its node, and the role
 * of a group to each member. The column `login` also contains ids of groups.
 */
export class Grants {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
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
  assignedAt(nodeId: number): Record<string, string[]> {
    // Use a Map, because a login can be any text, such as `__proto__`.
    const roles = new Map<string, string[]>();
    for (const row of this.#database.all(
      'SELECT login, role FROM grants WHERE node_id = ? ORDER BY login',
      nodeId,
    )) {
      const login = String(row['login']);
      roles.set(login, [...(roles.get(login) ?? []), String(row['role'])]);
    }
    return Object.fromEntries(roles);
  }

  /** The roles of every login at `path`, including inherited ones, sorted by login. */
  rolesByLogin(path: string): ReadonlyMap<string, readonly Role[]> {
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

  /** All permissions of `login` at `path`. `undefined` has no permissions. */
  permissions(login: string | undefined, path: string): ReadonlySet<Permission> {
    if (login === undefined) return new Set();
    const granted = new Set(this.roles(login, path).flatMap((role) => permissionsOf[role]));
    // Every user may see the account itself, but not every object in it.
    if (path === '') for (const permission of view) granted.add(permission);
    return granted;
  }

  allows(login: string | undefined, path: string, permission: Permission): boolean {
    return this.permissions(login, path).has(permission);
  }

  /** Returns a variant of {@link allows} for many paths, which reads the grants of the login only once. */
  checker(login: string | undefined, permission: Permission): (path: string) => boolean {
    if (login === undefined) return () => false;
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
    return (path) => inherits(path) || (path === '' && view.includes(permission));
  }

  /**
   * Paths of the topmost nodes that `login` can see. The user can see these nodes and everything below them, but
   * nothing else.
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
