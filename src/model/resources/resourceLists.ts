import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { Clock } from '../../base/clock.ts';
import type { Datasource } from '../datasources/datasource.ts';
import { Emitter, Owner, type Event } from '../../base/event.ts';
import { ResourceList, type ResourceListChange } from './resourceList.ts';
import type { DatasourceStore, StoreChange } from '../datasources/datasourceStore.ts';

/** A change to one of the Resource lists. */
export interface ResourceListsChange {
  readonly connectionId: string;
  readonly datasourceId: string;
  readonly change: ResourceListChange;
}

/** The open Resource lists. A list is closed when its Datasource is removed or moved. */
export class ResourceLists extends Owner {
  readonly #store: DatasourceStore;
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #clock: Clock;
  readonly #pageSize: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #lists = new Map<string, ResourceList>();
  /** The last sync of each open Datasource. A later sync makes its list stale. */
  readonly #lastSyncs = new Map<string, number | undefined>();
  /** The path that each open Datasource had when its list was opened. */
  readonly #paths = new Map<string, NodePath>();
  readonly #changes = this.register(new Emitter<ResourceListsChange>());
  readonly onDidChange: Event<ResourceListsChange> = this.#changes.event;

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
    this.register({ dispose: () => this.#lists.forEach((list) => list.dispose()) });
  }

  /** The list of a Datasource, created on first use. */
  of(connectionId: string, datasource: Datasource): ResourceList {
    const key = `${connectionId}/${datasource.id}`;
    let list = this.#lists.get(key);
    if (!list) {
      list = new ResourceList({
        path: datasource.path,
        pageSize: this.#pageSize(),
        client: () => this.#client(connectionId),
        clock: this.#clock,
        knownCount: () => this.#store.find(connectionId, datasource.id)?.resourceCount,
      });
      this.#lists.set(key, list);
      this.#paths.set(key, datasource.path);
      this.#lastSyncs.set(key, datasource.lastResult?.at);
      const { id: datasourceId } = datasource;
      list.onDidChange((change) => this.#changes.fire({ connectionId, datasourceId, change }));
    }
    return list;
  }

  /** The list of a Datasource, if it is open. */
  opened(connectionId: string, datasourceId: string): ResourceList | undefined {
    return this.#lists.get(`${connectionId}/${datasourceId}`);
  }

  #follow({ connectionId, changed, removed, state }: StoreChange): void {
    if (state) this.#retrySignedOut(connectionId);
    for (const id of removed) this.#close(`${connectionId}/${id}`);
    if (!this.#store.get(connectionId)) {
      for (const key of this.#lists.keys()) if (key.startsWith(`${connectionId}/`)) this.#close(key);
      return;
    }
    for (const id of changed) {
      const key = `${connectionId}/${id}`;
      const list = this.#lists.get(key);
      const datasource = this.#store.find(connectionId, id);
      // The Datasource has moved, so there is nothing left to load at its old path.
      if (list && datasource && datasource.path !== this.#paths.get(key)) this.#close(key);
      else if (list && datasource?.status === 'synced') this.#syncedAgain(connectionId, list, datasource);
    }
  }

  /** After a new sign-in, retries loads that failed because the user was signed out. */
  #retrySignedOut(connectionId: string): void {
    const snapshot = this.#store.get(connectionId);
    if (!snapshot || snapshot.failure) return;
    for (const [key, list] of this.#lists) {
      if (key.startsWith(`${connectionId}/`) && list.failure?.failure.kind === 'signedOut')
        list.loadMore().catch(this.#onError);
    }
  }

  #syncedAgain(connectionId: string, list: ResourceList, datasource: Datasource): void {
    const key = `${connectionId}/${datasource.id}`;
    const at = datasource.lastResult?.at;
    if (at === this.#lastSyncs.get(key)) return;
    this.#lastSyncs.set(key, at);
    // Reloading one page is cheap. The user decides whether to reload more pages.
    if (list.children.length <= list.pageSize) this.#reload(connectionId, list).catch(this.#onError);
    else list.markStale();
  }

  /** A background reload. During the server's `Retry-After`, the list is only marked stale. */
  async #reload(connectionId: string, list: ResourceList): Promise<void> {
    const client = await this.#client(connectionId).catch(() => undefined);
    if (client && client.pause.remainingMs() > 0) list.markStale();
    else await list.refresh();
  }

  #close(key: string): void {
    this.#lists.get(key)?.dispose();
    this.#lists.delete(key);
    this.#lastSyncs.delete(key);
    this.#paths.delete(key);
  }
}
