import assert from 'node:assert/strict';
import {
  entryOf,
  noFacts,
  type CredentialEntry,
} from '../../../../src/model/credentials/credentialEntries.ts';
import { CodeRefused, Renewals } from '../../../../src/model/credentials/renewals.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from '../manage/manageWorld.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';

const parent = '/workspaces/harbour';

describe('A renewal of credentials', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let world: ManageWorld;
  let renewals: Renewals;
  let acted: string[];

  beforeEach(async () => {
    await fixture.start();
    const { sandbox } = fixture;
    sandbox.addWorkspace('Harbour', 'harbour');
    for (const id of ['chat', 'pilots'])
      sandbox.addDatasource({
        ...{ parent, title: id, id, type: 'slack', status: 'synced' },
        ...(id === 'chat' ? {} : { credentialsOf: `${parent}/chat` }),
      });
    sandbox.expireCredentials(`${parent}/chat`);
    account = await SandboxAccount.signedIn(sandbox);
    world = new ManageWorld(sandbox, sandbox.user, account.client);
    await world.poll();
    acted = [];
    renewals = new Renewals({
      ...{ store: world.store, clock: fixture.clock },
      client: () => Promise.resolve(account.client),
      acted: (id) => void acted.push(id),
    });
  });
  afterEach(async () => {
    renewals.dispose();
    await account.close();
    await fixture.stop();
  });

  function entry(): CredentialEntry {
    const snapshot = world.store.get(world.id);
    const found = snapshot && entryOf(snapshot, world.datasource('chat'), noFacts, fixture.clock.now());
    assert.ok(found);
    return found;
  }

  const states = (): unknown[] => ['chat', 'pilots'].map((title) => world.datasource(title).credential);
  const fresh = (): boolean[] =>
    ['chat', 'pilots'].map((title) => renewals.isFresh(world.id, world.datasource(title)));

  it('with a code fixes every Datasource that uses the credentials, without a poll', async () => {
    const told: unknown[] = [];
    renewals.onDidRenew(({ datasourceIds }) => told.push(datasourceIds.length));
    assert.deepEqual(
      [states(), fresh()],
      [
        ['expired', 'expired'],
        [false, false],
      ],
    );
    await renewals.withCode(world.id, entry(), fixture.sandbox.consentCode('SlackDatasource'));
    assert.deepEqual(
      [states(), fresh()],
      [
        ['valid', 'valid'],
        [true, true],
      ],
    );
    assert.deepEqual([told, acted], [[2], [world.id]]);
  });

  it('with a secret fixes every Datasource that uses the credentials', async () => {
    await renewals.withSecret(world.id, entry(), 'correct horse');
    assert.deepEqual(
      [states(), fresh()],
      [
        ['valid', 'valid'],
        [true, true],
      ],
    );
  });

  it('is shown for ten minutes, unless the credentials expire again', async () => {
    await renewals.withSecret(world.id, entry(), 'correct horse');
    fixture.clock.advanceSync(10 * 60_000 - 1);
    assert.deepEqual(fresh(), [true, true]);
    fixture.sandbox.expireCredentials(`${parent}/chat`);
    await world.poll();
    assert.deepEqual(fresh(), [false, false]);
    fixture.sandbox.refreshCredentials(`${parent}/chat`);
    await world.poll();
    fixture.clock.advanceSync(1);
    assert.deepEqual(fresh(), [false, false]);
  });

  it('is refused if the code was already used, and changes nothing', async () => {
    const code = fixture.sandbox.consentCode('SlackDatasource');
    await renewals.withCode(world.id, entry(), code);
    fixture.sandbox.expireCredentials(`${parent}/chat`);
    await world.poll();
    await assert.rejects(renewals.withCode(world.id, entry(), code), CodeRefused);
    assert.deepEqual(states(), ['expired', 'expired']);
  });

  it('is refused if the code belongs to another user or to another type', async () => {
    const { sandbox } = fixture;
    await sandbox.addUser({ login: 'olaf@sandbox.test' });
    for (const code of [
      sandbox.consentCode('SlackDatasource', 'olaf@sandbox.test'),
      sandbox.consentCode('BoxDatasource'),
    ])
      await assert.rejects(renewals.withCode(world.id, entry(), code), CodeRefused);
    assert.deepEqual([states(), fresh(), acted], [['expired', 'expired'], [false, false], []]);
  });

  it('fires no event if the account signs out during the request', async () => {
    let told = 0;
    renewals.onDidRenew(() => told++);
    const renewing = renewals.withSecret(world.id, entry(), 'correct horse');
    world.store.close(world.id);
    await renewing;
    assert.deepEqual([told, acted], [0, []]);
  });
});
