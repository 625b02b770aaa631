import { userName } from './account.ts';
import { credentialOperations } from './credentialOperations.ts';
import { manageOperations } from './manageOperations.ts';
import { ends, wiki } from './operation.ts';
import type { Operation, Run } from './operation.ts';
import { backgroundOperations } from './backgroundOperations.ts';
import { detailsOperations } from './detailsOperations.ts';
import { action, document, pollOnce, page, reading, search, signInByPassword } from './operationKinds.ts';
import { transferOperations } from './transferOperations.ts';
import { tableOperations } from './tableOperations.ts';
import { uploadOperations } from './uploadOperations.ts';
import type { World } from './world.ts';

/** Accounts, the list of Datasources, Resources and search. */
const basicOperations: readonly Operation[] = [
  reading(
    'sign-in: check the server',
    'sign-in box: server',
    ends('/auth/oauth/me'),
    async ({ clients, connection }) => {
      await clients.checkServer(connection.baseUrl);
      return 'reached';
    },
    'reached',
  ),
  reading(
    'sign-in: check the account',
    'sign-in box: account',
    ends('@oauthgetcode'),
    async ({ clients, connection }) => {
      await clients.checkAccount(connection);
      return 'found';
    },
    'found',
  ),
  signInByPassword('sign-in: request a code', ends('@oauthgetcode')),
  signInByPassword('sign-in: request a token', ends('get_auth_token')),
  reading(
    'pasted token: identify the user',
    'sign-in box: token',
    ends('/auth/oauth/me'),
    ({ clients, connection, account }) => clients.ownerOf(connection, account.token(2)),
    userName,
  ),
  {
    name: 'token renewal',
    place: 'row of the account',
    tokenRanOut: true,
    concerns: ends('get_auth_token'),
    prepare: (world: World): Promise<Run> => {
      world.open(true);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  {
    name: 'first list of Datasources',
    place: 'row of the account',
    paged: true,
    concerns: ends('@data'),
    prepare: (world: World): Promise<Run> => {
      world.open(false);
      return Promise.resolve(pollOnce(world, false));
    },
  },
  {
    name: 'later list of Datasources',
    place: 'row of the account',
    paged: true,
    concerns: ends('@data'),
    prepare: (world: World): Promise<Run> => {
      world.open(true);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  {
    name: 'status of one Datasource',
    place: 'row of the account',
    statusLeftOut: true,
    concerns: ({ method, path }) => method === 'GET' && path === wiki,
    prepare: (world: World): Promise<Run> => {
      world.open(false);
      return Promise.resolve(pollOnce(world, true));
    },
  },
  page('first page of Resources', 'wiki', ends('@getAllChildren'), 0),
  page('next page of Resources', 'wiki', ends('@getAllChildren'), 1),
  page('first page of Resources with titles', 'slack', ends('@getAllChildrenData'), 0),
  reading(
    'size of a Datasource',
    'tooltip, which shows no error',
    ends('@size'),
    async (world) => (await world.client()).size(wiki),
    '73400320',
  ),
  reading(
    'details of a Resource',
    'tooltip, which shows no error',
    ends('tides-0.txt'),
    async (world) => (await world.client()).resource(`${wiki}/tides-0.txt`),
    'Tides',
  ),
  document('properties of a Resource', 'properties', `${wiki}/tides-0.txt`, '', '"Tides"'),
  document(
    'extracted text of a Resource',
    'text',
    `${wiki}/tides-0.txt`,
    '/@download/extracted_text',
    'High water at noon.',
  ),
  document(
    'file of a Resource as text',
    'text',
    `${wiki}/unread.txt`,
    '/@download/file',
    'High water at noon.',
  ),
  reading(
    'download of a file',
    'notification',
    ends('@download/file'),
    (world) => world.download(`${wiki}/tides-0.txt`),
    'High water at noon.',
  ),
  action(
    'sync a Datasource',
    ends('@sendToSpyder'),
    ({ actions, connection }, datasource) => actions.sync(connection.id, datasource),
    'wiki paused',
  ),
  action(
    'pause a Datasource',
    ({ method }) => method === 'PATCH',
    ({ actions, connection }, datasource) => actions.writeStatus(connection.id, datasource, 'paused'),
    'wiki paused',
  ),
  action('reprocess a Datasource', ends('@sendUnprocessedToCompute'), ({ actions, connection }, datasource) =>
    actions.reprocess(connection.id, datasource),
  ),
  action('process a Resource', ends('@sendToCompute'), async ({ actions, connection }) => {
    const signal = new AbortController().signal;
    const [outcome] = await actions.process(connection.id, [`${wiki}/tides-0.txt`], signal, () => undefined);
    if (outcome?.error) throw outcome.error;
  }),
  ...credentialOperations,
  ...manageOperations,
  ...uploadOperations,
  search('first page of search hits', true),
  search('next page of search hits', false),
  ...transferOperations,
];

/** Operations that share one table in docs/faults.md. */
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
