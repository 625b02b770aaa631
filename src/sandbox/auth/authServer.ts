import * as v from 'valibot';
import { Refusal, json, text } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { notAuthorized } from '../http/refusals.ts';
import { isAccount } from '../http/view.ts';
import type { ServiceView } from '../http/view.ts';
import type { AuditTrail } from '../store/auditTrail.ts';
import { defaultSwitches } from '../switches/switchBoard.ts';
import type { SwitchBoard } from '../switches/switchBoard.ts';
import type { AuthCodes } from './codes.ts';
import type { Tokens } from './tokens.ts';
import type { StoredUser, UserStore } from '../store/users.ts';
import type { Stores } from '../store/stores.ts';

const clientId = 'canonical';

const signInSchema = v.looseObject({
  grant_type: v.literal('user'),
  code: v.string(),
  username: v.string(),
  password: v.string(),
  // A published script sends a string here, not a list (docs/onna-api.md §1).
  scopes: v.union([
    v.array(v.string()),
    v.pipe(
      v.string(),
      v.transform((scope) => [scope]),
    ),
  ]),
  client_id: v.string(),
});

/** The auth server sends an error message as the HTTP reason phrase and as a plain text body (docs/onna-api.md §1). */
function refuse(status: 400 | 401, reason: string): Refusal {
  return new Refusal(text(`${status}: ${reason}`, status, reason));
}

/** Handles the requests to `/auth/oauth/…` and `@oauthgetcode`. */
export class AuthServer {
  readonly #account: string;
  readonly #users: UserStore;
  readonly #codes: AuthCodes;
  readonly #tokens: Tokens;
  readonly #switches: SwitchBoard;
  readonly #trail: AuditTrail;

  constructor(
    deps: Pick<Stores, 'users' | 'trail'> & {
      readonly account: string;
      readonly codes: AuthCodes;
      readonly tokens: Tokens;
      readonly switches: SwitchBoard;
    },
  ) {
    this.#account = deps.account;
    this.#users = deps.users;
    this.#codes = deps.codes;
    this.#tokens = deps.tokens;
    this.#switches = deps.switches;
    this.#trail = deps.trail;
  }

  /**
   * GET or POST `{account}/@oauthgetcode` returns an auth code. It requires no token. If the scope or the client
   * is wrong, the code is null.
   */
  codeView(): ServiceView {
    return {
      name: '@oauthgetcode',
      methods: ['GET', 'POST'],
      permission: undefined,
      appliesTo: isAccount,
      answer: ({ query, switches }) => {
        const refused =
          switches.authCodeNull ||
          query.get('client_id') !== clientId ||
          query.get('scope') !== this.#account;
        return json({ auth_code: refused ? null : this.#codes.issue() });
      },
    };
  }

  /** POST `get_auth_token` returns a JWT as plain text. @throws Refusal */
  async token(body: unknown): Promise<Answer> {
    const parsed = v.safeParse(signInSchema, body);
    if (!parsed.success) {
      throw refuse(400, `Invalid ${v.getDotPath(parsed.issues[0]) ?? 'request'}`);
    }
    const { code, username, password, scopes, client_id: client } = parsed.output;
    // The code is used up even if the sign-in fails below (docs/onna-api.md §1).
    if (!this.#codes.consume(code)) throw refuse(400, 'Invalid Auth code');
    if (client !== clientId) throw refuse(400, 'Invalid client_id');
    if (!scopes.includes(this.#account)) throw refuse(400, 'Invalid scope');
    const user = await this.#verify(username, password);
    const { tokenLifetimeSeconds } = this.#switches.of(user.login);
    return text(await this.#tokens.issue(user, tokenLifetimeSeconds));
  }

  /**
   * Signs a user in to the sandbox's own page with a password and no code. The switches do not affect this
   * sign-in. Otherwise they could lock out the person who sets them. The token has the default lifetime.
   * @throws Refusal 401
   */
  async pageToken(login: string, password: string): Promise<Answer> {
    const user = await this.#verify(login, password);
    return text(await this.#tokens.issue(user, defaultSwitches.tokenLifetimeSeconds));
  }

  /** @throws Refusal 401 */
  async #verify(username: string, password: string): Promise<StoredUser> {
    const user = await this.#users.verify(username, password);
    if (user) return user;
    // Do not log an unknown user name: it may be a password that was typed into the wrong field.
    const detail = { user: this.#users.byLogin(username)?.login ?? null };
    this.#trail.add({ log: 'audit', action: 'refuse_sign_in', outcome: 'Error', detail });
    throw refuse(401, 'Unauthorized');
  }

  /** POST `me` returns the current user. @throws Refusal */
  me(login: string | undefined): Answer {
    const user = login === undefined ? undefined : this.#users.byLogin(login);
    if (!user) throw notAuthorized(undefined, 'AuthServer', 'access');
    return json({
      blocked: false,
      groups: [],
      id: user.login,
      mail: user.login,
      name: user.name,
      surname: user.surname,
      resetPassword: false,
      roles: user.superuser ? ['guillotina.Manager'] : ['guillotina.Member'],
    });
  }
}
