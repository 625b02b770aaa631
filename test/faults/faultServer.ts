import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { makeCertificate } from '../support/certificates.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

/** A request to one cell of the matrix. */
export interface CellRequest {
  readonly method: string;
  /** The path is relative to the base URL of the cell. */
  readonly url: URL;
  readonly body: string;
}

type CellHandler = (request: CellRequest, response: ServerResponse) => void;

/**
 * Real servers on loopback that all cells share. Each cell has its own path, so a thousand cells need only three
 * servers: one for http, one for https, and one that must never receive a request.
 */
export class FaultServer {
  readonly #cells = new Map<string, CellHandler>();
  readonly #authority = makeCertificate({ subject: 'Authority of the fault matrix', isAuthority: true });
  readonly #plain = createServer((request, response) => {
    this.#take(request, response).catch(throwUncaught);
  });
  readonly #secure: SecureServer;
  readonly #elsewhere = createServer((request, response) => {
    this.strayRequests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.end();
  });
  /** Requests to the server that must not receive requests, and plain HTTP requests to the https server. */
  readonly strayRequests: string[] = [];

  private constructor() {
    const { certificate: cert, key } = makeCertificate({
      subject: 'localhost',
      issuer: this.#authority,
      addresses: [[127, 0, 0, 1]],
    });
    this.#secure = createSecureServer({ cert, key }, (request, response) => {
      this.#take(request, response).catch(throwUncaught);
    });
  }

  static async start(): Promise<FaultServer> {
    const server = new FaultServer();
    // Never close idle connections. On a busy machine, a connection may be idle for longer than a cell
    // normally takes.
    server.#plain.keepAliveTimeout = 0;
    server.#secure.keepAliveTimeout = 0;
    // Plain HTTP on the TLS port means that the client has followed the redirect from https to http.
    server.#secure.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ERR_SSL_HTTP_REQUEST')
        server.strayRequests.push('plain HTTP request to the https server');
    });
    for (const each of [server.#plain, server.#secure, server.#elsewhere])
      await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The certificate of the authority that issued the https server's certificate, as PEM. */
  get authority(): string {
    return this.#authority.certificate;
  }

  /** The origin of the server that must not receive requests. */
  get elsewhere(): string {
    return originOf('http', this.#elsewhere);
  }

  /** The address of the https server, but with the scheme `http:`. */
  get insecure(): string {
    return originOf('http', this.#secure);
  }

  /** Registers a cell. @returns the base URL of the cell */
  open(name: string, secure: boolean, handler: CellHandler): string {
    this.#cells.set(name, handler);
    return `${secure ? originOf('https', this.#secure) : originOf('http', this.#plain)}/${name}`;
  }

  close(name: string): void {
    this.#cells.delete(name);
  }

  async stop(): Promise<void> {
    this.#plain.closeAllConnections();
    for (const each of [this.#plain, this.#secure, this.#elsewhere])
      await new Promise((resolve) => each.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://x');
    const [, cell = '', ...rest] = url.pathname.split('/');
    url.pathname = `/${rest.join('/')}`;
    const handler = this.#cells.get(cell);
    if (!handler) response.writeHead(410).end();
    else
      handler({ method: request.method ?? '', url, body: Buffer.concat(chunks).toString('utf8') }, response);
  }
}

function originOf(scheme: string, server: Server): string {
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
