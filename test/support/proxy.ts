import { createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './certificates.ts';

/** The behavior of a proxy on a request. `forward` sends the request to the server. */
export type ProxyManner =
  | 'forward'
  /** Closes the connection without a response. */
  | 'hangUp'
  /** Accepts the request and never responds. */
  | 'silent'
  /** Responds with this status code. */
  | number;

/** The request line and the `Proxy-Authorization` header of a request to the proxy. */
export interface ProxyRequest {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
}

interface ProxyOptions {
  /** Port on 127.0.0.1 to which the proxy sends every request, independently of the target in the request. */
  readonly serverPort: number;
  /** The credentials that each request must contain. Default: no credentials are required. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** The certificate of the proxy. If it is set, clients connect to the proxy over TLS. */
  readonly certificate?: Certificate;
  /** The port on which the proxy listens. Default: any free port. */
  readonly port?: number;
}

/** An HTTP proxy on 127.0.0.1. It forwards plain requests and opens tunnels for CONNECT requests. */
export class TestProxy {
  readonly asked: ProxyRequest[] = [];
  manner: ProxyManner = 'forward';
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #received: Buffer[] = [];

  private constructor(options: ProxyOptions) {
    this.#options = options;
    const { certificate } = options;
    this.#server = certificate
      ? createSecureServer({ key: certificate.key, cert: certificate.certificate })
      : createServer();
    this.#server.on(certificate ? 'secureConnection' : 'connection', (socket: Duplex) => {
      socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
      this.#hold(socket);
    });
    this.#server.on('request', (request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket, head) => this.#tunnel(request, socket, head));
  }

  static async start(options: ProxyOptions): Promise<TestProxy> {
    const proxy = new TestProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The URL of the proxy, without credentials. */
  get url(): string {
    return this.#options.certificate ? `https://localhost:${this.port}` : `http://127.0.0.1:${this.port}`;
  }

  /** All bytes that the proxy has received from clients, as a string with one character per byte. */
  get received(): string {
    return Buffer.concat(this.#received).toString('latin1');
  }

  /** Closes the proxy and all connections through the proxy. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #hold(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /**
   * Returns the status code of a refusal, undefined to forward the request, or false to send no response.
   */
  #refusal(request: IncomingMessage): number | false | undefined {
    const authorization = request.headers['proxy-authorization'];
    this.asked.push({ method: request.method ?? '', target: request.url ?? '', authorization });
    if (typeof this.manner === 'number') return this.manner;
    if (this.manner === 'hangUp') request.socket.destroy();
    if (this.manner !== 'forward') return false;
    const { credentials } = this.#options;
    if (!credentials) return undefined;
    const wanted = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    return authorization === `Basic ${wanted}` ? undefined : 407;
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusal(request);
    if (refusal === false) return;
    if (refusal !== undefined) {
      response.writeHead(refusal, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('refused');
      return;
    }
    const { pathname, search } = new URL(request.url ?? '');
    const headers = { ...request.headers };
    delete headers['proxy-authorization'];
    const onward = sendRequest(
      {
        host: '127.0.0.1',
        port: this.#options.serverPort,
        method: request.method,
        path: pathname + search,
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    if (refusal === false) return;
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} Refused\r\nproxy-authenticate: Basic realm="proxy"\r\n\r\n`);
      return;
    }
    const server = connect(this.#options.serverPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    this.#hold(server);
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  }
}
