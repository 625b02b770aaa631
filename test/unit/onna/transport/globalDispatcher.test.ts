import assert from 'node:assert/strict';
import { getGlobalDispatcher } from 'undici';
import { readText } from '../../../../src/onna/transport/body.ts';
import { FallbackTransport } from '../../../../src/onna/transport/fallbackTransport.ts';
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { TestProxy } from '../../../support/proxy.ts';
import { ScriptedServer } from '../scriptedServer.ts';
import { askInProcess } from './askInProcess.ts';

describe('undici’s global dispatcher', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start((_, response) => response.end('hello'));
  });
  afterEach(() => server.close());

  it('stays the same when a transport connects, directly or through a proxy', async () => {
    const before = getGlobalDispatcher();
    const proxy = await TestProxy.start({ serverPort: Number(new URL(server.baseUrl).port) });
    const origin = new URL(server.baseUrl);
    const settings = { strictSSL: true, certificates: [] };
    for (const transport of [
      new UndiciTransport(origin, settings),
      new UndiciTransport(origin, { ...settings, proxyUrl: proxy.url }),
      new FetchTransport(origin),
      new FallbackTransport(
        new UndiciTransport(origin, { ...settings, proxyUrl: 'http://127.0.0.1:1' }),
        new FetchTransport(origin),
      ),
    ]) {
      assert.equal(
        await readText(await transport.send({ method: 'GET', url: origin, headers: {} }), 1_000),
        'hello',
      );
      assert.equal(getGlobalDispatcher(), before, transport.name);
      await transport.close();
      assert.equal(getGlobalDispatcher(), before, transport.name);
    }
    assert.equal(proxy.asked.length, 1);
    // The global fetch function still works.
    assert.equal(await (await fetch(origin)).text(), 'hello');
    await proxy.close();
  });

  it('is not created by UndiciTransport in a process that has no global dispatcher', async () => {
    const outcome = await askInProcess(
      { url: server.baseUrl, via: 'undici', headers: {}, system: false },
      {},
    );
    assert.deepEqual(outcome, { text: 'hello', slotsKept: true });
  });
});
