import type { TokenCheck, Tokens } from '../auth/tokens.ts';
import type { Grants } from '../store/grants.ts';
import type { Switches } from '../switches/switchBoard.ts';
import type { Answer } from '../http/answer.ts';
import { expiredToken, notAuthorized, notFound } from '../http/refusals.ts';
import { segmentsOf } from '../http/path.ts';
import { Traversal } from './traversal.ts';
import type { Stores } from '../store/stores.ts';
import { typeOf } from '../http/view.ts';
import type { ServiceView, ViewRequest } from '../http/view.ts';

/**
 * The caller that an `Authorization` header identifies. An `invalid` token is treated like a missing header
 * (docs/onna-api.md §9).
 */
export type Bearer = TokenCheck;

/** A request below `/api` whose path is not resolved yet. */
interface ApiRequest {
  readonly method: string;
  readonly container: string;
  readonly account: string;
  /** Path below the account, still percent-encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** `http://host`, where `host` is the Host header of the request. */
  readonly origin: string;
  readonly bearer: Bearer;
  /** The switches in effect for this request. */
  readonly switches: Switches;
  header(name: string): string | undefined;
  json(): Promise<unknown>;
  stream(): AsyncIterable<Uint8Array>;
}

/** Authorizes every request below `/api/{container}/{account}` and dispatches it to a view. */
export class Api {
  readonly #container: string;
  readonly #account: string;
  readonly #tokens: Tokens;
  readonly #grants: Grants;
  readonly #traversal: Traversal;
  readonly #views = new Map<string, ServiceView[]>();

  constructor(
    deps: Pick<Stores, 'nodes' | 'datasources' | 'resources' | 'uploadFolders' | 'grants'> & {
      readonly container: string;
      readonly account: string;
      readonly tokens: Tokens;
      readonly views: readonly ServiceView[];
    },
  ) {
    this.#container = deps.container;
    this.#account = deps.account;
    this.#tokens = deps.tokens;
    this.#grants = deps.grants;
    this.#traversal = new Traversal(deps);
    for (const view of deps.views) this.#views.set(view.name, [...(this.#views.get(view.name) ?? []), view]);
  }

  /** @throws Refusal */
  async answer(request: ApiRequest): Promise<Answer> {
    const login = loginOf(request.bearer);
    if (request.container !== this.#container || request.account !== this.#account) throw notFound();
    const { target, path, service, tail } = this.#traversal.walk(segmentsOf(request.rawPath), login);
    const named = (this.#views.get(service) ?? []).filter(
      (view) =>
        view.appliesTo(target) &&
        (target.kind === 'resource' || !target.folder || view.takesFolders === true) &&
        (tail.length === 0 || view.takesTail === true),
    );
    // The same answer as for an unknown service, as in the framework (docs/onna-api.md §18).
    const view = named.find(({ methods }) => methods.includes(request.method));
    if (!view) throw notFound();
    const { permission } = view;
    if (permission !== undefined && !this.#grants.allows(login, path, permission)) {
      const isVisible = this.#grants.allows(login, path, 'guillotina.AccessContent');
      throw notAuthorized(login, `${typeOf(target)} ${path}`, isVisible ? 'permission' : 'access');
    }
    const { switches } = request;
    // The service builds `base` from the request that it receives, so behind a proxy `base` can contain a
    // different host (docs/onna-api.md §0).
    const viewRequest: ViewRequest = {
      method: request.method,
      target,
      path,
      tail,
      query: request.query,
      login,
      base: `${switches.foreignIdHost?.replace(/\/+$/, '') ?? request.origin}/api/${encodeURIComponent(request.container)}/${encodeURIComponent(request.account)}`,
      switches,
      header: (name) => request.header(name),
      json: () => request.json(),
      stream: () => request.stream(),
    };
    const answer = await view.answer(viewRequest);
    if (view.isAction && switches.emptyActionBodies && answer.status === 200) {
      return { ...answer, body: { kind: 'empty' } };
    }
    return answer;
  }

  /** Identifies the caller from an `Authorization` header. */
  async bearer(authorization: string | undefined): Promise<Bearer> {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? { kind: 'invalid' } : this.#tokens.check(token);
  }
}

/**
 * Returns the login of a caller, or undefined for an anonymous caller. An invalid token is not an error
 * (docs/onna-api.md §9).
 * @throws Refusal for an expired token
 */
export function loginOf(bearer: Bearer): string | undefined {
  if (bearer.kind === 'expired') throw expiredToken();
  return bearer.kind === 'valid' ? bearer.login : undefined;
}
