import { json } from '../http/answer.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { notFound, schemaViolation } from '../http/refusals.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView } from '../http/view.ts';
import type { StoredGroup } from '../store/groups.ts';
import type { Stores } from '../store/stores.ts';
import type { StoredUser } from '../store/users.ts';

/** Maximum number of users that a search examines, and that `@getUsers` returns. */
const maxUsers = 10_000;
const defaultSize = 20;
const groupTypes = ['PEOPLE_GROUP', 'WORK_SPACE', 'ALL'];

type PeopleDeps = Pick<Stores, 'nodes' | 'grants' | 'users' | 'groups'>;

/** Formats a user as Onna's published type `UserSearchResult`, whose field names come from LDAP. */
function userItem({ login, name, surname }: StoredUser): Readonly<Record<string, unknown>> {
  return { id: login, mail: login, cn: name, sn: surname, blocked: false };
}

function groupItem({ id, title, members }: StoredGroup): Readonly<Record<string, unknown>> {
  return { id, title, groupType: 'PEOPLE_GROUP', members };
}

function wholeNumber(value: string | null, fallback: number, name: string): number {
  if (value === null || value === '') return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0)
    throw schemaViolation('query', name, `${name} must be a whole number`, { type: 'number' });
  return number;
}

/**
 * `@findUsers` and `@getUsers` return the users of the account. Only its Managers and Owners may use them.
 */
function userViews({ users }: PeopleDeps): ServiceView[] {
  return [
    {
      name: '@findUsers',
      methods: ['GET'],
      permission: 'onna.SearchUsers',
      appliesTo: isAccount,
      answer({ query }) {
        const term = (query.get('term') ?? '').toLowerCase();
        const size = wholeNumber(query.get('size'), defaultSize, 'size');
        const page = wholeNumber(query.get('page'), 0, 'page');
        const found = users
          .all(maxUsers)
          .filter(({ login, name, surname }) => `${login} ${name} ${surname}`.toLowerCase().includes(term));
        const result = found.slice(page * size, (page + 1) * size).map(userItem);
        return json({ result, page, num_x_page: size, total: found.length });
      },
    },
    {
      name: '@getUsers',
      methods: ['POST'],
      permission: 'onna.SearchUsers',
      appliesTo: isAccount,
      async answer({ json: readBody }) {
        jsonObject(await readBody());
        const all = users.all(maxUsers);
        return json({ items: all.map(userItem), total: all.length });
      },
    },
  ];
}

/** `@groups` returns the groups of people, the Workspaces, or both. `@groups/{id}` returns one group of people. */
function groupViews({ nodes, grants, groups }: PeopleDeps): ServiceView[] {
  const workspaces = (login: string | undefined): Readonly<Record<string, unknown>>[] => {
    const folder = nodes.byPath('/workspaces');
    return (folder ? nodes.children(folder.id) : [])
      .filter(({ path }) => grants.allows(login, path, 'guillotina.AccessContent'))
      .map(({ uid, title }) => ({ id: uid, title, groupType: 'WORK_SPACE' }));
  };
  return [
    {
      name: '@groups',
      methods: ['GET'],
      permission: 'guillotina.AccessContent',
      takesTail: true,
      appliesTo: isAccount,
      answer({ query, login, tail }) {
        if (tail.length > 0) {
          const group = tail.length === 1 ? groups.byId(tail[0] ?? '') : undefined;
          if (!group) throw notFound();
          return json(groupItem(group));
        }
        const wanted = query.get('groupType') ?? 'PEOPLE_GROUP';
        if (!groupTypes.includes(wanted))
          throw schemaViolation('query', 'groupType', `One of ${groupTypes.join(', ')}`, {
            enum: groupTypes,
          });
        const listed = [
          ...(wanted === 'WORK_SPACE' ? [] : groups.all().map(groupItem)),
          ...(wanted === 'PEOPLE_GROUP' ? [] : workspaces(login)),
        ];
        return json(Object.fromEntries(listed.map((item) => [String(item['id']), item])));
      },
    },
  ];
}

/** Services that find the people and groups of an account (docs/onna-api.md §2). */
export function peopleViews(deps: PeopleDeps): ServiceView[] {
  return [...userViews(deps), ...groupViews(deps)];
}
