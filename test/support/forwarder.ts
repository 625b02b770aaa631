import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a server on this machine, and answers itself where a test says so. */
export class Forwarder {
  /** What is answered with 412 and these words, instead of being passed on; undefined passes it on. */
  refuse: (method: string, path: string) => string | undefined = () => undefined;
  readonly #server = createServer((incoming, outgoing) => this.#take(incoming, outgoing));
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target Such as `http://127.0.0.1:1234`. */
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
    const passed = ask(`${this.#target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  }
}
