import * as vscode from 'vscode';
import { Accounts } from '../model/accounts/accounts.ts';
import { Actions } from '../model/datasources/actions.ts';
import { UnfinishedUploads } from '../model/upload/unfinishedUploads.ts';
import { AuthSecrets } from '../model/accounts/authSecrets.ts';
import { Owner } from '../base/event.ts';
import { Connections } from '../model/datasources/connections.ts';
import { RenewalTurns } from '../model/accounts/renewalTurns.ts';
import { ConsentRequests } from '../model/credentials/consentRequests.ts';
import { Renewals } from '../model/credentials/renewals.ts';
import { Wallet } from '../model/credentials/wallet.ts';
import { ExceptionMarks } from '../model/resources/exceptionMarks.ts';
import { ResourceLists } from '../model/resources/resourceLists.ts';
import { SavedSearches } from '../model/search/savedSearches.ts';
import { SearchHistory } from '../model/search/searchHistory.ts';
import { ClientPool } from '../model/accounts/clientPool.ts';
import { StatusWatch } from '../model/datasources/statusTransitions.ts';
import { ExceptionCounts } from '../model/history/exceptionCounts.ts';
import { Findings } from '../model/history/findings.ts';
import { TypeCatalog } from '../model/manage/typeCatalog.ts';
import { UserPermissions } from '../model/manage/permissions.ts';
import { LogReader } from '../model/history/logReader.ts';
import { StatusJournal } from '../model/history/statusJournal.ts';
import { NewsClaims } from '../model/notifications/newsClaims.ts';
import { StatusNews } from '../model/notifications/statusNews.ts';
import { SnapshotFiles } from '../model/datasources/snapshotFiles.ts';
import { DatasourceStore } from '../model/datasources/datasourceStore.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import type { OnnaClient } from '../onna/client.ts';
import { mementoKeys } from '../ids.ts';
import { CodeLoader } from './codeLoader.ts';
import { ContextKey } from './contributions.ts';
import { settingDefaults, type SettingId } from '../model/settings/settingValues.ts';
import { PersonalZone } from '../model/settings/personalZone.ts';
import { Log } from './text/log.ts';
import { createTransport } from './network.ts';
import { ExtensionSettings } from './settings.ts';
import { closeTabsOf } from './documents/tabs.ts';

const timeZoneSetting = 'onna.timeZone' satisfies SettingId;

/** The model of this window. Reacts to changes of the accounts and of the window's focus. */
export class Services extends Owner {
  readonly clock: Clock;
  readonly log: Log;
  readonly code: CodeLoader;
  readonly settings = new ExtensionSettings((message) => this.log.warn(message));
  readonly zone: PersonalZone;
  readonly store = this.register(new DatasourceStore());
  readonly clients: ClientPool;
  readonly accounts: Accounts;
  readonly snapshots: SnapshotFiles;
  readonly resources: ResourceLists;
  readonly marks: ExceptionMarks;
  readonly connections: Connections;
  readonly actions: Actions;
  /** The stored credentials, and those that must be renewed. */
  readonly wallet: Wallet;
  readonly renewals: Renewals;
  /** The consent pages that this window has opened. */
  readonly consents: ConsentRequests;
  readonly authSecrets: AuthSecrets;
  readonly searchHistory: SearchHistory;
  readonly savedSearches: SavedSearches;
  readonly statuses: StatusWatch;
  readonly journal: StatusJournal;
  readonly news: StatusNews;
  readonly logs: LogReader;
  readonly findings: Findings;
  readonly permissions: UserPermissions;
  readonly types: TypeCatalog;
  /** The uploads that were interrupted. */
  readonly uploads: UnfinishedUploads;
  readonly #hasUnfinishedUploads = new ContextKey('onna.hasUnfinishedUploads');
  readonly #signedIn = new ContextKey('onna.signedIn');
  readonly #memento: vscode.Memento;
  #viewVisible = false;

  constructor(context: vscode.ExtensionContext, clock: Clock = systemClock) {
    super();
    this.clock = clock;
    this.log = this.register(new Log(() => clock.now()));
    this.code = new CodeLoader(this.log);
    this.clients = this.register(
      new ClientPool((baseUrl) => createTransport(baseUrl, this.code), clock, this.log.call),
    );
    this.#memento = context.globalState;
    this.zone = this.register(
      new PersonalZone({
        chosen: () => chosenZone(this.settings),
        isLocal: runsAtTheUsers(context),
        remembered: () => context.globalState.get(mementoKeys.timeZone),
        remember: (timeZone) => {
          context.globalState
            .update(mementoKeys.timeZone, timeZone)
            .then(undefined, this.#logged('Could not remember the time zone'));
        },
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
    this.savedSearches = new SavedSearches(
      vscode.Uri.joinPath(context.globalStorageUri, 'savedSearches').fsPath,
    );
    this.consents = new ConsentRequests(clock);
    const folder = vscode.Uri.joinPath(context.globalStorageUri, 'snapshots').fsPath;
    this.snapshots = this.register(
      new SnapshotFiles(folder, this.store, clock, this.#logged('Could not save the list of Datasources')),
    );
    this.statuses = this.register(new StatusWatch(this.store));
    this.journal = this.register(
      new StatusJournal(
        vscode.Uri.joinPath(context.globalStorageUri, 'journal').fsPath,
        this.statuses,
        clock,
        this.#logged('Could not save the status changes'),
      ),
    );
    this.uploads = new UnfinishedUploads(
      vscode.Uri.joinPath(context.globalStorageUri, 'uploads').fsPath,
      clock,
      this.#logged('Could not write down the progress of an upload'),
    );
    const claims = new NewsClaims(vscode.Uri.joinPath(context.globalStorageUri, 'notifications').fsPath);
    this.news = this.register(
      new StatusNews({
        watch: this.statuses,
        ...{ claims, clock },
        choice: () => this.settings.get('onna.notify'),
        onError: this.#logged('Could not notify about a status change'),
      }),
    );
    const { store, clients, accounts, snapshots } = this;
    this.connections = this.register(
      new Connections({
        store,
        clients,
        accounts,
        snapshots,
        clock,
        forget: (id) => {
          this.findings.forget(id);
          this.news.forget(id);
          this.permissions.forget(id);
          this.types.forget(id);
          this.wallet.forget(id);
          this.renewals.forget(id);
          this.consents.forget(id);
          return Promise.all([
            this.authSecrets.forget(id),
            this.searchHistory.forget(id),
            this.savedSearches.forget(id),
            this.journal.forget(id),
            claims.forget(id),
            this.uploads.forget(id).then(() => this.updateUnfinished()),
            closeTabsOf(id, accounts.connections().length === 0),
          ]);
        },
        onSignedInChange: (isSignedIn) => this.#rememberSignedIn(isSignedIn),
        warn: (message) => this.log.warn(message),
        logError: (what, error) => this.log.error(what, error),
      }),
    );
    const client = (id: string): Promise<OnnaClient> => this.client(id);
    this.logs = new LogReader(client);
    this.permissions = new UserPermissions(client, clock);
    this.types = new TypeCatalog(client, clock);
    this.findings = this.register(
      new Findings({
        logs: this.logs,
        counts: new ExceptionCounts(client),
        clock,
        onDidChangeStore: this.store.onDidChange,
        onError: this.#logged('Could not find out why a Datasource failed'),
      }),
    );
    this.resources = this.register(
      new ResourceLists({
        store: this.store,
        client,
        clock,
        pageSize: () => this.settings.get('onna.pageSize'),
        onError: this.#logged('Could not load Resources'),
      }),
    );
    this.marks = this.register(
      new ExceptionMarks({
        lists: this.resources,
        findings: this.findings,
        onError: this.#logged('Could not find the Resources with exceptions'),
      }),
    );
    this.actions = new Actions({
      store: this.store,
      clock,
      client,
      acted: (id, datasourceId) => {
        this.connections.acted(id, datasourceId);
        // Processing may resolve exceptions without any change of the Datasource.
        this.findings.expire(id);
      },
    });
    this.wallet = this.register(
      new Wallet({ store: this.store, clock, client, onError: this.#logged('Could not read the wallet') }),
    );
    this.renewals = this.register(
      new Renewals({ store: this.store, clock, client, acted: (id) => this.connections.acted(id) }),
    );
    this.register(this.renewals.onDidRenew(({ connectionId }) => this.wallet.read(connectionId)));
    this.#updateAttention();
    this.register(vscode.window.onDidChangeWindowState(() => this.#updateAttention()));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('http')) this.connections.changeNetwork();
        if (event.affectsConfiguration(timeZoneSetting)) this.zone.update();
      }),
    );
  }

  /** Resolves once the last known Datasources of all signed-in accounts are in the store. */
  ready(): Promise<void> {
    return this.connections.ready();
  }

  client(connectionId: string): Promise<OnnaClient> {
    return this.connections.client(connectionId);
  }

  /** Offers *Resume Uploads…* in the title of the view if an upload of a signed-in account was interrupted. */
  async updateUnfinished(): Promise<void> {
    const unfinished = await this.uploads.list();
    await this.#hasUnfinishedUploads.set(
      unfinished.some(({ connectionId }) => this.store.get(connectionId) !== undefined),
    );
  }

  setViewVisible(visible: boolean): void {
    this.#viewVisible = visible;
    this.#updateAttention();
  }

  /**
   * Remembers whether an account is signed in. The entry file loads the extension at startup only if this is
   * the case.
   */
  async #rememberSignedIn(isSignedIn: boolean): Promise<void> {
    await this.#signedIn.set(isSignedIn);
    if (this.#memento.get(mementoKeys.signedIn) !== isSignedIn)
      await this.#memento.update(mementoKeys.signedIn, isSignedIn);
  }

  /** An error handler for promises that no caller awaits. It logs the error. */
  #logged(what: string): (error: unknown) => void {
    return (error) => this.log.error(what, error);
  }

  #updateAttention(): void {
    const isFocused = vscode.window.state.focused;
    this.connections.setAttention(isFocused ? 'focused' : this.#viewVisible ? 'unfocused' : 'hidden');
  }
}

function chosenZone(settings: ExtensionSettings): string | undefined {
  const chosen = settings.get(timeZoneSetting);
  return chosen === settingDefaults[timeZoneSetting] ? undefined : chosen;
}

/** Whether this extension host runs on the user's own machine, not in a remote or browser window. */
function runsAtTheUsers({ extension }: vscode.ExtensionContext): boolean {
  return (
    vscode.env.uiKind === vscode.UIKind.Desktop &&
    (vscode.env.remoteName === undefined || extension.extensionKind === vscode.ExtensionKind.UI)
  );
}
