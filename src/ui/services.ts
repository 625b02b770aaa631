import * as vscode from 'vscode';
import { Accounts } from '../model/accounts/accounts.ts';
import { Actions } from '../model/datasources/actions.ts';
import { AuthSecrets } from '../model/accounts/authSecrets.ts';
import { Owner } from '../base/event.ts';
import { Poller } from '../model/datasources/poller.ts';
import type { Attention } from '../model/datasources/poller.ts';
import { RenewalTurns } from '../model/accounts/renewalTurns.ts';
import { ResourceLists } from '../model/resources/resourceLists.ts';
import { SearchHistory } from '../model/search/searchHistory.ts';
import { ClientPool } from '../model/accounts/clientPool.ts';
import { settingDefaults } from '../model/settings/settingValues.ts';
import { SnapshotFiles } from '../model/datasources/snapshotFiles.ts';
import { DatasourceStore } from '../model/datasources/datasourceStore.ts';
import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { OnnaClient } from '../onna/client.ts';
import { mementoKeys } from '../ids.ts';
import { ContextKey } from './contributions.ts';
import type { SettingId } from '../model/settings/settingValues.ts';
import { PersonalZone } from '../model/settings/personalZone.ts';
import { Log } from './text/log.ts';
import { createTransport } from './network.ts';
import { ExtensionSettings } from './settings.ts';
import { closeTabsOf } from './documents/tabs.ts';

const timeZoneSetting = 'onna.timeZone' satisfies SettingId;

/** The model, put together for this window, and kept in step with the accounts and the window's focus. */
export class Services extends Owner {
  readonly clock: Clock;
  readonly log = this.register(new Log());
  readonly settings = new ExtensionSettings((message) => this.log.warn(message));
  readonly zone: PersonalZone;
  readonly store = this.register(new DatasourceStore());
  readonly clients: ClientPool;
  readonly accounts: Accounts;
  readonly snapshots: SnapshotFiles;
  readonly resources: ResourceLists;
  readonly actions: Actions;
  readonly authSecrets: AuthSecrets;
  readonly searchHistory: SearchHistory;
  readonly #signedIn = new ContextKey('onna.signedIn');
  readonly #memento: vscode.Memento;
  readonly #pollers = new Map<string, Poller>();
  #viewVisible = false;
  #ready: Promise<void> | undefined;

  constructor(context: vscode.ExtensionContext, clock: Clock = systemClock) {
    super();
    this.clock = clock;
    this.clients = this.register(new ClientPool(createTransport, clock, this.log.call));
    this.#memento = context.globalState;
    this.zone = this.register(
      new PersonalZone({
        chosen: () => chosenZone(this.settings),
        isLocal: runsAtTheUsers(context),
        remembered: () => context.globalState.get(mementoKeys.timeZone),
        remember: (timeZone) =>
          void context.globalState
            .update(mementoKeys.timeZone, timeZone)
            .then(undefined, (error: unknown) => this.log.error('Could not remember the time zone', error)),
      }),
    );
    const turns = new RenewalTurns(vscode.Uri.joinPath(context.globalStorageUri, 'renewals').fsPath, clock);
    this.accounts = this.register(
      new Accounts(
        context.secrets,
        this.clients.signIn,
        clock,
        turns,
        this.#logged('Could not read an account that another window changed'),
      ),
    );
    this.authSecrets = new AuthSecrets(context.secrets);
    this.searchHistory = new SearchHistory(context.globalState);
    const folder = vscode.Uri.joinPath(context.globalStorageUri, 'snapshots').fsPath;
    this.snapshots = this.register(
      new SnapshotFiles(folder, this.store, clock, this.#logged('Could not save the list of Datasources')),
    );
    const client = (id: string): Promise<OnnaClient> => this.clients.client(this.accounts, id);
    this.resources = this.register(
      new ResourceLists({
        store: this.store,
        client,
        clock,
        pageSize: () => this.settings.get('onna.pageSize'),
        onError: this.#logged('Could not load Resources'),
      }),
    );
    this.actions = new Actions({
      store: this.store,
      clock,
      client,
      acted: (id, datasourceId) => this.#pollers.get(id)?.acted(datasourceId),
    });
    this.register({ dispose: () => this.#pollers.forEach((poller) => poller.dispose()) });
    this.register(vscode.window.onDidChangeWindowState(() => this.#spreadAttention()));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('http')) this.#changeNetwork();
        if (event.affectsConfiguration(timeZoneSetting)) this.zone.update();
      }),
    );
  }

  /** Connects whoever is signed in; resolves once their last known Datasources are in the store. */
  ready(): Promise<void> {
    this.#ready ??= (async () => {
      await this.accounts.load();
      await this.#follow();
      this.register(
        this.accounts.onDidChange(() => {
          this.#follow().catch(this.#logged('Could not take over a change of the accounts'));
        }),
      );
    })();
    this.#ready.catch(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }

  client(connectionId: string): Promise<OnnaClient> {
    return this.clients.client(this.accounts, connectionId);
  }

  /** Looks at a connection (at all when none is named) now, and lists everything anew. */
  async refresh(connectionId?: string): Promise<void> {
    const pollers = [...this.#pollers].filter(([id]) => connectionId === undefined || id === connectionId);
    await Promise.all(pollers.map(([, poller]) => poller.refresh(true)));
  }

  /** Tells that VS Code shows the row of a Datasource. */
  shown(connectionId: string, datasourceId: string): void {
    this.#pollers.get(connectionId)?.shown(datasourceId);
  }

  setViewVisible(visible: boolean): void {
    this.#viewVisible = visible;
    this.#spreadAttention();
  }

  /** Opens what signed in and closes what signed out. */
  async #follow(): Promise<void> {
    const connections = this.accounts.connections();
    const ids = new Set(connections.map(({ id }) => id));
    for (const { connection } of this.store.connections())
      if (!ids.has(connection.id)) this.#close(connection.id);
    for (const connection of connections) {
      if (!this.store.get(connection.id)) {
        const restored = await this.snapshots.read(connection);
        // Signed out, or opened by another call, while the file was read.
        if (!this.accounts.connections().some(({ id }) => id === connection.id)) continue;
        if (!this.store.get(connection.id)) this.store.open(connection, restored);
      }
      this.#poll(connection.id);
    }
    await this.#signedIn.set(connections.length > 0);
    if (this.#memento.get(mementoKeys.signedIn) !== connections.length > 0) {
      await this.#memento.update(mementoKeys.signedIn, connections.length > 0);
    }
  }

  #poll(connectionId: string): void {
    const known = this.#pollers.get(connectionId);
    if (known) {
      // The account signed in anew, or another window has renewed its token.
      if (this.store.get(connectionId)?.failure) known.recover();
      return;
    }
    const { store, clock } = this;
    const poller = new Poller({
      ...{ connectionId, store, clock, client: () => this.client(connectionId) },
      warn: (message) => this.log.warn(message),
      onError: this.#logged('A poll went wrong'),
    });
    this.#pollers.set(connectionId, poller);
    poller.setAttention(this.#attention());
    poller.start();
  }

  /** What follows goes by the new settings; where the old ones did not work, at once. */
  #changeNetwork(): void {
    this.clients.reset();
    for (const [id, poller] of this.#pollers) if (this.store.get(id)?.failure) poller.recover();
  }

  #close(connectionId: string): void {
    this.#pollers.get(connectionId)?.dispose();
    this.#pollers.delete(connectionId);
    this.clients.forget(connectionId);
    this.store.close(connectionId);
    Promise.all([
      this.snapshots.forget(connectionId),
      this.authSecrets.forget(connectionId),
      this.searchHistory.forget(connectionId),
      closeTabsOf(connectionId, this.accounts.connections().length === 0),
    ]).catch(this.#logged('Could not delete what was kept of an account'));
  }

  /** For errors that nobody waits for. */
  #logged(what: string): (error: unknown) => void {
    return (error) => this.log.error(what, error);
  }

  #attention(): Attention {
    if (vscode.window.state.focused) return 'focused';
    return this.#viewVisible ? 'unfocused' : 'hidden';
  }

  #spreadAttention(): void {
    for (const poller of this.#pollers.values()) poller.setAttention(this.#attention());
  }
}

function chosenZone(settings: ExtensionSettings): string | undefined {
  const chosen = settings.get(timeZoneSetting);
  return chosen === settingDefaults[timeZoneSetting] ? undefined : chosen;
}

/** Whether this extension host runs on the machine that the user sits at: not in a remote or browser window. */
function runsAtTheUsers({ extension }: vscode.ExtensionContext): boolean {
  return (
    vscode.env.uiKind === vscode.UIKind.Desktop &&
    (vscode.env.remoteName === undefined || extension.extensionKind === vscode.ExtensionKind.UI)
  );
}
