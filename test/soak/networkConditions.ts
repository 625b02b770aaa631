import { Agent, createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/base/clock.ts';
import type { SeededChance } from './seededChance.ts';
import { faults } from './networkFaults.ts';
import type { Healthy } from './networkFaults.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

/** Failure rates of the network. `offline`: the port is closed. */
export type NetworkConditions = 'fair' | 'patchy' | 'storm' | 'offline';

const shares: Readonly<Record<NetworkConditions, number>> = { fair: 0, patchy: 0.15, storm: 0.9, offline: 1 };

/** A proxy between the extension and the service. It injects random faults. */
export class Network {
  /** Number of requests that the proxy has received. */
  requests = 0;
  /** Number of polls, which are requests for the first page of the list of Datasources. */
  polls = 0;
  /** Number of polls that requested the full list. */
  listings = 0;
  /** Number of injected faults, by name. */
  readonly faulty = new Map<string, number>();
  /** Number of times that the network went offline. */
  outages = 0;
  /** Number of requests in progress, except those that wait for the clock. */
  busy = 0;
  readonly #target: number;
  readonly #clock: Clock;
  readonly #chance: SeededChance;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((request, response) => {
    this.#take(request, response).catch(throwUncaught);
  });
  #conditions: NetworkConditions = 'fair';
  #port = 0;

  private constructor(target: number, clock: Clock, chance: SeededChance) {
    this.#target = target;
    this.#clock = clock;
    this.#chance = chance;
    this.#server.keepAliveTimeout = 0;
  }

  /** @param target the port of the service */
  static async start(target: number, clock: Clock, chance: SeededChance): Promise<Network> {
    const network = new Network(target, clock, chance);
    await network.#listen();
    return network;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get conditions(): NetworkConditions {
    return this.#conditions;
  }

  async become(conditions: NetworkConditions): Promise<void> {
    const before = this.#conditions;
    this.#conditions = conditions;
    if (conditions === 'offline' && before !== 'offline') {
      this.outages++;
      await this.#hangUp();
    }
    if (conditions !== 'offline' && before === 'offline') await this.#listen();
    // Some faults leave requests without a response. Close their connections, so that the client fails immediately.
    if (conditions === 'fair') this.#server.closeAllConnections();
  }

  /** Closes all sockets. */
  async stop(): Promise<void> {
    await this.#hangUp();
    this.#agent.destroy();
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  async #hangUp(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    this.requests++;
    if (url.includes('/@data') && !url.includes('types=WalletEntry') && !url.includes('cursor=')) {
      this.polls++;
      if (!url.includes('since=')) this.listings++;
    }
    this.busy++;
    let isBusy = true;
    const rest = (): void => {
      if (isBusy) this.busy--;
      isBusy = false;
    };
    response.on('close', rest).on('finish', rest).on('error', rest);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const answer = (): Promise<Healthy> => this.#forward({ method, url, headers }, body);
      const fault = this.#chance.happens(shares[this.#conditions])
        ? this.#chance.of(faults.filter(({ suits }) => suits(url)))
        : undefined;
      if (fault) {
        this.faulty.set(fault.name, (this.faulty.get(fault.name) ?? 0) + 1);
        await fault.answer({ response, answer, clock: this.#clock, chance: this.#chance, rest });
      } else {
        const { status, headers: given, body: whole } = await answer();
        response.writeHead(status, given).end(whole);
      }
    } catch {
      // The extension or the service has closed the connection.
      response.destroy();
    }
  }

  #forward(
    { method, url, headers }: Pick<IncomingMessage, 'headers'> & { method: string; url: string },
    body: Buffer,
  ): Promise<Healthy> {
    return new Promise((resolve, reject) => {
      const outgoing = forward(
        { port: this.#target, host: '127.0.0.1', method, path: url, headers, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const given = { ...response.headers };
            delete given['transfer-encoding'];
            delete given.connection;
            resolve({ status: response.statusCode ?? 502, headers: given, body: Buffer.concat(chunks) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
