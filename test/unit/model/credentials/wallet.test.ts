import assert from 'node:assert/strict';
import { Wallet, readDelayMs } from '../../../../src/model/credentials/wallet.ts';
import { settle } from '../../../doubles/fakeClock.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import { ManageWorld } from '../manage/manageWorld.ts';
import { Fixture, eventually } from '../../sandbox/support/fixture.ts';

const parent = '/workspaces/harbour';
const hour = 3_600_000;

describe('The wallet of an account', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let world: ManageWorld;
  let wallet: Wallet;
  let changes: number;

  beforeEach(async () => {
    await fixture.start();
    const { sandbox } = fixture;
    sandbox.addWorkspace('Harbour', 'harbour');
    sandbox.addDatasource({ parent, title: 'Chat', id: 'chat', type: 'slack', status: 'synced' });
    sandbox.addDatasource({
      ...{ parent, title: 'Pilots', id: 'pilots', type: 'slack', status: 'synced' },
      credentialsOf: `${parent}/chat`,
    });
    account = await SandboxAccount.signedIn(sandbox);
    world = new ManageWorld(sandbox, sandbox.user, account.client);
    const { store } = world;
    const client = (): Promise<typeof account.client> => Promise.resolve(account.client);
    wallet = new Wallet({ store, clock: fixture.clock, client, onError: throwUncaught });
    changes = 0;
    wallet.onDidChange(() => changes++);
    await world.poll();
    sandbox.clearRequests();
  });
  afterEach(async () => {
    wallet.dispose();
    await account.close();
    await fixture.stop();
  });

  /** The requests for the wallet since the last `clearRequests`. */
  const reads = (): string[] =>
    fixture.sandbox
      .requests()
      .filter(({ path, query }) => path.endsWith('@wallet') || query['types'] === 'WalletEntry')
      .map(({ path, query }) => query['types'] ?? path.slice(path.lastIndexOf('/') + 1));

  const titles = (): unknown[] => wallet.due(world.id).map(({ title, used }) => [title, used]);

  /** Shows the rows of the account, long enough for a read. */
  function show(): void {
    wallet.shown(world.id);
    fixture.clock.advanceSync(readDelayMs);
  }

  async function changed(act: () => unknown): Promise<void> {
    const before = changes;
    await act();
    await eventually(() => changes > before);
  }

  it('is read once when its rows are shown, and is not read again for an hour', async () => {
    await changed(show);
    for (let times = 0; times < 5; times++) show();
    assert.deepEqual(reads(), ['WalletEntry']);
    fixture.clock.advanceSync(hour - 5 * readDelayMs - 1);
    show();
    assert.deepEqual(reads(), ['WalletEntry']);
    await changed(show);
    assert.deepEqual(reads(), ['WalletEntry', 'WalletEntry']);
  });

  it('is not read while the window starts', async () => {
    wallet.shown(world.id);
    fixture.clock.advanceSync(readDelayMs - 1);
    await settle();
    assert.deepEqual(reads(), []);
    await changed(() => fixture.clock.advanceSync(1));
  });

  it('is not read by polls, even while credentials have expired', async () => {
    fixture.sandbox.expireCredentials(`${parent}/chat`);
    await changed(() => world.poll());
    await eventually(() => reads().includes('@wallet'));
    fixture.sandbox.clearRequests();
    for (let times = 0; times < 5; times++) {
      await fixture.sandbox.setStatus(`${parent}/chat`, times % 2 === 0 ? 'error' : 'failed');
      await world.poll();
    }
    assert.deepEqual(reads(), []);
  });

  it('shows expired credentials at once, and adds their title once the wallet has been read', async () => {
    fixture.sandbox.expireCredentials(`${parent}/chat`);
    await world.poll();
    assert.deepEqual(titles(), [[undefined, 2]]);
    await eventually(() => titles()[0] !== undefined && wallet.due(world.id)[0]?.title !== undefined);
    assert.deepEqual(titles(), [[`Slack of ${fixture.sandbox.user}`, 2]]);
    assert.deepEqual(reads(), ['WalletEntry', '@wallet']);
  });

  it('shows credentials that expire soon', async () => {
    fixture.sandbox.setSwitches({ credentialLifetimeSeconds: 24 * 3600 });
    fixture.sandbox.refreshCredentials(`${parent}/chat`);
    await changed(show);
    const [entry] = wallet.due(world.id);
    assert.deepEqual(
      [entry?.isExpired, entry?.expires, entry?.datasources.length],
      [false, fixture.clock.now() - readDelayMs + 24 * hour, 2],
    );
  });

  it('is read again after five minutes, but no earlier, if it could not be read', async () => {
    const { sandbox } = fixture;
    sandbox.setSwitches({ burst: { status: 500, count: 1, path: '@data' } });
    show();
    await eventually(() => reads().length > 0);
    await settle();
    fixture.clock.advanceSync(5 * 60_000 - 1);
    show();
    assert.deepEqual(reads(), ['WalletEntry']);
    await changed(show);
    assert.deepEqual(reads(), ['WalletEntry', 'WalletEntry']);
  });

  it('is forgotten when the account signs out', async () => {
    fixture.sandbox.setSwitches({ credentialLifetimeSeconds: 24 * 3600 });
    fixture.sandbox.refreshCredentials(`${parent}/chat`);
    await changed(show);
    wallet.forget(world.id);
    assert.deepEqual(wallet.due(world.id), []);
  });
});
