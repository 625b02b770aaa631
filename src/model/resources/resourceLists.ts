import type { NodePath } from '../../onna/address.ts';
import { ChildrenWalk } from '../../onna/childrenWalk.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import type { Datasource } from '../datasources/datasource.ts';
import { Emitter, Owner, type Event } from '../../base/event.ts';
import { ExceptionWalk } from './exceptionWalk.ts';
import { ResourceList, type ResourceListChange } from './resourceList.ts';
import type { DatasourceStore, StoreChange } from '../datasources/datasourceStore.ts';

/** A change to one of the Resource lists. */
export interface ResourceListsChange {
  readonly connectionId: string;
  readonly datasourceId: string;
  readonly change: ResourceListChange;
}

/** A Datasource whose list of exceptions was loaded or closed. */
export type ExceptionsChange = Omit<ResourceListsChange, 'change'>;

/** Exceptions per request. Larger than the tree's default page size, so that marking the rows takes few requests. */
const exceptionPageSize = 500;
/** Maximum pages of exceptions that are requested only to mark rows. */
const maxMarkPages = 2;

/** The lists of one Datasource, each created on first use. */
interface OpenDatasource {
  /** The path that the Datasource had when its first list was opened. */
  readonly path: NodePath;
  /** A later sync makes the lists stale. */
  lastSync: number | undefined;
  all: ResourceList | undefined;
  exceptions: ResourceList | undefined;
}

function keyOf(connectionId: string, datasourceId: string): string {
  return `${connectionId}/${datasourceId}`;
}

/**
 * The open Resource lists: for each Datasource, all Resources, and those with exceptions. The tree shows one of the two.
 * The lists are closed when their Datasource is removed or moved.
 */
export class ResourceLists extends Owner {
  readonly #store: DatasourceStore;
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #pageSize: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #opened = new Map<string, OpenDatasource>();
  /** The Datasources of which only the Resources with exceptions are shown. */
  readonly #exceptionsOnly = new Set<string>();
  readonly #changes = this.register(new Emitter<ResourceListsChange>());
  /** Fires when a list that the tree shows has changed. */
  readonly onDidChange: Event<ResourceListsChange> = this.#changes.event;
  readonly #exceptionChanges = this.register(new Emitter<ExceptionsChange>());
  /** Fires before {@link onDidChange} when exceptions were loaded, even if the tree does not show them. */
  readonly onDidChangeExceptions: Event<ExceptionsChange> = this.#exceptionChanges.event;

  constructor(options: {
    store: DatasourceStore;
    client: (connectionId: string) => Promise<OnnaClient>;
    clock: Clock;
    pageSize: () => number;
    /** Called with errors of background loads, except those that the rows show. */
    onError?: (error: unknown) => void;
  }) {
    super();
    this.#store = options.store;
    this.#client = options.client;
    this.#clock = options.clock;
    this.#pageSize = options.pageSize;
    this.#onError = options.onError ?? (() => undefined);
    this.register(this.#store.onDidChange((change) => this.#follow(change)));
    this.register({ dispose: () => this.#opened.forEach((lists) => disposeOf(lists)) });
  }

  /** The list of a Datasource that the tree shows, created on first use. */
  of(connectionId: string, datasource: Datasource): ResourceList {
    return this.isExceptionsOnly(connectionId, datasource.id)
      ? this.#exceptionsOf(connectionId, datasource)
      : this.#allOf(connectionId, datasource);
  }

  /** The list of a Datasource that the tree shows, if it is open. */
  opened(connectionId: string, datasourceId: string): ResourceList | undefined {
    const lists = this.#opened.get(keyOf(connectionId, datasourceId));
    return this.isExceptionsOnly(connectionId, datasourceId) ? lists?.exceptions : lists?.all;
  }

  /** The Resources with exceptions, if they were requested. */
  openedExceptions(connectionId: string, datasourceId: string): ResourceList | undefined {
    return this.#opened.get(keyOf(connectionId, datasourceId))?.exceptions;
  }

  /** Whether the tree shows only the Resources with exceptions. */
  isExceptionsOnly(connectionId: string, datasourceId: string): boolean {
    return this.#exceptionsOnly.has(keyOf(connectionId, datasourceId));
  }

  /** Shows only the Resources with exceptions, or all Resources. Loads no rows: the tree requests them. */
  setExceptionsOnly(connectionId: string, datasourceId: string, isOn: boolean): void {
    if (isOn === this.isExceptionsOnly(connectionId, datasourceId)) return;
    const key = keyOf(connectionId, datasourceId);
    const lists = this.#opened.get(key);
    if (isOn && lists?.exceptions?.failure) {
      // Do not show the failure of a background load. A new list will try again.
      lists.exceptions.dispose();
      lists.exceptions = undefined;
    }
    if (isOn) this.#exceptionsOnly.add(key);
    else this.#exceptionsOnly.delete(key);
    this.#changes.fire({ connectionId, datasourceId, change: 'whole' });
  }

  /**
   * Loads the first exceptions in the background, or loads them again. Sends no request during the server's
   * `Retry-After`.
   */
  async findExceptions(connectionId: string, datasourceId: string): Promise<void> {
    if (await this.#isPaused(connectionId)) return;
    const datasource = this.#store.find(connectionId, datasourceId);
    if (!datasource || this.isDisposed) return;
    const list = this.#exceptionsOf(connectionId, datasource);
    if (list.started) await list.refresh();
    for (let page = Math.ceil(list.children.length / list.pageSize); page < maxMarkPages; page++)
      if (!list.done && !list.failure) await list.loadMore();
  }

  #allOf(connectionId: string, datasource: Datasource): ResourceList {
    const lists = this.#listsOf(connectionId, datasource);
    if (lists.all) return lists.all;
    const client = (): Promise<OnnaClient> => this.#client(connectionId);
    const pageSize = this.#pageSize();
    const knownCount = (): number | undefined => this.#store.find(connectionId, datasource.id)?.resourceCount;
    const list = new ResourceList(
      pageSize,
      () => new ChildrenWalk(client, this.#clock, lists.path, pageSize, knownCount),
    );
    this.#forward(connectionId, datasource.id, list);
    return (lists.all = list);
  }

  #exceptionsOf(connectionId: string, datasource: Datasource): ResourceList {
    const lists = this.#listsOf(connectionId, datasource);
    if (lists.exceptions) return lists.exceptions;
    const client = (): Promise<OnnaClient> => this.#client(connectionId);
    const list = new ResourceList(
      exceptionPageSize,
      () => new ExceptionWalk(client, lists.path, exceptionPageSize),
    );
    const datasourceId = datasource.id;
    list.onDidLoad(() => this.#exceptionChanges.fire({ connectionId, datasourceId }));
    this.#forward(connectionId, datasourceId, list);
    return (lists.exceptions = list);
  }

  #listsOf(connectionId: string, { id, path, lastResult }: Datasource): OpenDatasource {
    const key = keyOf(connectionId, id);
    let lists = this.#opened.get(key);
    if (!lists) {
      lists = { path, lastSync: lastResult?.at, all: undefined, exceptions: undefined };
      this.#opened.set(key, lists);
    }
    return lists;
  }

  /** Forwards the changes of a list while the tree shows it. */
  #forward(connectionId: string, datasourceId: string, list: ResourceList): void {
    list.onDidChange((change) => {
      if (list === this.opened(connectionId, datasourceId))
        this.#changes.fire({ connectionId, datasourceId, change });
    });
  }

  #follow({ connectionId, changed, removed, state }: StoreChange): void {
    if (state) this.#retrySignedOut(connectionId);
    for (const id of removed) this.#forget(connectionId, id);
    if (!this.#store.get(connectionId)) {
      const start = keyOf(connectionId, '');
      for (const key of new Set([...this.#opened.keys(), ...this.#exceptionsOnly]))
        if (key.startsWith(start)) this.#forget(connectionId, key.slice(start.length));
      return;
    }
    for (const id of changed) {
      const lists = this.#opened.get(keyOf(connectionId, id));
      const datasource = this.#store.find(connectionId, id);
      if (!lists || !datasource) continue;
      // The Datasource has moved, so its old path no longer exists.
      if (datasource.path !== lists.path) this.#close(connectionId, id);
      else if (datasource.status === 'synced') this.#syncedAgain(connectionId, lists, datasource);
    }
  }

  /** After a new sign-in, retries loads that failed because the user was signed out. */
  #retrySignedOut(connectionId: string): void {
    const snapshot = this.#store.get(connectionId);
    if (!snapshot || snapshot.failure) return;
    for (const [key, lists] of this.#opened) {
      if (!key.startsWith(keyOf(connectionId, ''))) continue;
      for (const list of [lists.all, lists.exceptions])
        if (list?.failure?.failure.kind === 'signedOut') list.loadMore().catch(this.#onError);
    }
  }

  #syncedAgain(connectionId: string, lists: OpenDatasource, { lastResult }: Datasource): void {
    if (lastResult?.at === lists.lastSync) return;
    lists.lastSync = lastResult?.at;
    for (const list of [lists.all, lists.exceptions]) if (list) this.#outdated(connectionId, list);
  }

  #outdated(connectionId: string, list: ResourceList): void {
    // Reloading one page is cheap. The user decides whether to reload more pages.
    if (list.children.length <= list.pageSize) this.#reload(connectionId, list).catch(this.#onError);
    else list.markStale();
  }

  /** A background reload. During the server's `Retry-After`, the list is only marked stale. */
  async #reload(connectionId: string, list: ResourceList): Promise<void> {
    if (await this.#isPaused(connectionId)) list.markStale();
    else await list.refresh();
  }

  /** Whether the server has requested a pause. */
  async #isPaused(connectionId: string): Promise<boolean> {
    const client = await this.#client(connectionId).catch(() => undefined);
    return client !== undefined && client.pause.remainingMs() > 0;
  }

  /** Closes the lists of a Datasource that is gone. */
  #forget(connectionId: string, datasourceId: string): void {
    this.#exceptionsOnly.delete(keyOf(connectionId, datasourceId));
    this.#close(connectionId, datasourceId);
  }

  #close(connectionId: string, datasourceId: string): void {
    const key = keyOf(connectionId, datasourceId);
    const lists = this.#opened.get(key);
    if (!lists) return;
    this.#opened.delete(key);
    disposeOf(lists);
    if (lists.exceptions) this.#exceptionChanges.fire({ connectionId, datasourceId });
  }
}

function disposeOf({ all, exceptions }: OpenDatasource): void {
  all?.dispose();
  exceptions?.dispose();
}
