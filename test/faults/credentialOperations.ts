import assert from 'node:assert/strict';
import type { Datasource } from '../../src/model/datasources/datasource.ts';
import { CodeRefused } from '../../src/model/credentials/renewals.ts';
import { userName } from './account.ts';
import { ends, wiki } from './operation.ts';
import type { Operation } from './operation.ts';
import { action, reading } from './operationKinds.ts';
import { codeProblem } from './words.ts';
import type { World } from './world.ts';

const entryOf = (datasource: Datasource): { id: string; path: string; datasources: Datasource[] } => ({
  id: 'entry',
  path: datasource.path,
  datasources: [datasource],
});

/** The operations that read and renew stored credentials. */
export const credentialOperations: readonly Operation[] = [
  reading(
    'wallet entries',
    'group Needs Renewal, which shows no error',
    ({ path, query }) => path === '/@data' && query.get('types') === 'WalletEntry',
    async (world) => (await world.client()).credentials.entries(),
    'Slack of Ines',
  ),
  reading(
    'use of the wallet entries',
    'group Needs Renewal, which shows no error',
    ends('/@wallet'),
    async (world) => [...(await (await world.client()).credentials.usage())],
    '["uid-entry",2]',
  ),
  reading(
    'consent page of a provider',
    'notification of a read',
    ({ path }) => path.includes('AuthCode'),
    async (world) => {
      const type = 'SlackDatasource';
      const { credentials } = await world.client();
      const redirectTo = 'vscode://onna-datasources.onna-datasources/callback';
      return (await credentials.consentPage({ type, userFolder: `/${userName}`, redirectTo })).href;
    },
    'https://consent.example.test/',
  ),
  action(
    'renew credentials with a secret',
    ends('@refreshServiceCredentials'),
    ({ renewals, connection }, datasource) =>
      renewals.withSecret(connection.id, entryOf(datasource), 'secret'),
    'wiki paused',
  ),
  renewalWithCode(),
];

/** Returns the operation that sends a code. The box for the code stays open and shows the failure. */
function renewalWithCode(): Operation {
  return {
    name: 'renew credentials with a code',
    place: 'box for the code',
    writes: true,
    concerns: ({ path }) => path === `${wiki}/@updateServiceCredentials`,
    prepare: (world: World) => {
      world.open(true);
      const { id } = world.connection;
      const datasource = world.store.find(id, 'uid-wiki');
      assert.ok(datasource);
      return Promise.resolve({
        run: async () => {
          try {
            await world.renewals.withCode(id, entryOf(datasource), 'code');
            return undefined;
          } catch (error) {
            if (!(error instanceof CodeRefused)) world.note(error);
            return codeProblem(error);
          }
        },
        check: () => assert.ok(world.rows().includes('wiki paused'), world.rows().join()),
        kept: () => world.ids(),
      });
    },
  };
}
