import type { Tokens } from '../auth/tokens.ts';
import type { Grants } from '../auth/grants.ts';
import type { SwitchBoard } from '../switches.ts';
import type { Answer } from './answer.ts';
import { expiredToken, methodNotAllowed, notAuthorized, notFound } from './refusals.ts';
import { segmentsOf } from './traversal.ts';
import type { Traversal } from './traversal.ts';
import type { ServiceView, ViewRequest } from './view.ts';

/** A request below `/api`, before anything is known of what it asks for. */
export interface ApiRequest {
  readonly method: string;
  readonly container: string;
  readonly account: string;
  /** Below the account, still encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** `http://host`, as the request was addressed. */
  readonly origin: string;
  header(name: string): string | undefined;
  json(): Promise<unknown>;
  stream(): AsyncIterable<Uint8Array>;
}

/** Everything below `/api/{container}/{account}`: who asks, for what, whether it is allowed, and the view that answers. */
export class Api {
  readonly #container: string;
  readonly #account: string;
  readonly #tokens: Tokens;
  readonly #grants: Grants;
  readonly #traversal: Traversal;
  readonly #switches: SwitchBoard;
  readonly #views = new Map<string, ServiceView[]>();

  constructor(parts: {
    container: string;
    account: string;
    tokens: Tokens;
    grants: Grants;
    traversal: Traversal;
    switches: SwitchBoard;
    views: readonly ServiceView[];
  }) {
    this.#container = parts.container;
    this.#account = parts.account;
    this.#tokens = parts.tokens;
    this.#grants = parts.grants;
    this.#traversal = parts.traversal;
    this.#switches = parts.switches;
    for (const view of parts.views) this.#views.set(view.name, [...(this.#views.get(view.name) ?? []), view]);
  }

  /** @throws Refusal */
  async answer(request: ApiRequest): Promise<Answer> {
    const login = await this.login(request.header('authorization'));
    if (request.container !== this.#container || request.account !== this.#account) throw notFound();
    const { target, path, service, tail } = this.#traversal.walk(segmentsOf(request.rawPath), login);
    const named = (this.#views.get(service) ?? []).filter(
      (view) => view.appliesTo(target) && (tail.length === 0 || view.takesTail === true),
    );
    if (named.length === 0) throw notFound();
    const view = named.find(({ methods }) => methods.includes(request.method));
    if (!view) throw methodNotAllowed(named.flatMap(({ methods }) => methods));
    const { permission } = view;
    if (permission !== undefined && !this.#grants.allows(login, path, permission))
      throw notAuthorized(login, `${target.node.type} ${path}`, service === '' ? 'view' : 'access');
    const viewRequest: ViewRequest = {
      method: request.method,
      target,
      path,
      tail,
      query: request.query,
      login,
      base: `${request.origin}/api/${encodeURIComponent(request.container)}/${encodeURIComponent(request.account)}`,
      header: (name) => request.header(name),
      json: () => request.json(),
      stream: () => request.stream(),
    };
    const answer = await view.answer(viewRequest);
    if (view.isAction && this.#switches.state.emptyActionBodies && answer.status === 200) {
      return { ...answer, body: { kind: 'empty' } };
    }
    return answer;
  }

  /**
   * Who an `Authorization` header speaks for. A token that is not ours speaks for nobody; no error (API notes §9).
   * @throws Refusal for an expired one
   */
  async login(authorization: string | undefined): Promise<string | undefined> {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const check = await this.#tokens.check(token);
    if (check.kind === 'expired') throw expiredToken();
    return check.kind === 'valid' ? check.login : undefined;
  }
}
