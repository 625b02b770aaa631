import assert from 'node:assert/strict';
import { UnsecuredJWT } from 'jose';
import { Accounts } from '../../../../src/model/accounts/accounts.ts';
import { OnnaError, isOnnaError } from '../../../../src/onna/errors.ts';
import { FakeSecretStorage } from '../../../doubles/fakeSecretStorage.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';

const address = { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' };

describe('Accounts', () => {
  const clock = new FakeClock();
  let secrets: FakeSecretStorage;
  let signIns: number;
  let refuse: OnnaError | undefined;
  let accounts: Accounts;

  const token = (lifetimeMs: number): string =>
    new UnsecuredJWT({
      login: 'ines',
      exp: Math.floor((clock.now() + lifetimeMs) / 1000),
      jti: String(signIns),
    }).encode();
  const day = 86_400_000;
  let errors: unknown[];
  const open = (lifetimeMs = day): Accounts =>
    new Accounts(
      secrets,
      async () => {
        signIns++;
        await settle();
        if (refuse) throw refuse;
        return token(lifetimeMs);
      },
      clock,
      undefined,
      (error) => errors.push(error),
    );

  beforeEach(() => {
    secrets = new FakeSecretStorage();
    signIns = 0;
    refuse = undefined;
    errors = [];
    accounts = open();
  });
  afterEach(() => accounts.dispose());

  it('restores several accounts after a restart', async () => {
    await accounts.addByPassword(address, 'ines@x.test', 'p');
    await accounts.addByToken({ ...address, account: 'other' }, 'tom@x.test', 'opaque');
    const again = open();
    const users = (await again.load()).map(({ user }) => user).sort();
    assert.deepEqual(users, ['ines@x.test', 'tom@x.test']);
    again.dispose();
  });

  it('lists an account while it is being stored, and removes the account if the write fails', async () => {
    const seen: number[] = [];
    accounts.onDidChange(() => seen.push(accounts.connections().length));
    const writing = Promise.withResolvers<undefined>();
    secrets.store = () => writing.promise;
    const added = accounts.addByPassword(address, 'ines', 'p');
    await settle();
    assert.deepEqual(seen, [1]);
    writing.reject(new Error('The disk is full'));
    await assert.rejects(added, /The disk is full/);
    assert.deepEqual(seen, [1, 0]);
  });

  it('leaves no secret behind if the user signs out while the account is being stored', async () => {
    const writing = Promise.withResolvers<undefined>();
    const store = secrets.store.bind(secrets);
    secrets.store = async (key, value) => {
      await writing.promise;
      await store(key, value);
    };
    const added = accounts.addByPassword(address, 'ines', 'p');
    await settle();
    const [connection] = accounts.connections();
    assert.ok(connection);
    await accounts.remove(connection.id);
    writing.resolve(undefined);
    await added;
    assert.deepEqual([...secrets.entries], []);
    assert.deepEqual(accounts.connections(), []);
  });

  it('renews a token one minute before it expires', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const first = await source.token();
    await clock.advance(day - 61_000);
    assert.equal(await source.token(), first);
    await clock.advance(2_000);
    assert.notEqual(await source.token(), first);
    assert.equal(signIns, 2);
  });

  it('renews a token only once if 20 requests fail at the same time', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const refused = await source.token();
    const renewed = await Promise.all(Array.from({ length: 20 }, () => source.renew(refused)));
    assert.equal(new Set(renewed).size, 1);
    assert.equal(signIns, 2);
  });

  it('uses the token that another window has renewed', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const other = open();
    await other.load();
    const refused = await accounts.tokenSource(id).token();
    const renewed = await other.tokenSource(id).renew(refused);
    assert.equal(await accounts.tokenSource(id).renew(refused), renewed);
    assert.equal(signIns, 2);
    other.dispose();
  });

  it('does not keep retrying a password that no longer works', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const refused = await source.token();
    refuse = new OnnaError({ kind: 'badCredentials' });
    for (let time = 0; time < 3; time++) {
      await assert.rejects(source.renew(refused), (error) => isOnnaError(error, 'signedOut'));
      await assert.rejects(source.token(), (error) => isOnnaError(error, 'signedOut'));
    }
    assert.equal(signIns, 2);
    refuse = undefined;
    await accounts.addByPassword(address, 'ines', 'new');
    assert.ok(await source.token());
  });

  it('stays signed in if the auth server is down during a renewal', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const refused = await source.token();
    refuse = new OnnaError({ kind: 'authServerDown' });
    await assert.rejects(source.renew(refused), (error) => isOnnaError(error, 'authServerDown'));
    refuse = undefined;
    assert.ok(await source.renew(refused));
  });

  it('tries a refused sign-in again after nine minutes if the password did not cause the refusal', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const refused = await source.token();
    refuse = new OnnaError({ kind: 'signInRefused' });
    for (let time = 0; time < 3; time++)
      await assert.rejects(source.renew(refused), (error) => isOnnaError(error, 'signedOut'));
    assert.equal(signIns, 2);
    refuse = undefined;
    await clock.advance(9 * 60_000);
    assert.ok(await source.renew(await source.token()));
    assert.equal(signIns, 3);
  });

  it('does not sign in again before each request if the local clock is hours ahead', async () => {
    const ahead = open(-2 * 3_600_000);
    const { id } = await ahead.addByPassword(address, 'ines', 'p');
    const source = ahead.tokenSource(id);
    const first = await source.token();
    assert.equal(await source.token(), first);
    const renewed = await source.renew(first);
    assert.equal(await source.token(), renewed);
    assert.equal(signIns, 2);
    ahead.dispose();
  });

  it('uses a pasted token until the service refuses it, even after the expiry time of the token', async () => {
    const expired = token(-3_600_000);
    const { id } = await accounts.addByToken(address, 'ines', expired);
    assert.equal(await accounts.tokenSource(id).token(), expired);
  });

  it('reports an error if it cannot read an account stored by another window', async () => {
    const locked = new Error('the keyring is locked');
    await accounts.load();
    secrets.get = () => Promise.reject(locked);
    await secrets.store('onna.connection.0123456789abcdef', '{}');
    await settle();
    assert.deepEqual(errors, [locked]);
  });

  it('does not renew a pasted token', async () => {
    const { id } = await accounts.addByToken(address, 'ines', 'opaque');
    await assert.rejects(accounts.tokenSource(id).renew('opaque'), (error) =>
      isOnnaError(error, 'signedOut'),
    );
    assert.equal(signIns, 0);
  });

  it('deletes all secrets of an account at sign-out, and notifies the other windows', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const other = open();
    await other.load();
    let heard = 0;
    other.onDidChange(() => heard++);
    await accounts.remove(id);
    await settle();
    assert.equal(secrets.entries.size, 0);
    assert.deepEqual(other.connections(), []);
    assert.equal(heard, 1);
    other.dispose();
  });

  it('continues a renewal for the other callers if one caller aborts', async () => {
    const { id } = await accounts.addByPassword(address, 'ines', 'p');
    const source = accounts.tokenSource(id);
    const refused = await source.token();
    const abort = new AbortController();
    const impatient = source.renew(refused, abort.signal);
    const patient = source.renew(refused);
    abort.abort();
    await assert.rejects(impatient, (error) => isOnnaError(error, 'cancelled'));
    assert.ok(await patient);
  });
});
