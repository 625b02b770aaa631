import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Caller } from '../../../src/onna/caller.ts';
import { OnnaClient } from '../../../src/onna/client.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { isOnnaError } from '../../../src/onna/errors.ts';
import { UndiciTransport } from '../../../src/onna/transport/undiciTransport.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';

type Ask = (client: OnnaClient, signal: AbortSignal) => Promise<unknown>;

const asks: Readonly<Record<string, Ask>> = {
  list: (client, signal) => client.data({ signal, retry: false }),
  children: (client, signal) => client.children('/ws/wiki', 500, undefined, signal),
  search: (client, signal) => client.frontsearch('', {}, signal),
  action: (client, signal) => client.sendToSpyder('/ws/wiki', signal),
};

/** A server that never completes a response. It sends no response, or only the headers and the start of the body. */
class UnendingServer {
  readonly #server = createServer((request, response) => this.#take(request, response));
  #arrived = Promise.withResolvers<undefined>();
  #closed = Promise.withResolvers<number>();
  beginsBody = false;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Returns promises for the next request. `arrived` resolves when the request arrives. `closed` resolves
   * with the time when its socket closes (`performance.now()`).
   */
  next(): { readonly arrived: Promise<undefined>; readonly closed: Promise<number> } {
    this.#arrived = Promise.withResolvers();
    this.#closed = Promise.withResolvers();
    return { arrived: this.#arrived.promise, closed: this.#closed.promise };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const { resolve } = this.#closed;
    request.socket.once('close', () => resolve(performance.now()));
    if (this.beginsBody) response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":[');
    this.#arrived.resolve(undefined);
  }
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const server = new UnendingServer();
  const baseUrl = await server.start();
  const transport = new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] });
  const caller = new Caller({ transport, clock: systemClock, log: () => undefined });
  const client = new OnnaClient({ baseUrl, container: 'rel0', account: 'a' }, caller);
  const samples: Record<string, number[]> = {};
  let late = 0;
  try {
    for (let round = 0; round < bench.size(20, 5); round++) {
      for (const [name, ask] of Object.entries(asks)) {
        for (const inBody of [false, true]) {
          server.beginsBody = inBody;
          const { arrived, closed } = server.next();
          const controller = new AbortController();
          const result = ask(client, controller.signal).then(
            () => 'answered',
            (error: unknown) => (isOnnaError(error, 'cancelled') ? 'cancelled' : String(error)),
          );
          await arrived;
          const abortedAt = performance.now();
          controller.abort();
          if ((await result) !== 'cancelled') late++;
          (samples[inBody ? `${name}, during the body` : name] ??= []).push((await closed) - abortedAt);
        }
      }
    }
  } finally {
    await transport.close();
    await server.close();
  }
  const slowest = Math.max(...Object.values(samples).flat());
  return [
    {
      figure: 'cancelling a request: time until the socket is closed',
      ours: { value: slowest, unit: 'ms' },
      goal: '≤ 50 ms',
      pass: slowest <= 50,
      note: 'Maximum of a listing, a page of Resources, a search and an action. Each request is cancelled once before the response and once during the body. The server never completes a response, and reports when the socket is closed.',
      samples,
    },
    {
      figure: 'cancelling a request: calls without the error “cancelled”',
      ours: { value: late, unit: 'calls' },
      goal: '0',
      pass: late === 0,
      note: 'Number of cancelled calls that returned a value or another error.',
    },
  ];
}

/** Measures the time until the socket of a cancelled request is closed. */
export const cancel: Row = { name: 'cancel', measure };
