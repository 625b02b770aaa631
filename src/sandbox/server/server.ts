import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import type { AuthServer } from '../auth/authServer.ts';
import { answerConsent, askPage } from '../auth/consentPage.ts';
import type { Consents } from '../auth/consents.ts';
import type { Clock } from '../base/clock.ts';
import type { Turns } from '../base/turns.ts';
import { answerPageFile } from '../page/pageFiles.ts';
import type { Switches } from '../switches/switchBoard.ts';
import type { Answer } from '../http/answer.ts';
import { Refusal, text } from '../http/answer.ts';
import { loginOf } from './api.ts';
import type { Api, Bearer } from './api.ts';
import { answerControl } from './controlRoutes.ts';
import type { Controls } from './controlRoutes.ts';
import { failByBurst, spoilBody } from './faults.ts';
import { issueText } from '../base/issueText.ts';
import { jsonObject } from '../http/jsonObject.ts';
import { isSandboxPath, refuseForeignPages } from './ownPages.ts';
import {
  methodNotAllowed,
  notAuthorized,
  notFound,
  schemaViolation,
  serverError,
  unknownMethod,
} from '../http/refusals.ts';
import { render } from './rendering.ts';
import { discardRest, readForm, readJson, readStream } from './requestBody.ts';
import { sendAnswer } from './sendAnswer.ts';
import type { ServerLimits } from './serverLimits.ts';
import { decodePath } from '../http/path.ts';

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'];

/**
 * Matches the loopback names of this machine. A request with any other Host may be a DNS rebinding attack by
 * a web page.
 */
const loopbackHost = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** A request whose path has matched a route. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly query: URLSearchParams;
  /** The decoded named groups of the route's pattern. */
  readonly params: Readonly<Record<string, string>>;
  /** The path as sent by the client. */
  readonly rawPath: string;
  readonly bearer: Bearer;
  /** The switches in effect for this request. */
  readonly switches: Switches;
}

const pageLoginSchema = v.object({ user: v.string(), password: v.string() });

type Route = (incoming: Incoming) => Promise<Answer>;

/** Constructor dependencies of {@link SandboxServer}. */
interface ServerDeps {
  readonly api: Api;
  readonly auth: AuthServer;
  readonly consents: Consents;
  readonly controls: Controls;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly limits: ServerLimits;
  readonly log: (line: string) => void;
}

/** The HTTP server on 127.0.0.1. It selects the route, injects faults, sends the answer and logs the request. */
export class SandboxServer {
  readonly #deps: ServerDeps;
  readonly #server: Server;
  /** The server uses the first route whose pattern matches the path. */
  readonly #routes: readonly (readonly [RegExp, Route])[];
  /** Connections with a request in progress. They must not time out as idle. */
  readonly #working = new Set<Socket>();

  constructor(deps: ServerDeps) {
    this.#deps = deps;
    const { headersMs, idleMs } = deps.limits;
    this.#server = createServer(
      {
        headersTimeout: headersMs,
        // There is no time limit for an upload. The reader of the body checks that bytes keep arriving.
        requestTimeout: 0,
        keepAliveTimeout: idleMs,
        connectionsCheckingInterval: Math.min(5_000, headersMs),
      },
      (request, response) => {
        this.#handle(request, response).catch((error: unknown) => {
          deps.log(`${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
          response.destroy();
        });
      },
    );
    this.#server.setTimeout(idleMs, (socket) => {
      if (!this.#working.has(socket)) socket.destroy();
    });
    this.#server.on('connection', () => deps.turns.accepted());
    this.#routes = this.#makeRoutes();
  }

  /** @param port 0 for any free port. @returns The port in use. */
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

  #makeRoutes(): (readonly [RegExp, Route])[] {
    const { api, auth, consents, controls, limits } = this.#deps;
    const { pace } = limits;
    const answerApi: Route = ({ request, method, query, params, rawPath, bearer, switches }) =>
      api.answer({
        method,
        query,
        container: params['container'] ?? '',
        account: params['account'] ?? '',
        rawPath: rawPath
          .split('/')
          .filter((segment) => segment !== '')
          .slice(3)
          .join('/'),
        origin: `http://${request.headers.host ?? ''}`,
        ...{ bearer, switches },
        header: (name) => headerOf(request, name),
        json: () => readJson(request, pace),
        stream: () => readStream(request, pace),
      });
    const answerAuth: Route = async ({ request, method, params, bearer }) => {
      const { name } = params;
      if (name !== 'get_auth_token' && name !== 'me') throw notFound();
      if (method !== 'POST') throw methodNotAllowed(['POST']);
      if (name === 'get_auth_token') return auth.token(await readJson(request, pace));
      return auth.me(loginOf(bearer));
    };
    const answerPageToken: Route = async ({ request, method }) => {
      refuseForeignPages(request);
      if (method !== 'POST') throw methodNotAllowed(['POST']);
      const parsed = v.safeParse(pageLoginSchema, jsonObject(await readJson(request, pace)));
      if (!parsed.success) throw schemaViolation('body', '', issueText(parsed.issues[0]));
      const { user, password } = parsed.output;
      if (user !== controls.owner) throw notAuthorized(undefined, 'Sandbox', 'access');
      return auth.pageToken(user, password);
    };
    const consentPage: Route = async ({ request, method, query }) => {
      // Any page may link to the consent page. Only the form on the consent page itself may send the decision.
      if (method === 'GET' || method === 'HEAD') return askPage(consents, query.get('request') ?? '');
      refuseForeignPages(request);
      if (method !== 'POST') throw methodNotAllowed(['GET', 'HEAD', 'POST']);
      return answerConsent(consents, await readForm(request, pace));
    };
    const answerControls: Route = ({ request, method, params: { name = '' }, query, bearer }) => {
      refuseForeignPages(request);
      const json = (): Promise<unknown> => readJson(request, pace);
      return answerControl(controls, { name, method, query, login: loginOf(bearer), json });
    };
    return [
      [/^\/api\/(?<container>[^/]+)\/(?<account>[^/]+)(?:\/|$)/, answerApi],
      [/^\/auth\/oauth\/(?<name>[^/]+)$/, answerAuth],
      [/^\/$/, ({ method }) => answerPageFile('index.html', method)],
      [
        /^\/_sandbox\/page\/(?<file>[^/]+)$/,
        ({ method, params: { file = '' } }) => answerPageFile(file, method),
      ],
      [/^\/_sandbox\/token$/, answerPageToken],
      [/^\/_sandbox\/consent$/, consentPage],
      [/^\/_sandbox\/(?<name>[^/]+)$/, answerControls],
    ];
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, controls, log, turns } = this.#deps;
    const startedAt = clock.now();
    const begun = clock.monotonic();
    const method = request.method ?? 'GET';
    const [rawPath = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const query = new URLSearchParams(search);
    const { socket } = request;
    this.#working.add(socket);
    let answer: Answer;
    try {
      await turns.forRequest();
      answer = await this.#answer({ request, method, query, rawPath });
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
    this.#working.delete(socket);
    if (rawPath.startsWith('/api/')) answer = render(answer, request.headers.accept);
    if (!isSandboxPath(rawPath)) {
      const durationMs = Math.round(clock.monotonic() - begun);
      controls.events.add('request', `${method} ${rawPath.slice(0, 500)} ${answer.status}, ${durationMs} ms`);
      controls.requests.add(
        { method, path: rawPath, status: answer.status, at: startedAt, durationMs },
        query,
      );
    }
    const { pace, idleMs } = this.#deps.limits;
    // Read the rest of the body, so that the connection can be reused.
    if (request.complete) request.resume();
    else discardRest(request, pace).catch(() => socket.destroy());
    try {
      await sendAnswer(response, answer, request, idleMs);
    } catch (error) {
      // The usual cause is a client that cancels a download.
      log(
        `${method} ${rawPath}: not sent completely (${error instanceof Error ? error.message : String(error)})`,
      );
      response.destroy();
    }
  }

  async #answer(received: Pick<Incoming, 'request' | 'method' | 'query' | 'rawPath'>): Promise<Answer> {
    const { request, method, rawPath } = received;
    if (!loopbackHost.test(request.headers.host ?? '')) {
      return text('421: This server accepts only requests to its loopback address', 421);
    }
    const found = this.#find(rawPath);
    if (!found) throw notFound();
    if (!methods.includes(method)) throw unknownMethod(methods);
    const { api, controls } = this.#deps;
    const bearer = await api.bearer(headerOf(request, 'authorization'));
    const login = bearer.kind === 'valid' ? bearer.login : undefined;
    const switches = controls.switches.of(login);
    const incoming: Incoming = { ...received, bearer, switches, params: found.params };
    if (isSandboxPath(rawPath)) return found.route(incoming);
    if (switches.latencyMs > 0) await setTimeout(switches.latencyMs);
    failByBurst(controls.switches, rawPath, login);
    const answer = spoilBody(switches, await found.route(incoming));
    return { ...answer, mayCompress: switches.compression };
  }

  /** Finds the route of a path. Repeated slashes count as one. */
  #find(rawPath: string): { readonly route: Route; readonly params: Incoming['params'] } | undefined {
    const path = rawPath.replaceAll(/\/+/g, '/');
    for (const [pattern, route] of this.#routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodePath(value)]);
      return { route, params: Object.fromEntries(params) as Incoming['params'] };
    }
    return undefined;
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
