import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP relay between a client and a local server. It simulates network failures. */
export class Relay {
  /** Number of connections that clients have opened so far. */
  connections = 0;
  /** Number of bytes that clients have sent so far. */
  sentBytes = 0;
  /** Number of bytes that clients have received so far. */
  receivedBytes = 0;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #server;

  private constructor(serverPort: number) {
    this.#server = createServer((client) => {
      this.connections++;
      const server = connect(serverPort, '127.0.0.1');
      const pair = [client, server] as const;
      this.#pairs.add(pair);
      client.on('data', ({ length }: Buffer) => (this.sentBytes += length));
      server.on('data', ({ length }: Buffer) => (this.receivedBytes += length));
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

  /** @param port the port on which the relay listens; default: any free port */
  static async start(serverPort: number, port = 0): Promise<Relay> {
    const relay = new Relay(serverPort);
    await new Promise<void>((resolve) => relay.#server.listen(port, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Drops all data on open connections without closing them, as happens when a computer wakes up from sleep.
   */
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

  /** Closes all connections and accepts no new connections. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }
}
