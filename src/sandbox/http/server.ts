import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import findMyWay from 'find-my-way';
import type { HTTPMethod } from 'find-my-way';
import type { AuthServer } from '../auth/authServer.ts';
import type { Clock } from '../clock.ts';
import type { Answer } from './answer.ts';
import { Refusal, text } from './answer.ts';
import type { Api } from './api.ts';
import { answerControl } from './controlRoutes.ts';
import type { Controls } from './controlRoutes.ts';
import { failByBurst, spoilBody } from './faults.ts';
import { methodNotAllowed, notFound, serverError } from './refusals.ts';
import { readJson, readStream } from './requestBody.ts';
import { segmentsOf } from './traversal.ts';

const methods: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'];

/** Names that only this machine answers to. Any other name, resolved to 127.0.0.1, is a web page's trick. */
const loopbackHost = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** A request, its path taken apart by the router. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The path as it was sent. */
  readonly rawPath: string;
}

type Route = (incoming: Incoming) => Promise<Answer>;

/** What the server hands requests to. */
export interface ServerParts {
  readonly api: Api;
  readonly auth: AuthServer;
  readonly controls: Controls;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** node:http on 127.0.0.1: outer routes, faults, answers, the request log. */
export class SandboxServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #router = findMyWay({ ignoreDuplicateSlashes: true, maxParamLength: 1_000_000 });
  readonly #routes = new Map<unknown, Route>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // Uploads and slow actions take their time; a request line or header does not.
    this.#server.headersTimeout = 30_000;
    this.#addRoutes();
  }

  /** @param port 0: any free one. @returns The one it listens on. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #addRoutes(): void {
    const { api, auth, controls } = this.#parts;
    const answerApi: Route = ({ request, method, query, params, rawPath }) =>
      api.answer({
        method,
        query,
        container: params['container'] ?? '',
        account: params['account'] ?? '',
        // Taken from the path as it was sent: `%2F` in an id is no separator.
        rawPath: rawPath
          .split('/')
          .filter((segment) => segment !== '')
          .slice(3)
          .join('/'),
        origin: `http://${request.headers.host ?? ''}`,
        header: (name) => headerOf(request, name),
        json: () => readJson(request),
        stream: () => readStream(request),
      });
    this.#route('/api/:container/:account', answerApi);
    this.#route('/api/:container/:account/*', answerApi);
    this.#route('/auth/oauth/:name', async ({ request, method, params }) => {
      const name = params['name'];
      if (name !== 'get_auth_token' && name !== 'me') throw notFound();
      if (method !== 'POST') throw methodNotAllowed(['POST']);
      if (name === 'get_auth_token') return auth.token(await readJson(request));
      return auth.me(await api.login(headerOf(request, 'authorization')));
    });
    this.#route('/_sandbox/:name', async ({ request, method, params }) => {
      const login = await api.login(headerOf(request, 'authorization'));
      return answerControl(controls, params['name'] ?? '', method, login, () => readJson(request));
    });
  }

  #route(path: string, route: Route): void {
    const handler = (): void => undefined;
    this.#routes.set(handler, route);
    this.#router.on(methods, path, handler);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, controls, log } = this.#parts;
    const startedAt = clock.now();
    const method = request.method ?? 'GET';
    const [rawPath = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const query = new URLSearchParams(search);
    let answer: Answer;
    try {
      answer = await this.#answer({ request, method, query, params: {}, rawPath });
    } catch (error) {
      if (error instanceof Refusal) {
        answer = error.answer;
      } else {
        const { refusal, eid } = serverError();
        log(
          `${method} ${rawPath}: ${eid} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
        answer = refusal.answer;
      }
    }
    if (!isControl(rawPath)) {
      const durationMs = clock.now() - startedAt;
      controls.requests.add(
        { method, path: rawPath, status: answer.status, at: startedAt, durationMs },
        query,
      );
    }
    try {
      await send(response, answer, method);
    } catch (error) {
      // The client went away in the middle of a download.
      log(
        `${method} ${rawPath}: not sent to its end (${error instanceof Error ? error.message : String(error)})`,
      );
      response.destroy();
    }
    // A body that nobody wanted, so that the connection can be used again.
    request.resume();
  }

  async #answer(incoming: Incoming): Promise<Answer> {
    const { request, method, rawPath } = incoming;
    if (!loopbackHost.test(request.headers.host ?? '')) {
      return text('421: This server answers to its loopback address only', 421);
    }
    const found = methods.includes(method as HTTPMethod)
      ? this.#find(method as HTTPMethod, rawPath)
      : undefined;
    if (!found) {
      // The router knows no difference between a path that leads nowhere and one that can't be decoded.
      segmentsOf(rawPath);
      throw notFound();
    }
    const { switches } = this.#parts.controls;
    if (isControl(rawPath)) return found.route({ ...incoming, params: found.params });
    const { latencyMs } = switches.state;
    if (latencyMs > 0) await setTimeout(latencyMs);
    failByBurst(switches, rawPath);
    return spoilBody(switches, await found.route({ ...incoming, params: found.params }));
  }

  #find(method: HTTPMethod, rawPath: string): { route: Route; params: Incoming['params'] } | undefined {
    const match = this.#router.find(method, rawPath);
    const route = match && this.#routes.get(match.handler);
    return match && route ? { route, params: match.params } : undefined;
  }
}

function isControl(rawPath: string): boolean {
  return /^\/+_sandbox\//.test(rawPath);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function send(response: ServerResponse, answer: Answer, method: string): Promise<void> {
  const { status, reason, headers = {}, body } = answer;
  if (reason !== undefined) response.statusMessage = reason;
  // Answers change with every run of a Datasource, and depend on who asks.
  response.setHeader('cache-control', 'no-store');
  const isHead = method === 'HEAD';
  if (body.kind === 'bytes') {
    response.writeHead(status, {
      'content-type': body.contentType,
      'content-length': body.length,
      ...headers,
    });
    if (isHead) response.end();
    else await pipeline(Readable.from(body.chunks, { objectMode: false }), response);
    return;
  }
  const content = body.kind === 'json' ? JSON.stringify(body.value) : body.kind === 'text' ? body.text : '';
  const contentType = body.kind === 'text' ? 'text/plain; charset=utf-8' : 'application/json';
  const length = Buffer.byteLength(content);
  response.writeHead(status, {
    'content-type': contentType,
    ...(status === 204 ? {} : { 'content-length': length }),
    ...headers,
  });
  response.end(isHead ? undefined : content);
}
