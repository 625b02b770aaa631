import * as vscode from 'vscode';
import { accountLabel, type Connection } from '../../model/accounts/connection.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { confirm, showBriefly, inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { plainText } from '../text/plainText.ts';
import type { Services } from '../services.ts';
import { testConnection } from '../accounts/connectionTest.ts';
import type { SignInFlow } from '../accounts/signInFlow.ts';
import { withCancel } from '../text/progress.ts';
import { rowsOf } from './targets.ts';
import type { RowCall } from '../contributions.ts';

/** Signs in and out, and tests the connection to a server. */
export class AccountCommands {
  readonly #services: Services;
  readonly #flow: SignInFlow;
  readonly #notifier: Notifier;

  constructor(services: Services, flow: SignInFlow, notifier: Notifier) {
    this.#services = services;
    this.#flow = flow;
    this.#notifier = notifier;
  }

  /** Signs in. If called on the row of a signed-out account, signs in to that account again. */
  async signIn(call: RowCall): Promise<void> {
    await this.#services.ready();
    const node = call.row;
    const connection = node ? this.#services.store.get(node.connectionId)?.connection : this.#signedOut();
    const made = await this.#flow.run(connection);
    if (made) showBriefly(vscode.l10n.t('Signed in to {0}', this.#label(made)));
  }

  /** Signs out of the selected accounts, after a confirmation for each. */
  async signOut(call: RowCall): Promise<void> {
    for (const connection of await this.#connections(call, vscode.l10n.t('Sign Out')))
      await this.#signOutOf(connection);
  }

  async #signOutOf(connection: Connection): Promise<void> {
    const signOut = vscode.l10n.t('Sign Out');
    const choice = await confirm(
      vscode.l10n.t(
        'Sign out of {0}? Its token, password, secrets, recent and saved searches, and saved list of Datasources will be deleted from this machine, and its open tabs will be closed.',
        this.#label(connection),
      ),
      signOut,
    );
    if (choice === signOut) await this.#services.accounts.remove(connection.id);
  }

  /** Requests the signed-in user from the server, then shows the user, the response time and the transport. */
  async testConnection(call: RowCall): Promise<void> {
    const connections = await this.#connections(call, vscode.l10n.t('Test Connection'));
    await Promise.all(connections.map((connection) => this.#test(connection)));
  }

  async #test(connection: Connection): Promise<void> {
    const title = vscode.l10n.t('Testing the connection to {0}', new URL(connection.baseUrl).host);
    try {
      const { user, durationMs, transport } = await withCancel(title, (signal) =>
        testConnection(this.#services, connection, signal),
      );
      const message = vscode.l10n.t(
        '{0} answered in {2} ms. Signed in as {1}. HTTP client: {3}.',
        new URL(connection.baseUrl).host,
        user,
        durationMs,
        transport,
      );
      this.#services.log.info(message);
      inform(message);
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('The connection to {0} does not work.', this.#label(connection)),
        error,
        () => this.#test(connection),
      );
    }
  }

  #label(connection: Connection): string {
    return accountLabel(connection, this.#services.accounts.connections());
  }

  #signedOut(): Connection | undefined {
    const snapshots = this.#services.store.connections();
    return snapshots.find(({ failure }) => isOnnaError(failure, 'signedOut'))?.connection;
  }

  /** The accounts of the selected rows. If no rows are selected, an account that the user picks. */
  async #connections(call: RowCall, title: string): Promise<readonly Connection[]> {
    await this.#services.ready();
    const ids = new Set(rowsOf(call, []).map(({ connectionId }) => connectionId));
    if (ids.size > 0) return [...ids].flatMap((id) => this.#services.store.get(id)?.connection ?? []);
    const picked = await this.#pick(title);
    return picked ? [picked] : [];
  }

  async #pick(title: string): Promise<Connection | undefined> {
    const connections = this.#services.store.connections().map(({ connection }) => connection);
    if (connections.length <= 1) {
      if (connections.length === 0) inform(vscode.l10n.t('You are not signed in to Onna.'));
      return connections[0];
    }
    const items = connections.map((connection) => ({
      label: plainText(this.#label(connection)),
      description: plainText(connection.baseUrl),
      connection,
    }));
    return (await vscode.window.showQuickPick(items, { title }))?.connection;
  }
}
