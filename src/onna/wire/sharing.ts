import { nodePath, type AccountAddress, type NodePath } from '../address.ts';
import { asFields, type Fields } from './fields.ts';

/** A setting of a role: `Allow`, `AllowSingle`, `Deny`, or one that is not documented. */
export type RoleSetting = string;

/** The roles of one user or group at one node, each with its setting. */
export interface PrincipalRoles {
  readonly principal: string;
  readonly roles: ReadonlyMap<string, RoleSetting>;
}

/** The access to a node (docs/onna-api.md §4, `@sharing`). */
export interface Sharing {
  /** Granted at the node itself. */
  readonly local: readonly PrincipalRoles[];
  /**
   * Roles granted at the parents of the node, nearest parent first. The path is undefined if the service sends no
   * usable path.
   */
  readonly inherited: readonly {
    readonly path: NodePath | undefined;
    readonly entries: readonly PrincipalRoles[];
  }[];
}

/** Reads `{role: setting}`. In a list of roles, each role counts as `Allow`. */
function rolesOf(value: unknown): ReadonlyMap<string, RoleSetting> {
  if (Array.isArray(value))
    return new Map(value.filter((role) => typeof role === 'string').map((role) => [role, 'Allow']));
  // Uses `Object.entries`, because the name of a role or user may be `__proto__`.
  return new Map(
    Object.entries(asFields(value) ?? {}).flatMap(([role, setting]) =>
      typeof setting === 'string' ? [[role, setting] as const] : [],
    ),
  );
}

function entriesOf(acl: Fields | undefined): readonly PrincipalRoles[] {
  return Object.entries(asFields(acl?.['prinrole']) ?? {})
    .map(([principal, roles]) => ({ principal, roles: rolesOf(roles) }))
    .filter(({ principal, roles }) => principal !== '' && roles.size > 0);
}

/** Decodes an answer of `@sharing`. Undefined when `json` has no access list for the node itself. */
export function decodeSharing(address: AccountAddress, json: unknown): Sharing | undefined {
  const fields = asFields(json);
  const local = asFields(fields?.['local']);
  if (!fields || !local) return undefined;
  const inherit = fields['inherit'];
  const parents: readonly unknown[] = Array.isArray(inherit) ? inherit : [];
  return {
    local: entriesOf(local),
    inherited: parents.map(asFields).flatMap((parent) => {
      const id = parent?.['@id'];
      const path = typeof id === 'string' ? nodePath(address, id) : undefined;
      const entries = entriesOf(parent);
      return entries.length > 0 ? [{ path, entries }] : [];
    }),
  };
}

/** A user or a group that can get a role. */
export interface Principal {
  /** The login or the group's id, in the form that `@sharing` expects. */
  readonly id: string;
  /** The full name or the group's title. Undefined if the service sends none. */
  readonly name: string | undefined;
  readonly kind: 'user' | 'group';
}

function text(fields: Fields, ...names: string[]): string | undefined {
  return names
    .map((name) => fields[name])
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .find((value) => value !== '');
}

function userOf(value: unknown): readonly Principal[] {
  if (typeof value === 'string') return value === '' ? [] : [{ id: value, name: undefined, kind: 'user' }];
  const fields = asFields(value);
  if (!fields) return [];
  // `@sharing` identifies users by their login, which is the email address (docs/onna-api.md §10).
  const id = text(fields, 'mail', 'email', 'id', 'login', 'username');
  // A blocked user can't sign in.
  if (id === undefined || fields['blocked'] === true) return [];
  const first = text(fields, 'cn', 'name') ?? '';
  const last = text(fields, 'sn', 'surname') ?? '';
  // `cn` often contains the full name.
  const name = first.endsWith(last) ? first : `${first} ${last}`.trim();
  return [{ id, name: name === '' || name === id ? undefined : name, kind: 'user' }];
}

/**
 * The users in an answer of `@findUsers` or `@getUsers`. Only the answer of `@findUsers` is documented:
 * `{result: [{id, mail, cn, sn}]}`.
 * @returns Undefined when `json` contains no list
 */
export function decodeUsers(json: unknown): readonly Principal[] | undefined {
  if (Array.isArray(json)) return json.flatMap(userOf);
  const fields = asFields(json);
  const list = ['result', 'results', 'items', 'users', 'member']
    .map((name) => fields?.[name])
    .find(Array.isArray);
  return list?.flatMap(userOf);
}

/**
 * The groups in an answer of `@groups`. The documentation says only that the answer is an object.
 * @returns Undefined when `json` is neither an object nor an array
 */
export function decodeGroups(json: unknown): readonly Principal[] | undefined {
  const fields = asFields(json);
  const listed = Array.isArray(json) ? json : fields?.['items'];
  const entries: readonly (readonly [string | undefined, unknown])[] = Array.isArray(listed)
    ? listed.map((value: unknown) => [undefined, value])
    : Object.entries(fields ?? {});
  if (!fields && !Array.isArray(json)) return undefined;
  return entries.flatMap(([key, value]): Principal[] => {
    const group = asFields(value);
    const id = group
      ? (text(group, 'id', '@name', 'group_id') ?? key)
      : typeof value === 'string'
        ? (key ?? value)
        : key;
    if (id === undefined || id === '') return [];
    const name = group ? text(group, 'title', 'name') : typeof value === 'string' ? value : undefined;
    return [{ id, name: name === id ? undefined : name, kind: 'group' }];
  });
}
