import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import { Fixture } from '../support/fixture.ts';
import { signIn } from '../support/wire.ts';

const clients = 200;

describe('200 clients of the sandbox', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('are all connected before the first one is answered, and all can sign in', async () => {
    let accepted = 0;
    let acceptedBeforeAnswer: number | undefined;
    const onAccepted = (): void => {
      accepted++;
    };
    const onAnswered = (): void => {
      acceptedBeforeAnswer ??= accepted;
    };
    subscribe('net.server.socket', onAccepted);
    subscribe('http.server.response.finish', onAnswered);
    try {
      const tokens = await Promise.all(Array.from({ length: clients }, () => signIn(fixture.sandbox)));
      assert.equal(new Set(tokens).size, clients);
    } finally {
      unsubscribe('net.server.socket', onAccepted);
      unsubscribe('http.server.response.finish', onAnswered);
    }
    assert.equal(acceptedBeforeAnswer, clients);
  });

  it('get answers to short requests while the server prepares a long list', async () => {
    await generateDatasources(fixture.sandbox, 1_000);
    const order: string[] = [];
    const ask = async (name: string, path: string): Promise<void> => {
      await fixture.caller.call(path);
      order.push(name);
    };
    await Promise.all([ask('list', '/@data?types=_datasources_'), ask('account', ''), ask('size', '/@size')]);
    assert.equal(order.length, 3);
    assert.equal(order.at(-1), 'list');
  });
});
