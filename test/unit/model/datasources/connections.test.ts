import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnsecuredJWT } from 'jose';
import { Accounts } from '../../../../src/model/accounts/accounts.ts';
import { ClientPool } from '../../../../src/model/accounts/clientPool.ts';
import { Connections } from '../../../../src/model/datasources/connections.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { SnapshotFiles } from '../../../../src/model/datasources/snapshotFiles.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { FakeSecretStorage } from '../../../doubles/fakeSecretStorage.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { until } from '../../../support/until.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';

describe('Connections', () => {
  let folder: string;
  let server: ScriptedServer;
  let accounts: Accounts;
  let store: DatasourceStore;
  let snapshots: SnapshotFiles;
  let clients: ClientPool;
  let clock: FakeClock;
  let connections: Connections;
  let forgotten: string[];
  let signedIn: boolean[];
  let errors: string[];
  /** Whether the next call of `onSignedInChange` fails. */
  let failOnce: boolean;

  const token = (login: string): string =>
    new UnsecuredJWT({ login, exp: Math.floor(Date.parse('2030-01-01') / 1000) }).encode();
  const signIn = (login: string): ReturnType<Accounts['addByToken']> =>
    accounts.addByToken(
      { baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjord' },
      login,
      token(login),
    );
  const ids = (): string[] => store.connections().map(({ connection }) => connection.user);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'onna-connections-'));
    server = await ScriptedServer.start((_, response) =>
      json(response, { updates: [], deleted: [], total: 0, cursor: null }),
    );
    clock = new FakeClock();
    [forgotten, signedIn, errors, failOnce] = [[], [], [], false];
    accounts = new Accounts(
      new FakeSecretStorage(),
      () => Promise.reject(new Error('no password sign-in here')),
      clock,
    );
    store = new DatasourceStore();
    snapshots = new SnapshotFiles(folder, store, clock, (error) => errors.push(String(error)));
    clients = new ClientPool(
      (baseUrl) =>
        Promise.resolve(
          new UndiciTransport(new URL(baseUrl), { proxyUrl: undefined, strictSSL: true, certificates: [] }),
        ),
      clock,
      () => undefined,
    );
    connections = new Connections({
      ...{ accounts, clients, store, snapshots, clock },
      forget: (id) => Promise.resolve(forgotten.push(id)),
      onSignedInChange: (isSignedIn) => {
        signedIn.push(isSignedIn);
        if (!failOnce) return Promise.resolve();
        failOnce = false;
        return Promise.reject(new Error('the memento is full'));
      },
      warn: (message) => errors.push(message),
      logError: (what, error) => errors.push(`${what}: ${String(error)}`),
    });
  });
  afterEach(async () => {
    connections.dispose();
    snapshots.dispose();
    clients.dispose();
    accounts.dispose();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('polls a stored account, and also an account that signs in later', async () => {
    await signIn('ines');
    await connections.ready();
    assert.deepEqual([ids(), signedIn], [['ines'], [true]]);
    await signIn('juno');
    await until('both accounts are polled', () => server.seen.length === 2);
    assert.deepEqual(ids().sort(), ['ines', 'juno']);
    assert.deepEqual(errors, []);
  });

  it('deletes the data of an account that signs out', async () => {
    const { id } = await signIn('ines');
    await connections.ready();
    await accounts.remove(id);
    await until('the account is forgotten', () => forgotten.length > 0);
    assert.deepEqual([ids(), forgotten, signedIn.at(-1)], [[], [id], false]);
  });

  it('does not open an account that signs out while its saved list is being read', async () => {
    await connections.ready();
    const { id } = await signIn('ines');
    await accounts.remove(id);
    await until('both changes are handled', () => signedIn.length === 3);
    assert.deepEqual([ids(), signedIn], [[], [false, false, false]]);
  });

  it('logs an error that occurs while it handles a change, and still handles the next change', async () => {
    await connections.ready();
    failOnce = true;
    await signIn('ines');
    await until('the failure is logged', () => errors.length > 0);
    await signIn('juno');
    await until('the second account is connected', () => ids().length === 2);
    assert.match(errors.join(), /the memento is full/);
  });

  it('loads the accounts when ready() is called again after a failed call', async () => {
    failOnce = true;
    await assert.rejects(connections.ready(), /the memento is full/);
    await connections.ready();
    assert.deepEqual(signedIn, [false, false]);
  });

  describe('with ten accounts of 1,000 Datasources on one server', () => {
    const accountNames = Array.from({ length: 10 }, (_, index) => `user${index}`);
    const datasources = Array.from({ length: 1_000 }, (_, index) => ({
      ...{ '@id': `/workspaces/harbour/wiki${index}`, '@type': 'SlackDatasource', '@uid': `wiki${index}` },
      ...{ '@timestamp': '2026-03-01T11:00:00+00:00', title: `wiki ${index}`, sync_status: 'synced' },
    }));
    /** The requests that the server has not answered yet. */
    let held: { user: string; answer: () => void }[];
    let maxHeld: number;

    beforeEach(() => {
      [held, maxHeld] = [[], 0];
      server.answer = ({ authorization = '', query }, response) => {
        const updates = query.has('since') ? [] : datasources;
        const payload = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString();
        const { login: user } = JSON.parse(payload) as { login: string };
        held.push({ user, answer: () => json(response, { updates, deleted: [], cursor: null }) });
        maxHeld = Math.max(maxHeld, held.length);
      };
    });

    /** Answers requests one at a time, and only when no further request arrives. @returns the users, in order */
    const answerPolls = async (count: number): Promise<string[]> => {
      const users: string[] = [];
      while (users.length < count) {
        await until('a poll arrives', () => held.length === Math.min(2, count - users.length));
        await settle();
        const next = held.shift();
        next?.answer();
        users.push(next?.user ?? '');
      }
      return users;
    };

    it('sends one request per account and poll, and never more than two at a time', async () => {
      for (const name of accountNames) await signIn(name);
      await connections.ready();
      await answerPolls(10);
      await until('all accounts are listed', () =>
        store.connections().every(({ datasources: listed }) => listed.size === 1_000),
      );
      assert.equal(server.seen.length, 10);
      connections.setAttention('focused');
      clock.advanceSync(70_000);
      assert.deepEqual((await answerPolls(10)).toSorted(), accountNames);
      await settle();
      assert.equal(server.seen.length, 20);
      assert.equal(maxHeld, 2);
    });

    it('polls an account that the user refreshes ahead of the accounts that wait for their turn', async () => {
      for (const name of accountNames) await signIn(name);
      await connections.ready();
      await until('two polls are running', () => held.length === 2);
      const last = store.connections().find(({ connection }) => connection.user === 'user9');
      const refreshed = connections.refresh(last?.connection.id);
      // The refresh sends another request after the poll that was already waiting.
      const users = await answerPolls(11);
      await refreshed;
      assert.equal(users[2], 'user9');
      assert.ok(users.indexOf('user9', 3) < 6, users.join());
    });

    it('gives the turn of an account that signs out to another account', async () => {
      for (const name of accountNames) await signIn(name);
      await connections.ready();
      await until('two polls are running', () => held.length === 2);
      const running = new Set(held.map(({ user }) => user));
      for (const { connection } of store.connections())
        if (running.has(connection.user) || connection.user === 'user5') await accounts.remove(connection.id);
      held.length = 0;
      const users = await answerPolls(7);
      assert.deepEqual(
        users.toSorted(),
        accountNames.filter((name) => !running.has(name) && name !== 'user5'),
      );
    });
  });
});
