import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The network between a client and a server on this machine, which can go away. */
export class Relay {
  /** How many connections were ever made through it. */
  connections = 0;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #server;

  private constructor(serverPort: number) {
    this.#server = createServer((client) => {
      this.connections++;
      const server = connect(serverPort, '127.0.0.1');
      const pair = [client, server] as const;
      this.#pairs.add(pair);
      for (const [one, other] of [pair, [server, client] as const]) {
        one
          .on('error', () => undefined)
          .on('close', () => {
            other.destroy();
            this.#pairs.delete(pair);
          });
        one.pipe(other);
      }
    });
  }

  /** @param port Default: any that is free. */
  static async start(serverPort: number, port = 0): Promise<Relay> {
    const relay = new Relay(serverPort);
    await new Promise<void>((resolve) => relay.#server.listen(port, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What goes through the connections there are is lost from now on, and nobody is told: as after sleep. */
  freeze(): void {
    for (const [client, server] of this.#pairs) {
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.unpipe(other);
        one.resume();
      }
    }
  }

  /** Offline: connections break, and none is made. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }
}
