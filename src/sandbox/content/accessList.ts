import { mustMatch } from '../http/jsonSchema.ts';
import type { JsonSchema } from '../http/jsonSchema.ts';
import { preconditionFailed } from '../http/refusals.ts';
import type { AccessEntry, AccessMap, Setting } from '../store/accessSettings.ts';
import { isRole } from '../store/grants.ts';

/** A change of one entry. `Unset` removes the entry. */
export interface AccessChange extends Omit<AccessEntry, 'setting'> {
  readonly setting: Setting | 'Unset';
}

/** Names of the two fields that identify an entry in each map of a request. */
const fieldsOf: Readonly<Record<AccessMap, { readonly subject: string; readonly name: string }>> = {
  prinrole: { subject: 'principal', name: 'role' },
  prinperm: { subject: 'principal', name: 'permission' },
  roleperm: { subject: 'role', name: 'permission' },
};

const maps = Object.keys(fieldsOf) as AccessMap[];

function entrySchema({ subject, name }: { subject: string; name: string }): JsonSchema {
  return {
    type: 'object',
    properties: {
      [subject]: { type: 'string' },
      [name]: { type: 'string' },
      setting: { enum: ['Allow', 'Deny', 'AllowSingle', 'Unset'] },
    },
    required: [subject, name, 'setting'],
  };
}

/** The addresses of the schemas of the entries in Onna's published description. */
const addresses: Readonly<Record<AccessMap, string>> = {
  prinrole: '#/components/schemas/PrincipalRole',
  prinperm: '#/components/schemas/PrincipalPermission',
  roleperm: '#/components/schemas/RolePermission',
};

const entrySchemas = Object.fromEntries(maps.map((map) => [addresses[map], entrySchema(fieldsOf[map])]));

/** The published schema of the body (docs/onna-api.md §4). */
const bodySchema: JsonSchema = {
  title: 'Permissions defined for a resource ACL',
  type: 'object',
  properties: Object.fromEntries(
    maps.map((map) => [map, { type: 'array', items: { type: 'object', $ref: addresses[map] } }]),
  ),
};

/** Reads the body of POST and PUT `@sharing`. @throws Refusal 412 */
export function readAccessChanges(body: unknown): AccessChange[] {
  mustMatch(body, bodySchema, entrySchemas);
  const lists = body as Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  if (!maps.some((map) => map in lists))
    throw preconditionFailed('prinrole, prinperm or roleperm is required');
  return maps.flatMap((map) =>
    (lists[map] ?? []).map((entry) => {
      const fields = fieldsOf[map];
      const change = {
        map,
        subject: entry[fields.subject] ?? '',
        name: entry[fields.name] ?? '',
        setting: entry['setting'] as AccessChange['setting'],
      };
      if (map === 'prinrole' && !isRole(change.name))
        throw preconditionFailed(`'${change.name}' is not a local role`);
      return change;
    }),
  );
}

/** The three maps of an access list as `@sharing` returns them: subject → name → setting. */
export function accessMaps(entries: readonly AccessEntry[]): Record<AccessMap, unknown> {
  const json = (map: AccessMap): unknown => {
    // Use Maps, because a login can be any text, such as `__proto__`.
    const bySubject = new Map<string, [string, string][]>();
    for (const { map: of, subject, name, setting } of entries)
      if (of === map) bySubject.set(subject, [...(bySubject.get(subject) ?? []), [name, setting]]);
    return Object.fromEntries([...bySubject].map(([subject, named]) => [subject, Object.fromEntries(named)]));
  };
  return { roleperm: json('roleperm'), prinperm: json('prinperm'), prinrole: json('prinrole') };
}

/** An access list as `@all_permissions` returns it: a list of entries per map. */
export function accessLists(
  entries: readonly (AccessEntry | AccessChange)[],
): Record<AccessMap, readonly unknown[]> {
  const json = (map: AccessMap): readonly unknown[] =>
    entries
      .filter((entry) => entry.map === map)
      .map(({ subject, name, setting }) => ({
        [fieldsOf[map].subject]: subject,
        [fieldsOf[map].name]: name,
        setting,
      }));
  return { prinperm: json('prinperm'), prinrole: json('prinrole'), roleperm: json('roleperm') };
}
