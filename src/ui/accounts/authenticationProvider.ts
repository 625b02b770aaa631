import type * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import { accountLabel, type Connection } from '../../model/accounts/connection.ts';
import type { Accounts } from '../../model/accounts/accounts.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { SignInFlow } from './signInFlow.ts';

/** Provides Onna's accounts to VS Code's Accounts menu and to other extensions. */
export class OnnaAuthenticationProvider extends Owner implements vscode.AuthenticationProvider {
  readonly #accounts: Accounts;
  readonly #flow: SignInFlow;
  readonly #changes = this.register(
    new Emitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>(),
  );
  readonly onDidChangeSessions = this.#changes.event;
  #known: readonly Connection[] = [];

  /** @param onError Called when VS Code could not be notified of a change. */
  constructor(accounts: Accounts, flow: SignInFlow, onError: (error: unknown) => void) {
    super();
    this.#accounts = accounts;
    this.#flow = flow;
    this.register(
      accounts.onDidChange(() => {
        this.#notify().catch(onError);
      }),
    );
  }

  async getSessions(
    _scopes: readonly string[] | undefined,
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    this.#known = await this.#accounts.load();
    const wanted = this.#known.filter(({ id }) => options.account === undefined || options.account.id === id);
    const sessions = await Promise.all(wanted.map((connection) => this.#session(connection)));
    return sessions.filter((session) => session !== undefined);
  }

  async createSession(): Promise<vscode.AuthenticationSession> {
    const connection = await this.#flow.run();
    const session = connection && (await this.#session(connection));
    // If this function rejects, VS Code treats the error as “the user cancelled”.
    if (!session) throw new Error('Cancelled');
    return session;
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.#accounts.remove(sessionId);
  }

  async #session(connection: Connection): Promise<vscode.AuthenticationSession | undefined> {
    const account = { id: connection.id, label: accountLabel(connection, this.#accounts.connections()) };
    try {
      const accessToken = await this.#accounts.tokenSource(connection.id).token();
      return { id: connection.id, accessToken, account, scopes: [] };
    } catch (error) {
      if (error instanceof OnnaError) return undefined;
      throw error;
    }
  }

  async #notify(): Promise<void> {
    const before = this.#known;
    const now = this.#accounts.connections();
    this.#known = now;
    // An account's label depends on the other accounts, and VS Code’s Accounts menu identifies accounts by
    // their labels. If the label of an account has changed, report the account as removed and added. VS Code
    // handles removals first.
    const isIn = (
      connection: Connection,
      here: readonly Connection[],
      there: readonly Connection[],
    ): boolean =>
      there.some(
        (other) =>
          other.id === connection.id && accountLabel(other, there) === accountLabel(connection, here),
      );
    const added = now.filter((connection) => !isIn(connection, now, before));
    const removed = before.filter((connection) => !isIn(connection, before, now));
    const sessions = await Promise.all(added.map((connection) => this.#session(connection)));
    this.#changes.fire({
      added: sessions.filter((session) => session !== undefined),
      removed: removed.map((connection) => ({
        id: connection.id,
        accessToken: '',
        account: { id: connection.id, label: accountLabel(connection, before) },
        scopes: [],
      })),
      changed: [],
    });
  }
}
