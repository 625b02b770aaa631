import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Caller } from '../../../src/onna/caller.ts';
import type { CallRecord, TokenSource } from '../../../src/onna/caller.ts';
import { OnnaClient } from '../../../src/onna/client.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { UndiciTransport } from '../../../src/onna/transport/undiciTransport.ts';
import { throwUncaught } from '../../support/throwUncaught.ts';

/** A request that the server has received. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

type Answer = (request: Seen, response: ServerResponse, index: number) => void;

/** A real HTTP server on loopback. The test supplies the responses, and can simulate a misbehaving server. */
export class ScriptedServer {
  readonly seen: Seen[] = [];
  readonly log: CallRecord[] = [];
  readonly #server = createServer((request, response) => {
    this.#take(request, response).catch(throwUncaught);
  });
  readonly #transports: UndiciTransport[] = [];
  answer: Answer = (_, response) => response.end('{}');

  static async start(answer?: Answer): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    if (answer) server.answer = answer;
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A client of the account `lumenfjord` that connects to this server in the same way as the extension. */
  client(options: { tokens?: TokenSource; clock?: Clock } = {}): OnnaClient {
    const address = { baseUrl: this.baseUrl, container: 'rel0', account: 'lumenfjord' };
    return new OnnaClient(address, this.caller(options));
  }

  caller(options: { tokens?: TokenSource; clock?: Clock } = {}): Caller {
    const transport = this.transport();
    const log = (record: CallRecord): void => void this.log.push(record);
    return new Caller({
      transport,
      clock: options.clock ?? systemClock,
      log,
      ...(options.tokens ? { tokens: options.tokens } : {}),
    });
  }

  transport(): UndiciTransport {
    const transport = new UndiciTransport(new URL(this.baseUrl), { strictSSL: true, certificates: [] });
    this.#transports.push(transport);
    return transport;
  }

  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', this.baseUrl);
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: Buffer.concat(chunks).toString('utf8'),
      authorization: request.headers.authorization,
      range: request.headers.range,
    };
    this.seen.push(seen);
    this.answer(seen, response, this.seen.length - 1);
  }
}

/** Sends a JSON response. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
