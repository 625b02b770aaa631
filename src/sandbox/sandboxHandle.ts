import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Role } from './store/grants.ts';
import { consentProvider } from './auth/consentTypes.ts';
import { EventLog } from './server/eventLog.ts';
import { datasourceType, isFolderType } from './base/datasourceTypes.ts';
import type { Controls } from './server/controlRoutes.ts';
import { RequestLog } from './server/requestLog.ts';
import type { LoggedRequest } from './server/requestLog.ts';
import { SandboxServer } from './server/server.ts';
import type { ServerLimits } from './server/serverLimits.ts';
import { Overview } from './page/overview.ts';
import type { Features } from './features.ts';
import { Api } from './server/api.ts';
import type { SyncType } from './store/datasources.ts';
import type { StoredNode } from './store/nodes.ts';
import type { Stores } from './store/stores.ts';
import type { Clock } from './base/clock.ts';
import type { Turns } from './base/turns.ts';
import type { SwitchBoard, SwitchChange, Switches } from './switches/switchBoard.ts';

/** Identifies a node for users of {@link SandboxHandle}. */
export interface NodeReference {
  /** Path below the account, such as `/workspaces/harbour-Qx3vTz/wiki`. */
  readonly path: string;
  readonly uid: string;
}

/** A user to add. */
interface UserOptions {
  /** An email address. */
  readonly login: string;
  /** Default: random. */
  readonly password?: string;
  readonly name?: string;
  readonly surname?: string;
  /** The role at the path `at` and at everything below it. Default: Reader of `/workspaces`. */
  readonly role?: Role;
  readonly at?: string;
}

/** A Datasource to add. */
export interface DatasourceOptions {
  /** Path of a Workspace or of a user's folder (`/login`). */
  readonly parent: string;
  readonly title: string;
  readonly id?: string;
  /** `confluence` or `ConfluenceDatasource`; default `static`. */
  readonly type?: string;
  /** Default: `one` for a folder Datasource, otherwise `auto`. */
  readonly sync?: SyncType;
  /** Path of the folder to collect. */
  readonly origin?: string;
  /**
   * Initial status. `pending` and `resuming` queue a run. Every other status remains until something changes it.
   * Default: `pending` with an origin, `created` without one.
   */
  readonly status?: 'created' | 'pending' | 'resuming' | 'paused' | 'invited' | 'synced';
  /** Extra delay per file in ms, to simulate a slow origin. */
  readonly paceMs?: number;
  /** Login of the owner. Default: the user that the sandbox was started with. */
  readonly owner?: string;
  readonly credentialsExpired?: boolean;
  /** Path of a Datasource of the same type, to use its credentials. Default: credentials of its own. */
  readonly credentialsOf?: string;
}

interface HandleOptions {
  readonly container: string;
  readonly account: string;
  readonly user: string;
  readonly password: string;
  readonly dataFolder: string;
  readonly removeOnClose: boolean;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly switches: SwitchBoard;
  readonly events: EventLog;
  readonly limits: ServerLimits;
  /** Receives one line per event. */
  readonly log: (line: string) => void;
}

function referenceTo({ path, uid }: StoredNode): NodeReference {
  return { path, uid };
}

/** A running sandbox, for tests in the same process and for the command line. */
export class SandboxHandle {
  readonly container: string;
  readonly account: string;
  readonly user: string;
  readonly password: string;
  readonly dataFolder: string;
  /** Public for the bulk generators in samples/. */
  readonly stores: Stores;
  readonly #features: Features;
  readonly #switches: SwitchBoard;
  readonly #removeOnClose: boolean;
  readonly #requests = new RequestLog();
  readonly #events: EventLog;
  readonly #server: SandboxServer;
  #port = 0;

  constructor(stores: Stores, features: Features, options: HandleOptions) {
    const { container, account, clock, turns, limits, log } = options;
    this.container = container;
    this.account = account;
    this.user = options.user;
    this.password = options.password;
    this.dataFolder = options.dataFolder;
    this.stores = stores;
    this.#features = features;
    this.#switches = options.switches;
    this.#removeOnClose = options.removeOnClose;
    this.#events = options.events;
    const { auth, all } = features;
    const views = all.flatMap((feature) => feature.views);
    const api = new Api({ container, account, views, ...stores, tokens: auth.tokens });
    const controls = this.#controls(clock);
    this.#server = new SandboxServer({
      ...{ api, auth: auth.server, consents: auth.consents },
      ...{ clock, turns, log, limits, controls },
    });
  }

  /** `http://127.0.0.1:port` */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @throws Error if the port is taken */
  async listen(port: number): Promise<void> {
    this.#port = await this.#server.listen(port);
  }

  /** Starts the background work. */
  start(): void {
    for (const feature of this.#features.all) feature.start?.();
  }

  /** Stops the server and all background work. After a restart, the work continues from the stored state. */
  async close(): Promise<void> {
    await this.#server.close();
    for (const feature of this.#features.all) await feature.close?.();
    this.stores.database.close();
    if (this.#removeOnClose) await rm(this.dataFolder, { recursive: true, force: true });
  }

  /** Adds a user with a folder of their own, or changes an existing user's password. */
  async addUser(options: UserOptions): Promise<{ readonly login: string; readonly password: string }> {
    const { tree } = this.#features.content;
    const { users } = this.stores;
    const { login, password = randomBytes(12).toString('base64url') } = options;
    const at = options.at ?? '/workspaces';
    const names = { name: options.name ?? login.replace(/@.*/, ''), surname: options.surname ?? '' };
    await users.save({ login, ...names, superuser: at === '' }, password);
    tree.ensureUserFolder(login);
    tree.grant(at, login, options.role ?? 'guillotina.Reader');
    return { login, password };
  }

  /** Grants a role for a node and everything below it. */
  grant(path: string, login: string, role: Role): void {
    this.#features.content.tree.grant(path, login, role);
  }

  addWorkspace(title: string, id?: string): NodeReference {
    return referenceTo(this.#features.content.tree.addWorkspace(title, id, this.user));
  }

  /** Finds a child of `parent` by its title. */
  find(parent: string, title: string): NodeReference | undefined {
    const { nodes } = this.stores;
    const folder = nodes.byPath(parent);
    const node = folder && nodes.children(folder.id).find((child) => child.title === title);
    return node && referenceTo(node);
  }

  /** @throws Error for an unknown type, or for a sync type that the Datasource type does not support */
  addDatasource(options: DatasourceOptions): NodeReference {
    const { timestamps, datasources } = this.stores;
    const { engine, credentials } = this.#features.sync;
    const { tree } = this.#features.content;
    const type = datasourceType(options.type ?? 'static');
    if (type === undefined) throw new Error(`there is no Datasource type '${options.type ?? ''}'`);
    const sync = options.sync ?? (isFolderType(type) ? 'one' : 'auto');
    if (isFolderType(type) && sync !== 'one')
      throw new Error('type_sync: folder Datasources support one-time syncs only');
    const status = options.status ?? (options.origin === undefined ? 'created' : 'pending');
    const runs = status === 'pending' || status === 'resuming';
    const node = tree.addDatasource(options.parent, {
      ...{ title: options.title, id: options.id, type, sync, origin: options.origin },
      owner: options.owner ?? this.user,
      walletEntry:
        options.credentialsOf === undefined ? undefined : this.#sharedEntry(options.credentialsOf, type),
      paceMs: options.paceMs ?? 0,
      state: { syncStatus: status, ...(runs ? { queuedAt: timestamps.next() } : {}) },
    });
    const walletEntry = datasources.byId(node.id)?.walletEntry;
    if (options.credentialsExpired === true && walletEntry !== undefined) {
      credentials.expire(walletEntry);
    }
    engine.wake();
    return referenceTo(node);
  }

  /** Overwrites the status without starting a run. The new status remains until something else changes it. */
  async setStatus(path: string, syncStatus: string, message?: string): Promise<boolean> {
    const { nodes, datasources } = this.stores;
    const { engine } = this.#features.sync;
    const node = nodes.byPath(path);
    if (!node || !datasources.byId(node.id)) return false;
    await engine.stop(node.id);
    datasources.update(node.id, {
      ...{ syncStatus, syncMessage: message, failureCause: undefined },
      ...{ queuedAt: undefined, nextRun: undefined, runOpen: false },
      ...{ askedRemovals: undefined, confirmedRemovals: undefined },
    });
    engine.wake();
    return true;
  }

  /** Makes the credentials of a Datasource expire, so that its next run stops with an error. */
  expireCredentials(path: string): boolean {
    const { credentials } = this.#features.sync;
    const walletEntry = this.#walletEntryOf(path);
    if (walletEntry === undefined) return false;
    credentials.expire(walletEntry);
    return true;
  }

  /**
   * Renews the credentials of a Datasource. Restarts the syncs that stopped because the credentials had
   * expired.
   */
  refreshCredentials(path: string): boolean {
    const { engine } = this.#features.sync;
    const walletEntry = this.#walletEntryOf(path);
    if (walletEntry === undefined) return false;
    engine.renewCredentials(walletEntry, this.#switches.state.credentialLifetimeSeconds, this.user);
    return true;
  }

  /**
   * Issues a code, as the consent page of a provider does.
   * @param type `@type` of the Datasources
   * @param login The user who gives the consent. Default: the user that the sandbox was started with.
   * @throws Error if the type has no consent page
   */
  consentCode(type: string, login = this.user): string {
    const provider = consentProvider(type);
    if (!provider) throw new Error(`the type '${type}' has no consent page`);
    return this.#features.auth.consents.issue({ login, provider });
  }

  /** Revokes every bearer token issued so far. Requests with a revoked token get 401, as with an expired token. */
  expireTokens(): void {
    this.#features.auth.tokens.endAll();
  }

  get switches(): Switches {
    return this.#switches.state;
  }

  /** The switches in effect for requests of this login. */
  switchesOf(login: string): Switches {
    return this.#switches.of(login);
  }

  /** Changes the given switches, for everybody or for one login. @throws BadSwitch */
  setSwitches(change: SwitchChange, login?: string): void {
    this.#switches.set(change, login);
  }

  /** Requests to the API and the auth server since the last {@link clearRequests}. */
  requests(): readonly LoggedRequest[] {
    return this.#requests.list();
  }

  clearRequests(): void {
    this.#requests.clear();
  }

  /**
   * Sets the retention policy of a Datasource type, or ends the policy if `days` is undefined.
   * @returns Whether the type exists
   */
  setRetention(type: string, days: number | undefined): boolean {
    return this.#features.retention.retention.setPolicy(type, days, this.user);
  }

  /** Resolves when no run is active or queued, all collected Resources are processed and no removal is in progress. */
  async settled(signal?: AbortSignal): Promise<void> {
    const { engine, remover } = this.#features.sync;
    const { pipeline, reindexing } = this.#features.processing;
    const { retention } = this.#features.retention;
    while (![engine, pipeline, reindexing, remover, retention].every(({ idle }) => idle))
      await setTimeout(5, undefined, { signal });
  }

  #controls(clock: Clock): Controls {
    const { users, nodes } = this.stores;
    const { engine } = this.#features.sync;
    const { container, account, user: owner } = this;
    const switches = this.#switches;
    return {
      switches,
      requests: this.#requests,
      events: this.#events,
      overview: new Overview({ ...this.stores, container, account, owner, clock, engine, switches }),
      owner,
      hasUser: (login) => users.byLogin(login) !== undefined,
      sync: (path) => engine.request(nodes.byPath(path)?.id ?? 0, true, this.user),
      refreshCredentials: (path) => this.refreshCredentials(path),
      setStatus: (path, status, message) => this.setStatus(path, status, message),
      expireCredentials: (path) => this.expireCredentials(path),
      expireTokens: () => this.expireTokens(),
      setRetention: (type, days) => this.setRetention(type, days),
    };
  }

  /** @throws Error if no Datasource of this type with credentials is at this path */
  #sharedEntry(path: string, type: string): string {
    const walletEntry = this.#walletEntryOf(path);
    if (walletEntry === undefined || this.stores.nodes.byPath(path)?.type !== type)
      throw new Error(`there are no credentials of a ${type} at ${path}`);
    return walletEntry;
  }

  /** Returns the uid of the wallet entry that the Datasource at a path uses. */
  #walletEntryOf(path: string): string | undefined {
    const { nodes, datasources } = this.stores;
    const node = nodes.byPath(path);
    return node && datasources.byId(node.id)?.walletEntry;
  }
}
