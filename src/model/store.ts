import type { OnnaError } from '../onna/errors.ts';
import type { NodePath } from '../onna/address.ts';
import type { Listing } from '../onna/listing.ts';
import { isDatasourceType } from '../onna/wire/node.ts';
import type { WireNode } from '../onna/wire/node.ts';
import type { Connection } from './connection.ts';
import { datasourceFrom } from './datasource.ts';
import type { Datasource } from './datasource.ts';
import { Emitter } from './event.ts';
import type { Disposable, Event } from './event.ts';
import { readSyncStatus } from './syncStatus.ts';
import { inTitleOrder } from './titleOrder.ts';

/** All that is known of one connection. Immutable: every change replaces it whole, so identity tells staleness. */
export interface ConnectionSnapshot {
  readonly connection: Connection;
  /** By {@link Datasource.id}; in the order of their titles. */
  readonly datasources: ReadonlyMap<string, Datasource>;
  /** Titles of workspaces by path. */
  readonly workspaces: ReadonlyMap<NodePath, string>;
  /** What to ask the service for changes since; undefined: ask for everything. */
  readonly since: string | undefined;
  /** When the service last answered, ms since 1970; undefined: never. */
  readonly asOf: number | undefined;
  readonly loading: boolean;
  /** Known from disk only: the service has not answered yet in this window. */
  readonly restored: boolean;
  /** Why the last look failed; what was known before stays. */
  readonly failure: OnnaError | undefined;
}

/** What changed, by {@link Datasource.id}. */
export interface StoreChange {
  readonly connectionId: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** A workspace was renamed, a Datasource moved: the same Datasources stand elsewhere. */
  readonly regrouped: boolean;
  /** The connection itself: it came, went, loads, failed, is up to date. */
  readonly state: boolean;
}

const nothing: Omit<StoreChange, 'connectionId'> = {
  added: [],
  removed: [],
  changed: [],
  regrouped: false,
  state: false,
};

/** The truth about every Datasource, as last told by the service. Everything on screen is a projection of it. */
export class DatasourceStore implements Disposable {
  readonly #snapshots = new Map<string, ConnectionSnapshot>();
  readonly #changes = new Emitter<StoreChange>();
  readonly onDidChange: Event<StoreChange> = this.#changes.event;
  /** What is only expected, and the fact that it stands for. */
  readonly #facts = new WeakMap<Datasource, Datasource>();

  connections(): readonly ConnectionSnapshot[] {
    return [...this.#snapshots.values()];
  }

  get(connectionId: string): ConnectionSnapshot | undefined {
    return this.#snapshots.get(connectionId);
  }

  find(connectionId: string, id: string): Datasource | undefined {
    return this.#snapshots.get(connectionId)?.datasources.get(id);
  }

  /** Begins with what was known the last time, if anything. */
  open(connection: Connection, restored?: Partial<ConnectionSnapshot>): void {
    if (this.#snapshots.has(connection.id)) return;
    const known = restored?.datasources ?? new Map<string, Datasource>();
    this.#snapshots.set(connection.id, {
      workspaces: new Map(),
      since: undefined,
      asOf: undefined,
      loading: false,
      restored: restored !== undefined,
      failure: undefined,
      ...restored,
      // Another language sorts in another way than the one it was saved in.
      datasources: inTitleOrder(known, new Set(known.keys())),
      connection,
    });
    this.#fire(connection.id, { state: true });
  }

  close(connectionId: string): void {
    if (!this.#snapshots.delete(connectionId)) return;
    this.#fire(connectionId, { state: true });
  }

  startLoading(connectionId: string): void {
    const known = this.#snapshots.get(connectionId);
    if (!known || known.loading) return;
    this.#snapshots.set(connectionId, { ...known, loading: true });
    // Only a first load is worth showing: a poll that finds nothing must change nothing on screen.
    if (known.asOf === undefined) this.#fire(connectionId, { state: true });
  }

  fail(connectionId: string, failure: OnnaError): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    this.#snapshots.set(connectionId, { ...known, loading: false, failure });
    this.#fire(connectionId, { state: true });
  }

  /** Ends a load without a word: it was cancelled. */
  stopLoading(connectionId: string): void {
    const known = this.#snapshots.get(connectionId);
    if (known?.loading) this.#snapshots.set(connectionId, { ...known, loading: false });
  }

  /**
   * Takes in a listing.
   * @param complete It lists everything: what it doesn't name is gone.
   * @param now ms since 1970.
   */
  applyListing(connectionId: string, listing: Listing, complete: boolean, now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    const stateChanged = known.failure !== undefined || known.asOf === undefined || known.restored;
    const next = {
      ...known,
      since: listing.since ?? known.since,
      asOf: now,
      loading: false,
      restored: false,
      failure: undefined,
    };
    if (!complete && listing.nodes.length === 0 && listing.deleted.length === 0) {
      this.#snapshots.set(connectionId, next);
      if (stateChanged) this.#fire(connectionId, { state: true });
      return;
    }
    const edit = new SnapshotEdit(known, complete, now, this.#confirm);
    for (const node of listing.nodes) edit.put(node);
    for (const reference of listing.deleted) edit.remove(reference);
    edit.finish();
    if (edit.isEmpty) {
      this.#snapshots.set(connectionId, next);
      if (stateChanged) this.#fire(connectionId, { state: true });
      return;
    }
    this.#snapshots.set(connectionId, {
      ...next,
      datasources: edit.datasources,
      workspaces: edit.workspaces,
    });
    this.#fire(connectionId, {
      added: [...edit.added],
      removed: [...edit.removed],
      changed: [...edit.changed],
      regrouped: edit.regrouped,
      state: stateChanged,
    });
  }

  /** Takes in nodes that were read one by one. */
  applyNodes(connectionId: string, nodes: readonly WireNode[], now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known || nodes.length === 0) return;
    const edit = new SnapshotEdit(known, false, now, this.#confirm);
    for (const node of nodes) if (known.datasources.has(node.uid ?? node.path)) edit.put(node);
    if (edit.changed.size === 0) return;
    edit.finish();
    this.#snapshots.set(connectionId, { ...known, datasources: edit.datasources });
    this.#fire(connectionId, { changed: [...edit.changed], regrouped: edit.regrouped });
  }

  /**
   * Shows `status` at once, until the service tells what is true.
   * @returns Shows again what the service told last, unless a fact came meanwhile: for when it refused.
   */
  expect(connectionId: string, id: string, status: string): () => void {
    const before = this.find(connectionId, id);
    if (!before || before.rawStatus === status) return () => undefined;
    const expected = { ...before, rawStatus: status, status: readSyncStatus(status) };
    // What another action expects is no fact to come back to.
    this.#facts.set(expected, this.#facts.get(before) ?? before);
    this.#replace(connectionId, expected);
    return () => {
      const fact = this.#facts.get(expected);
      if (fact && this.find(connectionId, id) === expected) this.#replace(connectionId, fact);
    };
  }

  /** The service tells the same: what was expected is a fact. */
  readonly #confirm = (datasource: Datasource): void => {
    this.#facts.delete(datasource);
  };

  dispose(): void {
    this.#changes.dispose();
    this.#snapshots.clear();
  }

  #replace(connectionId: string, datasource: Datasource): void {
    const known = this.#snapshots.get(connectionId);
    if (!known?.datasources.has(datasource.id)) return;
    const datasources = new Map(known.datasources).set(datasource.id, datasource);
    this.#snapshots.set(connectionId, { ...known, datasources });
    this.#fire(connectionId, { changed: [datasource.id] });
  }

  #fire(connectionId: string, change: Partial<StoreChange>): void {
    this.#changes.fire({ connectionId, ...nothing, ...change });
  }
}

/** A new snapshot's maps, and what they change. The old maps are copied only when something does change. */
class SnapshotEdit {
  readonly added = new Set<string>();
  readonly removed = new Set<string>();
  readonly changed = new Set<string>();
  regrouped = false;
  datasources: Map<string, Datasource>;
  workspaces: Map<NodePath, string>;
  readonly #known: ConnectionSnapshot;
  readonly #complete: boolean;
  readonly #now: number;
  readonly #confirm: (datasource: Datasource) => void;
  readonly #named = new Set<string>();
  #idsByPath: Map<NodePath, string[]> | undefined;
  /** New, or of another title: they stand where they don't belong. */
  readonly #misplaced = new Set<string>();

  /** @param confirm Told of each that is as it was known. */
  constructor(
    known: ConnectionSnapshot,
    complete: boolean,
    now: number,
    confirm: (datasource: Datasource) => void,
  ) {
    this.#known = known;
    this.#confirm = confirm;
    this.#complete = complete;
    this.#now = now;
    this.datasources = new Map(known.datasources);
    this.workspaces = new Map(known.workspaces);
  }

  /** Whether nothing is other than before. */
  get isEmpty(): boolean {
    return this.added.size + this.removed.size + this.changed.size === 0 && !this.regrouped;
  }

  put(node: WireNode): void {
    if (node.type === 'Workspace') {
      if (this.workspaces.get(node.path) !== node.title) this.regrouped = true;
      this.workspaces.set(node.path, node.title);
      this.#named.add(node.path);
    } else if (isDatasourceType(node.type)) {
      const id = node.uid ?? node.path;
      const previous = this.#known.datasources.get(id);
      const datasource = datasourceFrom(node, previous, this.#now);
      this.#named.add(id);
      if (previous && sameDatasource(previous, datasource)) {
        this.#confirm(previous);
        return;
      }
      this.datasources.set(id, datasource);
      if (!previous) {
        this.added.add(id);
        this.#misplaced.add(id);
        return;
      }
      this.changed.add(id);
      if (previous.path !== datasource.path || previous.title !== datasource.title) {
        this.regrouped = true;
        this.#misplaced.add(id);
      }
    }
  }

  /** What is named and deleted in one listing has come anew: it stays. */
  remove(reference: string): void {
    for (const id of [reference, ...this.#idsAt(reference)])
      if (this.datasources.has(id) && !this.#named.has(id)) this.#drop(id);
    if (!this.#named.has(reference) && this.workspaces.delete(reference)) this.regrouped = true;
  }

  /** Ids of those that stood at a path before: where one has taken another's place, several. */
  #idsAt(path: NodePath): readonly string[] {
    if (!this.#idsByPath) {
      this.#idsByPath = new Map();
      for (const { id, path: at } of this.#known.datasources.values()) {
        const ids = this.#idsByPath.get(at);
        if (ids) ids.push(id);
        else this.#idsByPath.set(at, [id]);
      }
    }
    return this.#idsByPath.get(path) ?? [];
  }

  finish(): void {
    if (this.#complete) this.#dropUnnamed();
    if (this.#misplaced.size > 0) this.datasources = inTitleOrder(this.datasources, this.#misplaced);
  }

  #dropUnnamed(): void {
    for (const id of this.#known.datasources.keys()) if (!this.#named.has(id)) this.#drop(id);
    for (const path of this.#known.workspaces.keys()) {
      if (!this.#named.has(path) && this.workspaces.delete(path)) this.regrouped = true;
    }
  }

  /** @param id Of one that was known, and is not named. */
  #drop(id: string): void {
    if (this.datasources.delete(id)) this.removed.add(id);
  }
}

function sameDatasource(left: Datasource, right: Datasource): boolean {
  const names = Object.keys(left) as (keyof Datasource)[];
  return names.every((name) => {
    const [before, after] = [left[name], right[name]];
    if (before === after) return true;
    // Lists and records are few and short.
    return typeof before === 'object' && JSON.stringify(before) === JSON.stringify(after);
  });
}
