import { Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Connection } from '../accounts/connection.ts';
import type { ClientPool } from '../accounts/clientPool.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { Poller, type Attention } from './poller.ts';
import { PollTurns } from './pollTurns.ts';
import type { SnapshotFiles } from './snapshotFiles.ts';

/** Constructor dependencies of {@link Connections}. */
interface ConnectionsDeps {
  readonly accounts: Accounts;
  readonly clients: ClientPool;
  readonly store: DatasourceStore;
  readonly snapshots: SnapshotFiles;
  readonly clock: Clock;
  /** Deletes an account's other stored data after a sign-out. */
  readonly forget: (connectionId: string) => Promise<unknown>;
  /** Called whenever the accounts change. */
  readonly onSignedInChange: (isSignedIn: boolean) => Promise<void>;
  /** Writes a warning to the log. */
  readonly warn: (message: string) => void;
  /** Logs an error that no caller receives. */
  readonly logError: (context: string, error: unknown) => void;
}

/** Keeps a snapshot in the store and a poller for each signed-in account, and removes both after a sign-out. */
export class Connections extends Owner {
  readonly #deps: ConnectionsDeps;
  readonly #pollers = new Map<string, Poller>();
  readonly #turns = new PollTurns();
  #attention: Attention = 'hidden';
  #ready: Promise<void> | undefined;
  /** The last run of {@link #follow}. Runs are sequential, because each one awaits file operations. */
  #following = Promise.resolve();

  constructor(deps: ConnectionsDeps) {
    super();
    this.#deps = deps;
    this.register({ dispose: () => this.#pollers.forEach((poller) => poller.dispose()) });
  }

  /**
   * Connects the saved accounts. A failed call can be repeated.
   * @returns Resolves once the last known Datasources of all accounts are in the store.
   */
  ready(): Promise<void> {
    this.#ready ??= this.#begin();
    this.#ready.catch(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }

  client(connectionId: string): Promise<OnnaClient> {
    const { accounts, clients } = this.#deps;
    const connection = accounts.connections().find(({ id }) => id === connectionId);
    if (!connection) return Promise.reject(new OnnaError({ kind: 'signedOut' }));
    return clients.client(connection, accounts.tokenSource(connectionId));
  }

  /** Polls one connection, or all if none is given, and requests the full list. */
  async refresh(connectionId?: string): Promise<void> {
    const pollers = [...this.#pollers].filter(([id]) => connectionId === undefined || id === connectionId);
    await Promise.all(pollers.map(([, poller]) => poller.refresh(true)));
  }

  /** Reports that the row of a Datasource is on screen. */
  shown(connectionId: string, datasourceId: string): void {
    this.#pollers.get(connectionId)?.shown(datasourceId);
  }

  /** Polls soon after a user action. Omit `datasourceId` if the action does not affect a known Datasource. */
  acted(connectionId: string, datasourceId?: string): void {
    this.#pollers.get(connectionId)?.acted(datasourceId);
  }

  /** Sets how closely the user watches this window. */
  setAttention(attention: Attention): void {
    this.#attention = attention;
    for (const poller of this.#pollers.values()) poller.setAttention(attention);
  }

  /** Applies changed network settings to new requests, and polls failed connections at once. */
  changeNetwork(): void {
    this.#deps.clients.reset();
    for (const [id, poller] of this.#pollers) if (this.#deps.store.get(id)?.failure) poller.recover();
  }

  async #begin(): Promise<void> {
    const { accounts } = this.#deps;
    await accounts.load();
    await this.#follow();
    this.register(
      accounts.onDidChange(() => {
        this.#follow().catch(this.#logged('Could not apply a change of the accounts'));
      }),
    );
  }

  #follow(): Promise<void> {
    const run = this.#following.then(() => this.#followOnce());
    // A failed run must not stop the next one.
    this.#following = run.catch(() => undefined);
    return run;
  }

  /** Opens the connections of new accounts and closes those of signed-out accounts. */
  async #followOnce(): Promise<void> {
    const { accounts, store, snapshots, onSignedInChange } = this.#deps;
    const connections = accounts.connections();
    const ids = new Set(connections.map(({ id }) => id));
    for (const { connection } of store.connections()) if (!ids.has(connection.id)) this.#close(connection.id);
    for (const connection of connections) {
      if (!store.get(connection.id)) {
        const restored = await snapshots.read(connection);
        // The user may have signed out of the account during the read.
        if (!accounts.connections().some(({ id }) => id === connection.id)) continue;
        store.open(connection, restored);
      }
      this.#poll(connection);
    }
    await onSignedInChange(accounts.connections().length > 0);
  }

  #poll({ id: connectionId, baseUrl }: Connection): void {
    const { store, clock, warn } = this.#deps;
    const known = this.#pollers.get(connectionId);
    if (known) {
      // The user signed in again, or another window renewed the token.
      if (store.get(connectionId)?.failure) known.recover();
      return;
    }
    const poller = new Poller({
      connectionId,
      store,
      clock,
      turns: this.#turns,
      server: new URL(baseUrl).origin,
      client: () => this.client(connectionId),
      warn,
      onError: this.#logged('A poll failed'),
    });
    this.#pollers.set(connectionId, poller);
    poller.setAttention(this.#attention);
    poller.start();
  }

  #close(connectionId: string): void {
    const { clients, store, snapshots, forget } = this.#deps;
    this.#pollers.get(connectionId)?.dispose();
    this.#pollers.delete(connectionId);
    clients.forget(connectionId);
    store.close(connectionId);
    Promise.all([snapshots.forget(connectionId), forget(connectionId)]).catch(
      this.#logged('Could not delete the stored data of an account'),
    );
  }

  #logged(context: string): (error: unknown) => void {
    return (error) => this.#deps.logError(context, error);
  }
}
