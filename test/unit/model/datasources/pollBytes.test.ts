import assert from 'node:assert/strict';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { Poller } from '../../../../src/model/datasources/poller.ts';
import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { Relay } from '../../../support/relay.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

describe('The bytes of a poll', () => {
  const fixture = new Fixture();
  let relay: Relay;
  let account: SandboxAccount;
  let store: DatasourceStore;
  let poller: Poller;
  let id: string;

  beforeEach(async () => {
    await fixture.start();
    const { sandbox } = fixture;
    await generateDatasources(sandbox, 200);
    relay = await Relay.start(Number(new URL(sandbox.baseUrl).port));
    const { container, account: name, user, password } = sandbox;
    const baseUrl = `http://127.0.0.1:${relay.port}`;
    account = await SandboxAccount.signedIn({ baseUrl, container, account: name, user, password });
    const connection = connectionTo(account.client.address, user);
    ({ id } = connection);
    store = new DatasourceStore();
    store.open(connection);
    poller = new Poller({
      ...{ connectionId: id, store, clock: new FakeClock() },
      client: () => Promise.resolve(account.client),
    });
  });
  afterEach(async () => {
    poller.dispose();
    store.dispose();
    await account.close();
    await relay.close();
    await fixture.stop();
  });

  /** @returns the bytes that a poll sends and receives, including headers */
  async function bytesOfPoll(everything: boolean): Promise<number> {
    const before = relay.sentBytes + relay.receivedBytes;
    await poller.refresh(everything);
    assert.equal(store.get(id)?.failure, undefined);
    return relay.sentBytes + relay.receivedBytes - before;
  }

  it('are at most 600 in both directions if nothing has changed, without the token', async () => {
    await bytesOfPoll(true);
    const bytes = await bytesOfPoll(false);
    // The service decides how long its tokens are.
    assert.ok(bytes - account.token.length <= 600, `${bytes} bytes with a token of ${account.token.length}`);
  });

  it('of a long list are fewer than a fifth if the service compresses its answers', async () => {
    const plain = await bytesOfPoll(true);
    const listed = store.get(id)?.datasources;
    fixture.sandbox.setSwitches({ compression: true });
    const compressed = await bytesOfPoll(true);
    assert.equal(listed?.size, 200);
    assert.deepEqual(store.get(id)?.datasources, listed);
    assert.ok(compressed < plain / 5, `${compressed} of ${plain} bytes`);
  });
});
