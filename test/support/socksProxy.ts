import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

interface SocksOptions {
  /** Port on 127.0.0.1. The proxy connects to it, whatever host a client requests. */
  readonly serverPort: number;
  /** Required from every client. Default: none. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** A real SOCKS5 proxy on loopback (RFC 1928 and 1929). Supports TCP connections to named hosts. */
export class SocksProxy {
  /** Host and port of each requested connection. */
  readonly asked: string[] = [];
  /** Reply code for connection requests: 0 connects, 2 means “not allowed”. */
  reply = 0;
  readonly #options: SocksOptions;
  readonly #sockets = new Set<Socket>();
  readonly #received: Buffer[] = [];
  readonly #server = createServer((socket) => {
    this.#hold(socket);
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
    this.#serve(socket).catch(() => socket.destroy());
  });

  private constructor(options: SocksOptions) {
    this.#options = options;
  }

  static async start(options: SocksOptions): Promise<SocksProxy> {
    const proxy = new SocksProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** All bytes received from clients, one character per byte. */
  get received(): string {
    return Buffer.concat(this.#received).toString('latin1');
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }

  /** Clients wait for each reply before they continue, so each chunk is one whole message. */
  async #serve(client: Socket): Promise<void> {
    const { credentials, serverPort } = this.#options;
    await nextMessage(client);
    client.write(Buffer.from([5, credentials ? 2 : 0]));
    if (credentials) {
      const login = await nextMessage(client);
      const userEnd = 2 + (login[1] ?? 0);
      const user = login.toString('utf8', 2, userEnd);
      const isRight =
        user === credentials.user && login.toString('utf8', userEnd + 1) === credentials.password;
      client.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return void client.end();
    }
    const wanted = await nextMessage(client);
    const nameEnd = 5 + (wanted[4] ?? 0);
    this.asked.push(`${wanted.toString('utf8', 5, nameEnd)}:${wanted.readUInt16BE(nameEnd)}`);
    const answer = Buffer.from([5, this.reply, 0, 1, 127, 0, 0, 1, 0, 0]);
    if (this.reply !== 0) return void client.end(answer);
    const server = connect(serverPort, '127.0.0.1');
    this.#hold(server);
    client.write(answer);
    server.pipe(client).pipe(server);
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  }
}

function nextMessage(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', reject);
  });
}
