import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { Accounts } from '../../src/model/accounts/accounts.ts';
import { LogReader } from '../../src/model/history/logReader.ts';
import { StatusJournal } from '../../src/model/history/statusJournal.ts';
import { StatusWatch } from '../../src/model/datasources/statusTransitions.ts';
import { isOnnaError, type OnnaFailure } from '../../src/onna/errors.ts';
import { Renewals } from '../../src/model/credentials/renewals.ts';
import { Actions } from '../../src/model/datasources/actions.ts';
import type { ManageContext } from '../../src/model/manage/nodeEdits.ts';
import { connectionTo } from '../../src/model/accounts/connection.ts';
import type { Connection } from '../../src/model/accounts/connection.ts';
import { Owner, type Disposable } from '../../src/base/event.ts';
import { Poller } from '../../src/model/datasources/poller.ts';
import { ChildrenWalk } from '../../src/onna/childrenWalk.ts';
import { ResourceList } from '../../src/model/resources/resourceList.ts';
import { SearchSession } from '../../src/model/search/searchSession.ts';
import { openFile } from '../../src/model/resources/resourceContent.ts';
import { saveFile } from '../../src/model/resources/saveFile.ts';
import { ClientPool } from '../../src/model/accounts/clientPool.ts';
import { DatasourceStore } from '../../src/model/datasources/datasourceStore.ts';
import { decodeNode } from '../../src/onna/wire/node.ts';
import type { OnnaClient } from '../../src/onna/client.ts';
import type { Transport } from '../../src/onna/transport/transport.ts';
import { FakeClock } from '../doubles/fakeClock.ts';
import { FakeSecretStorage } from '../doubles/fakeSecretStorage.ts';
import { accountPath, pageSize, userName } from './account.ts';
import type { HealthyAccount } from './account.ts';
import { desktop } from '../doubles/desktop.ts';
import { throwUncaught } from '../support/throwUncaught.ts';
import type { Notification } from '../doubles/desktop.ts';
import { Notifier, OnnaDocuments, describeError } from './words.ts';

export type OnnaFailureKind = OnnaFailure['kind'];

/** The model of the extension in one window. It uses the account of one cell. */
export class World extends Owner {
  readonly name: string;
  readonly account: HealthyAccount;
  readonly connection: Connection;
  readonly store = new DatasourceStore();
  readonly accounts: Accounts;
  readonly clients: ClientPool;
  readonly renewals: Renewals;
  readonly actions: Actions;
  /** The dependencies of the actions that create, change, share and delete objects. */
  readonly manage: ManageContext;
  readonly poller: Poller;
  /** The clock of the poller. Time passes only in {@link pass}. */
  readonly pollClock: FakeClock;
  readonly documents: InstanceType<typeof OnnaDocuments>;
  readonly logs: LogReader;
  readonly journal: StatusJournal;
  readonly notifier: InstanceType<typeof Notifier>;
  /** The kinds of all errors that the user has seen. */
  readonly kinds = new Set<OnnaFailureKind>();
  /** The folder for tables that the user saves. */
  readonly folder: string;
  /** The clock of the client. */
  readonly clock: FakeClock;
  readonly #secrets = new FakeSecretStorage();
  #seen: Readonly<Record<string, unknown>> = {};

  constructor(
    name: string,
    baseUrl: string,
    account: HealthyAccount,
    transport: Transport,
    clock: FakeClock,
  ) {
    super();
    this.name = name;
    this.account = account;
    this.clock = clock;
    this.connection = connectionTo({ baseUrl, container: 'rel0', account: 'lumenfjord' }, userName);
    this.pollClock = new FakeClock(clock.now());
    this.clients = this.register(
      new ClientPool(
        () => Promise.resolve(transport),
        clock,
        () => undefined,
      ),
    );
    this.accounts = this.register(new Accounts(this.#secrets, this.clients.signIn, clock));
    const { store } = this;
    const client = (): Promise<OnnaClient> => this.client();
    this.actions = new Actions({ store, clock, client, acted: () => undefined });
    const ignore = (): void => undefined;
    this.renewals = this.register(new Renewals({ store, clock, client, acted: ignore }));
    this.manage = { store, clock, client, acted: ignore, forgetPermissions: ignore };
    this.poller = this.register(
      new Poller({
        connectionId: this.connection.id,
        store,
        client: () => this.client(),
        clock: this.pollClock,
      }),
    );
    const watch = this.register(new StatusWatch(store));
    this.folder = path.join(tmpdir(), `onna-faults-${process.pid}`, name);
    const journalFolder = path.join(this.folder, 'journal');
    this.journal = this.register(new StatusJournal(journalFolder, watch, this.pollClock, throwUncaught));
    this.logs = new LogReader(client);
    const log = { error: () => undefined, show: () => undefined };
    this.notifier = new Notifier(log as unknown as ConstructorParameters<typeof Notifier>[0]);
    this.documents = this.register(new OnnaDocuments(client, this.logs, () => Promise.resolve()));
  }

  client(): Promise<OnnaClient> {
    return this.clients.client(this.connection, this.accounts.tokenSource(this.connection.id));
  }

  /** Loads an account with a saved password and `token`, as the extension does after a window reload. */
  async signedIn(token: string): Promise<void> {
    const { baseUrl, container, account, id } = this.connection;
    const saved = { version: 1, baseUrl, container, account, user: userName, password: 'p', token };
    await this.#secrets.store(`onna.connection.${id}`, JSON.stringify(saved));
    await this.accounts.load();
  }

  /**
   * Opens the connection in the store. @param known whether to add the Datasources that a previous session
   * has stored
   */
  open(known: boolean): void {
    const { id } = this.connection;
    this.store.open(this.connection);
    if (!known) return;
    const nodes = ['wiki', 'slack', 'drive'].map((name) => {
      const node = decodeNode(this.connection, this.account.datasource(`${accountPath}/${name}`, 'synced'));
      if (!node) throw new Error('The test account sends an invalid Datasource.');
      return node;
    });
    this.store.applyListing(
      id,
      {
        everything: false,
        nodes,
        deleted: [],
        since: undefined,
        unreadable: 0,
        problems: new Map(),
        end: 'reached',
      },
      false,
      this.clock.now(),
    );
  }

  /** Returns the title and status of each Datasource, such as `wiki synced`. */
  rows(): readonly string[] {
    const datasources = this.store.get(this.connection.id)?.datasources.values() ?? [];
    return [...datasources].map(({ title, rawStatus }) => `${title} ${rawStatus ?? ''}`);
  }

  /** Advances the clocks of the client and the poller by `ms`, and runs due timers. */
  async pass(ms: number): Promise<void> {
    this.clock.advanceSync(ms);
    await this.pollClock.advance(ms);
  }

  /** Returns the ids of the Datasources. */
  ids(): readonly string[] {
    return [...(this.store.get(this.connection.id)?.datasources.keys() ?? [])];
  }

  /** Signs in again with the password and refreshes the list, as a user can do from the row of the account. */
  async signInAgain(): Promise<void> {
    await this.accounts.addByPassword(this.connection, userName, 'p');
    await this.poller.refresh(false);
  }

  /** Returns the message in the row of the account, if the last poll failed. */
  trouble(): string | undefined {
    const failure = this.store.get(this.connection.id)?.failure;
    return failure && describeError(failure, 'list');
  }

  resources(name: string): ResourceList {
    const path = `${accountPath}/${name}`;
    return this.register(
      new ResourceList(pageSize, () => new ChildrenWalk(() => this.client(), this.clock, path, pageSize)),
    );
  }

  search(): SearchSession {
    return this.register(
      new SearchSession({
        search: async (request, signal) => (await this.client()).search('', request, signal),
        context: () => ({
          datasources: [],
          calendar: { dayStart: Date.UTC, today: { year: 2026, month: 2, day: 1 } },
        }),
        now: () => this.clock.now(),
      }),
    );
  }

  /** Returns the text of a node's document. */
  document(kind: 'text' | 'properties', nodePath: string): Promise<string> {
    const suffix = kind === 'properties' ? '.json' : '';
    return this.provide({ scheme: 'onna', path: `/${this.connection.id}${nodePath}${suffix}`, query: kind });
  }

  /** Returns the text of a read-only document. Requests the document as VS Code does. */
  provide(uri: Pick<vscode.Uri, 'scheme' | 'path' | 'query'>): Promise<string> {
    const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
    return this.documents.provideTextDocumentContent(
      uri as unknown as vscode.Uri,
      token as unknown as vscode.CancellationToken,
    );
  }

  /** Downloads the file of a Resource to a temporary file and deletes it. @returns the content of the file */
  async download(nodePath: string): Promise<string> {
    const target = path.join(tmpdir(), `${this.name}-${process.pid}.txt`);
    const signal = new AbortController().signal;
    try {
      await saveFile(await openFile(await this.client(), nodePath, signal), target, signal, () => undefined);
      return await readFile(target, 'utf8');
    } finally {
      await rm(target, { force: true });
    }
  }

  /** Simulates a poll that returns the wiki with these fields. */
  see(fields: Readonly<Record<string, unknown>>): void {
    this.#seen = { ...this.#seen, ...fields };
    const json = { ...this.account.datasource(`${accountPath}/wiki`, 'synced'), ...this.#seen };
    const node = decodeNode(this.connection, json);
    if (!node) throw new Error('The test account sends an invalid Datasource.');
    this.store.applyNodes(this.connection.id, [node], this.pollClock.now());
  }

  /** Records the kind of an error that the user sees. @throws the error itself if it is not an OnnaError. */
  note(error: unknown): void {
    // Other errors are bugs in the test, and must not count as faults of the service.
    if (!isOnnaError(error)) throw error;
    this.kinds.add(error.failure.kind);
  }

  /** Shows an error of a details page in a notification. */
  tell(error: unknown, again: () => Promise<void>): void {
    this.notifier.report(this.name, error, again);
  }

  /** Runs `work` and shows a failure as a command does. @returns the message of the notification, if `work` failed */
  async command(
    work: () => Promise<unknown>,
    moment: 'action' | 'download' | 'other',
  ): Promise<string | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      this.note(error);
      await this.notifier.error(this.name, error, () => Promise.resolve(), moment);
      return this.lastMessage();
    }
  }

  /** Registers an object that {@link close} disposes of. */
  whenClosed(disposable: Disposable): void {
    this.register(disposable);
  }

  /** Returns the text of the last notification of this window, without the name of the window. */
  lastMessage(): string | undefined {
    return this.notifications()
      .at(-1)
      ?.message.slice(this.name.length + 1);
  }

  /** Closes the window and deletes its files and notifications. */
  async close(): Promise<void> {
    this.dispose();
    await this.journal.flush();
    // Thousands of windows share the list, and each searches it several times.
    const { notifications } = desktop;
    for (const own of this.notifications()) notifications.splice(notifications.indexOf(own), 1);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Returns the notifications that this window has shown. */
  notifications(): readonly Notification[] {
    return desktop.notifications.filter(({ message }) => message.includes(this.name));
  }
}
