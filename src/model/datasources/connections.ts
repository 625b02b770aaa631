import { Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ClientPool } from '../accounts/clientPool.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { Poller } from './poller.ts';
import type { Attention } from './poller.ts';
import type { SnapshotFiles } from './snapshotFiles.ts';

/** Constructor dependencies of {@link Connections}. */
export interface ConnectionsDeps {
  readonly accounts: Accounts;
  readonly clients: ClientPool;
  readonly store: DatasourceStore;
  readonly snapshots: SnapshotFiles;
  readonly clock: Clock;
  /** Deletes everything else that is kept of an account which signed out. */
  readonly forget: (connectionId: string) => Promise<unknown>;
  /** Called after each change of the accounts. */
  readonly onSignedInChange: (isSignedIn: boolean) => Promise<void>;
  /** Writes a warning to the log. */
  readonly warn: (message: string) => void;
  /** Writes an error to the log that nothing waits for. */
  readonly logError: (what: string, error: unknown) => void;
}

/** Follows the accounts: a signed-in account has a snapshot in the store and a poller, a signed-out one has nothing. */
export class Connections extends Owner {
  readonly #deps: ConnectionsDeps;
  readonly #pollers = new Map<string, Poller>();
  #attention: Attention = 'hidden';
  #ready: Promise<void> | undefined;
  /** The last run of {@link #follow}: runs go one after the other, as each awaits files. */
  #following = Promise.resolve();

  constructor(deps: ConnectionsDeps) {
    super();
    this.#deps = deps;
    this.register({ dispose: () => this.#pollers.forEach((poller) => poller.dispose()) });
  }

  /**
   * Connects the remembered accounts.
   * @returns Once their last known Datasources are in the store; a failed call can be repeated.
   */
  ready(): Promise<void> {
    this.#ready ??= this.#begin();
    this.#ready.catch(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }

  client(connectionId: string): Promise<OnnaClient> {
    return this.#deps.clients.client(this.#deps.accounts, connectionId);
  }

  /** Polls a connection, or all when none is named, and reads the whole list. */
  async refresh(connectionId?: string): Promise<void> {
    const pollers = [...this.#pollers].filter(([id]) => connectionId === undefined || id === connectionId);
    await Promise.all(pollers.map(([, poller]) => poller.refresh(true)));
  }

  /** Tells that the row of a Datasource is on screen. */
  shown(connectionId: string, datasourceId: string): void {
    this.#pollers.get(connectionId)?.shown(datasourceId);
  }

  /** Tells that the user did something, if it is known to which Datasource: polls soon. */
  acted(connectionId: string, datasourceId?: string): void {
    this.#pollers.get(connectionId)?.acted(datasourceId);
  }

  /** Tells how closely the user watches this window. */
  setAttention(attention: Attention): void {
    this.#attention = attention;
    for (const poller of this.#pollers.values()) poller.setAttention(attention);
  }

  /** The network settings changed: new requests use them, and failed connections are polled at once. */
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
        this.#follow().catch(this.#logged('Could not follow a change of the accounts'));
      }),
    );
  }

  #follow(): Promise<void> {
    const run = this.#following.then(() => this.#followOnce());
    // A failed run must not stop the next one.
    this.#following = run.catch(() => undefined);
    return run;
  }

  /** Opens what signed in and closes what signed out. */
  async #followOnce(): Promise<void> {
    const { accounts, store, snapshots, onSignedInChange } = this.#deps;
    const connections = accounts.connections();
    const ids = new Set(connections.map(({ id }) => id));
    for (const { connection } of store.connections()) if (!ids.has(connection.id)) this.#close(connection.id);
    for (const connection of connections) {
      if (!store.get(connection.id)) {
        const restored = await snapshots.read(connection);
        // The account may have signed out while the file was read.
        if (!accounts.connections().some(({ id }) => id === connection.id)) continue;
        store.open(connection, restored);
      }
      this.#poll(connection.id);
    }
    await onSignedInChange(connections.length > 0);
  }

  #poll(connectionId: string): void {
    const { store, clock, warn } = this.#deps;
    const known = this.#pollers.get(connectionId);
    if (known) {
      // The account signed in again, or another window has renewed its token.
      if (store.get(connectionId)?.failure) known.recover();
      return;
    }
    const poller = new Poller({
      ...{ connectionId, store, clock, client: () => this.client(connectionId) },
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
      this.#logged('Could not delete what was kept of an account'),
    );
  }

  #logged(what: string): (error: unknown) => void {
    return (error) => this.#deps.logError(what, error);
  }
}
