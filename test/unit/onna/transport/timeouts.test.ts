import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import type { OnnaError } from '../../../../src/onna/errors.ts';
import { readText } from '../../../../src/onna/transport/body.ts';
import { FetchTransport } from '../../../../src/onna/transport/fetchTransport.ts';
import { sendWithin } from '../../../../src/onna/transport/timeouts.ts';
import type { Transport, TransportResponse } from '../../../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../../../src/onna/transport/undiciTransport.ts';
import { FakeClock, settle } from '../../../doubles/fakeClock.ts';
import { ScriptedServer } from '../scriptedServer.ts';

const timeouts = { answerMs: 30_000, pauseMs: 20_000, wholeMs: 100_000 };
const settings = { strictSSL: true, certificates: [] };

for (const [name, make] of [
  ['undici', (origin: URL): Transport => new UndiciTransport(origin, settings)],
  ['fetch', (origin: URL): Transport => new FetchTransport(origin)],
] as const) {
  describe(`A request with timeouts through ${name}`, () => {
    let server: ScriptedServer;
    let clock: FakeClock;
    let transport: Transport;
    let url: URL;
    /** Resolves to the server's response object when a request has arrived. */
    let arrived: Promise<ServerResponse>;

    beforeEach(async () => {
      server = await ScriptedServer.start();
      arrived = new Promise((resolve) => (server.answer = (_, response) => resolve(response)));
      clock = new FakeClock();
      url = new URL('/x', server.baseUrl);
      transport = make(url);
    });
    afterEach(async () => {
      await transport.close();
      await server.close();
    });

    const send = (signal?: AbortSignal): Promise<TransportResponse> =>
      sendWithin(transport, { method: 'GET', url, headers: {}, signal }, timeouts, clock);
    const timeout = (phase: 'answer' | 'body', afterMs: number) => (error: OnnaError) => {
      assert.deepEqual(error.failure, { kind: 'timeout', host: url.host, phase, afterMs });
      return true;
    };
    /** Waits until the next timer is due in `ms`. By then, the previous chunk of the body has arrived. */
    const untilWaiting = async (ms: number): Promise<void> => {
      while (clock.nextIn !== ms) await settle();
    };

    it('times out if the server does not respond', async () => {
      const failing = assert.rejects(send(), timeout('answer', 30_000));
      await arrived;
      await clock.advance(30_000);
      await failing;
      assert.equal(clock.pending, 0);
    });

    it('times out if the body does not start, or if it stalls', async () => {
      for (const piece of ['', 'half of it']) {
        const sending = send();
        const response = await arrived;
        response.writeHead(200).flushHeaders();
        const failing = assert.rejects(readText(await sending, 1_000), timeout('body', 20_000));
        if (piece !== '') {
          await untilWaiting(20_000);
          await clock.advance(5_000);
          response.write(piece);
        }
        await untilWaiting(20_000);
        await clock.advance(20_000);
        await failing;
        assert.equal(clock.pending, 0);
        arrived = new Promise((resolve) => (server.answer = (_, next) => resolve(next)));
      }
    });

    it('times out if the whole body takes too long, although data keeps arriving', async () => {
      const sending = send();
      const response = await arrived;
      response.writeHead(200).flushHeaders();
      const failing = assert.rejects(readText(await sending, 1_000), timeout('body', 100_000));
      for (let passed = 0; passed < 90_000; passed += 10_000) {
        await untilWaiting(20_000);
        await clock.advance(10_000);
        response.write('.');
      }
      await untilWaiting(10_000);
      await clock.advance(10_000);
      await failing;
      assert.equal(clock.pending, 0);
    });

    it('does not time out while a slow reader processes the body', async () => {
      const sending = sendWithin(
        transport,
        { method: 'GET', url, headers: {} },
        { answerMs: 30_000, pauseMs: 20_000 },
        clock,
      );
      const response = await arrived;
      response.writeHead(200).write('a');
      const pieces: string[] = [];
      for await (const chunk of (await sending).body) {
        pieces.push(Buffer.from(chunk).toString());
        await clock.advance(3_600_000);
        if (pieces.length === 1) response.end('b');
      }
      assert.equal(pieces.join(''), 'ab');
      assert.equal(clock.pending, 0);
    });

    it('leaves no timer running if the body is destroyed unread', async () => {
      const sending = send();
      (await arrived).end('x');
      (await sending).destroy();
      assert.equal(clock.pending, 0);
    });

    it('fails as soon as it is cancelled, even if the TLS handshake hangs', async () => {
      const sockets: Socket[] = [];
      let connected: () => void = () => undefined;
      const connecting = new Promise<void>((resolve) => (connected = resolve));
      const silent = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        connected();
      });
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/x`);
      const hanging = make(url);
      const abort = new AbortController();
      const failing = assert.rejects(
        sendWithin(hanging, { method: 'GET', url, headers: {}, signal: abort.signal }, timeouts, clock),
        (error) => isOnnaError(error, 'cancelled'),
      );
      await connecting;
      abort.abort();
      await failing;
      await hanging.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
  });
}
