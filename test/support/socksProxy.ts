import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

interface SocksOptions {
  /** Port on 127.0.0.1 to which the proxy connects, independently of the host that a client requests. */
  readonly serverPort: number;
  /** The credentials that each client must send. Default: no credentials are required. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** A SOCKS5 proxy on 127.0.0.1 (RFC 1928 and 1929). It supports TCP connections to host names. */
export class SocksProxy {
  /** The host and port of each requested connection, such as `onna.example.test:443`. */
  readonly asked: string[] = [];
  /** The reply code for connection requests: 0 for success, 2 for “not allowed”. */
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

  /** All bytes that the proxy has received from clients, as a string with one character per byte. */
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

  /** Serves one client. Each chunk is a complete message, because clients wait for a reply to each message. */
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
