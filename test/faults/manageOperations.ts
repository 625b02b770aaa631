import { deleteNode } from '../../src/model/manage/deletion.ts';
import { NodeEdits } from '../../src/model/manage/nodeEdits.ts';
import { SharingEdits } from '../../src/model/manage/sharing.ts';
import { accountPath } from './account.ts';
import type { AccountRequest } from './exchange.ts';
import { ends, wiki } from './operation.ts';
import type { Operation } from './operation.ts';
import { action, reading } from './operationKinds.ts';
import type { World } from './world.ts';

const edits = ({ manage }: World): NodeEdits => new NodeEdits(manage);
const sharing = ({ manage }: World): SharingEdits => new SharingEdits(manage);
const tom = { principal: 'tom@lumenfjord.test', role: 'guillotina.Reader' };

/** Returns a predicate for requests with this method and path. */
const is =
  (method: string, path: string): ((request: AccountRequest) => boolean) =>
  (request) =>
    request.method === method && request.path === path;

/** The operations that set up, change, share and remove Workspaces and Datasources. */
export const manageOperations: readonly Operation[] = [
  reading(
    'check of the permissions',
    'check before a command, which shows no error',
    ends('@canido'),
    async (world) => [
      ...(await (await world.client()).content.permissions(wiki, ['guillotina.ModifyContent'])),
    ],
    '["guillotina.ModifyContent",true]',
  ),
  reading(
    'types of Datasources',
    'notification of a read',
    ({ path }) => path.endsWith('@datasourceTypes') || path.endsWith('@enabledDSTypes'),
    async (world) => (await world.client()).content.datasourceTypes(),
    'BoxDatasource',
  ),
  action(
    'create a Workspace',
    is('POST', '/workspaces'),
    (world) =>
      edits(world).create(world.connection.id, '/workspaces', { '@type': 'Workspace', title: 'quay' }),
    ({ store, connection }) => store.get(connection.id)?.workspaces.get('/workspaces/quay') === 'quay',
  ),
  action(
    'create a Datasource',
    is('POST', accountPath),
    (world) =>
      edits(world).create(world.connection.id, accountPath, { '@type': 'BoxDatasource', title: 'box' }),
    'box paused',
  ),
  action(
    'rename a Datasource',
    is('PATCH', wiki),
    (world, datasource) => edits(world).rename(world.connection.id, datasource, 'tides'),
    'tides paused',
  ),
  action(
    'move a Datasource',
    ends('@move'),
    (world, datasource) => edits(world).move(world.connection.id, datasource, '/workspaces/pier'),
    ({ store, connection }) => store.find(connection.id, 'uid-wiki')?.parentPath === '/workspaces/pier',
  ),
  action(
    'mark a favorite',
    is('POST', `${wiki}/@favorite`),
    (world, datasource) => edits(world).setFavorite(world.connection.id, datasource, true),
    ({ store, connection }) => store.find(connection.id, 'uid-wiki')?.favorite === true,
  ),
  deletion(),
  reading(
    'access to a Datasource',
    'notification of a read',
    is('GET', `${wiki}/@sharing`),
    async (world) => JSON.stringify(await sharing(world).read(world.connection.id, wiki)),
    'inherited',
  ),
  sharedWith(),
  reading(
    'suggestions of users',
    'list of suggestions',
    ({ path }) => path.endsWith('@findUsers') || path.endsWith('@getUsers'),
    (world) => sharing(world).suggest(world.connection.id, 'tom', new AbortController().signal),
    'tom@lumenfjord.test',
  ),
];

/** Returns the operation that deletes the wiki. All other Datasources must stay. */
function deletion(): Operation {
  const operation = action(
    'delete a Datasource',
    is('DELETE', wiki),
    ({ manage, connection }) => deleteNode(manage, connection.id, wiki),
    ({ store, connection }) => store.find(connection.id, 'uid-wiki') === undefined,
  );
  return {
    ...operation,
    prepare: async (world) => {
      const run = await operation.prepare(world);
      return { ...run, kept: () => run.kept().filter((id) => id !== 'uid-wiki') };
    },
  };
}

/** Returns the operation that grants a role. Its result is the access that the service reports afterwards. */
function sharedWith(): Operation {
  let principals: readonly string[] = [];
  return action(
    'share a Datasource',
    is('POST', `${wiki}/@sharing`),
    async (world) => {
      const { id } = world.connection;
      principals = [];
      const known = { local: [], inherited: [] };
      const { now } = await sharing(world).change(id, { path: wiki }, known, tom);
      principals = now?.local.map(({ principal }) => principal) ?? [];
    },
    () => principals.includes(tom.principal),
  );
}
