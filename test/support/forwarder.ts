import { createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy for a local server. A test can make the proxy refuse requests. */
export class Forwarder {
  /** Returns the message for a 412 response, or undefined to forward the request. */
  refuse: (method: string, path: string) => string | undefined = () => undefined;
  readonly #server = createServer((incoming, outgoing) => this.#take(incoming, outgoing));
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target e.g. `http://127.0.0.1:1234` */
  static async start(target: string): Promise<Forwarder> {
    const forwarder = new Forwarder(target);
    await new Promise<void>((resolve) => forwarder.#server.listen(0, '127.0.0.1', resolve));
    return forwarder;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = incoming;
    const words = this.refuse(method, url);
    if (words !== undefined) {
      incoming.resume();
      outgoing
        .writeHead(412, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: words, reason: words }));
      return;
    }
    const forwarded = sendRequest(`${this.#target}${url}`, { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }
}
