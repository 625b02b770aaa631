import { userName } from './account.ts';
import { ends, wiki } from './operation.ts';
import type { Operation, Run } from './operation.ts';
import { backgroundOperations } from './backgroundOperations.ts';
import { detailsOperations } from './detailsOperations.ts';
import { action, document, pollOnce, page, reading, search, signInByPassword } from './operationKinds.ts';
import { tableOperations } from './tableOperations.ts';
import type { World } from './world.ts';

/** Accounts, the list of Datasources, Resources and search. */
const basicOperations: readonly Operation[] = [
  reading(
    'sign in: server',
    'sign-in box: server',
    ends('/auth/oauth/me'),
    async ({ clients, connection }) => {
      await clients.checkServer(connection.baseUrl);
      return 'reached';
    },
    'reached',
  ),
  reading(
    'sign in: account',
    'sign-in box: account',
    ends('@oauthgetcode'),
    async ({ clients, connection }) => {
      await clients.checkAccount(connection);
      return 'found';
    },
    'found',
  ),
  signInByPassword('sign in: code', ends('@oauthgetcode')),
  signInByPassword('sign in: token', ends('get_auth_token')),
  reading(
    'pasted token: whose',
    'sign-in box: token',
    ends('/auth/oauth/me'),
    ({ clients, connection, account }) => clients.ownerOf(connection, account.token(2)),
    userName,
  ),
  {
    name: 'renewal of the token',
    place: 'row of the account',
    tokenRanOut: true,
    concerns: ends('get_auth_token'),
    prepare: (world: World): Promise<Run> => {
      world.open(true);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  {
    name: 'Datasources, the first time',
    place: 'row of the account',
    paged: true,
    concerns: ends('@data'),
    prepare: (world: World): Promise<Run> => {
      world.open(false);
      return Promise.resolve(pollOnce(world, false));
    },
  },
  {
    name: 'Datasources, later',
    place: 'row of the account',
    paged: true,
    concerns: ends('@data'),
    prepare: (world: World): Promise<Run> => {
      world.open(true);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  {
    name: 'one Datasource',
    place: 'row of the account',
    statusLeftOut: true,
    concerns: ({ method, path }) => method === 'GET' && path === wiki,
    prepare: (world: World): Promise<Run> => {
      world.open(false);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  page('Resources', 'wiki', ends('@getAllChildren'), 0),
  page('more Resources', 'wiki', ends('@getAllChildren'), 1),
  page('Resources with titles', 'slack', ends('@getAllChildrenData'), 0),
  reading(
    'size',
    'tooltip, which shows no error',
    ends('@size'),
    async (world) => (await world.client()).size(wiki),
    '73400320',
  ),
  reading(
    'a Resource’s details',
    'tooltip, which shows no error',
    ends('tides-0.txt'),
    async (world) => (await world.client()).resource(`${wiki}/tides-0.txt`),
    'Tides',
  ),
  document('properties', 'properties', `${wiki}/tides-0.txt`, '', '"Tides"'),
  document(
    'extracted text',
    'text',
    `${wiki}/tides-0.txt`,
    '/@download/extracted_text',
    'High water at noon.',
  ),
  document('text of the file', 'text', `${wiki}/unread.txt`, '/@download/file', 'High water at noon.'),
  reading(
    'download',
    'notification',
    ends('@download/file'),
    (world) => world.download(`${wiki}/tides-0.txt`),
    'High water at noon.',
  ),
  action(
    'sync now',
    ends('@sendToSpyder'),
    ({ actions, connection }, datasource) => actions.sync(connection.id, datasource),
    'wiki paused',
  ),
  action(
    'pause',
    ({ method }) => method === 'PATCH',
    ({ actions, connection }, datasource) => actions.writeStatus(connection.id, datasource, 'paused'),
    'wiki paused',
  ),
  action('reprocess', ends('@sendUnprocessedToCompute'), ({ actions, connection }, datasource) =>
    actions.reprocess(connection.id, datasource),
  ),
  action(
    'refresh credentials',
    ends('@refreshServiceCredentials'),
    ({ actions, connection }, datasource) => actions.refreshCredentials(connection.id, datasource, 'secret'),
    'wiki paused',
  ),
  action('process', ends('@sendToCompute'), async ({ actions, connection }) => {
    const signal = new AbortController().signal;
    const [outcome] = await actions.process(connection.id, [`${wiki}/tides-0.txt`], signal, () => undefined);
    if (outcome?.error) throw outcome.error;
  }),
  search('search', true),
  search('more hits', false),
];

/** Operations with a table of their own. */
export interface OperationGroup {
  readonly title: string;
  readonly operations: readonly Operation[];
}

export const operationGroups: readonly OperationGroup[] = [
  { title: 'Accounts, Datasources, Resources and search', operations: basicOperations },
  {
    title: 'Details of a Datasource',
    operations: [...detailsOperations, ...tableOperations, ...backgroundOperations],
  },
];

/** Every endpoint that the client calls, at least once. */
export const operations: readonly Operation[] = operationGroups.flatMap((group) => group.operations);
