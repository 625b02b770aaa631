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
import { PathIndex } from './pathIndex.ts';
import { ReadLog } from './readLog.ts';
import { readSyncStatus } from './syncStatus.ts';
import { inTitleOrder } from './titleOrder.ts';

/** All that is known of one connection. Immutable: every change replaces it whole, so identity tells staleness. */
export interface ConnectionSnapshot {
  readonly connection: Connection;
  /** By {@link Datasource.id}; in the order of their titles. */
  readonly datasources: ReadonlyMap<string, Datasource>;
  /** Titles of workspaces by path. */
  readonly workspaces: ReadonlyMap<NodePath, string>;
  /** Their uids, as far as the service tells them: a deletion may name a workspace by its uid alone. */
  readonly workspaceUids: ReadonlyMap<NodePath, string>;
  /** Items of the list that could not be read and are not shown. */
  readonly unreadable: number;
  /** Uids that the last listing names as deleted and of which nothing is known: perhaps of a folder of Datasources. */
  readonly unplaced: readonly string[];
  /** When each Datasource was read by itself, where the list leaves its status out. The one part that changes in place. */
  readonly readLog: ReadLog;
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
      workspaceUids: new Map(),
      unreadable: 0,
      unplaced: [],
      readLog: new ReadLog(),
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
    // The items that a list of everything lacks, a list of changes does not name again.
    const unreadable = listing.everything
      ? listing.unreadable
      : Math.max(known.unreadable, listing.unreadable);
    const stateChanged =
      known.failure !== undefined ||
      known.asOf === undefined ||
      known.restored ||
      known.unreadable !== unreadable;
    const next = {
      ...known,
      since: listing.since ?? known.since,
      asOf: now,
      loading: false,
      restored: false,
      failure: undefined,
      unreadable,
      unplaced: [] as readonly string[],
    };
    if (!complete && listing.nodes.length === 0 && listing.deleted.length === 0) {
      this.#snapshots.set(connectionId, next);
      if (stateChanged) this.#fire(connectionId, { state: true });
      return;
    }
    const edit = new SnapshotEdit(known, complete, now, this.#confirm);
    for (const node of listing.nodes) edit.put(node);
    if (!complete) edit.followWorkspaces();
    next.unplaced = listing.deleted.filter((reference) => !edit.remove(reference) && !complete);
    edit.finish();
    const { workspaceUids } = edit;
    if (edit.isEmpty) {
      this.#snapshots.set(connectionId, { ...next, workspaceUids });
      if (stateChanged) this.#fire(connectionId, { state: true });
      return;
    }
    this.#snapshots.set(connectionId, {
      ...next,
      datasources: edit.datasources,
      workspaces: edit.workspaces,
      workspaceUids,
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
    for (const node of nodes) {
      known.readLog.note(node.uid ?? node.path, 'read', now);
      if (known.datasources.has(node.uid ?? node.path)) edit.put(node);
      // A list without uids knows it by its path.
      else if (known.datasources.has(node.path)) edit.put({ ...node, uid: undefined });
    }
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

/** Where everything stands in a snapshot. */
interface Places {
  readonly datasources: PathIndex;
  readonly workspaces: PathIndex;
  readonly workspacesByUid: ReadonlyMap<string, NodePath>;
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
  /** Paths of the workspaces that the listing names, with their uids where it tells them. */
  readonly #namedWorkspaces = new Map<NodePath, string | undefined>();
  readonly #namedUids = new Set<string>();
  /** Datasources that have moved with their workspace, by their new paths. */
  readonly #followed = new Map<NodePath, string>();
  readonly workspaceUids: Map<NodePath, string>;
  #places: Places | undefined;
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
    this.workspaceUids = new Map(known.workspaceUids);
  }

  /** Whether nothing is other than before. */
  get isEmpty(): boolean {
    return this.added.size + this.removed.size + this.changed.size === 0 && !this.regrouped;
  }

  put(node: WireNode): void {
    if (node.type === 'Workspace') {
      this.#putWorkspace(node);
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

  #putWorkspace({ path, title, uid }: WireNode): void {
    if (this.workspaces.get(path) !== title) this.regrouped = true;
    this.workspaces.set(path, title);
    this.#namedWorkspaces.set(path, uid);
    if (uid === undefined) return;
    this.#namedUids.add(uid);
    this.workspaceUids.set(path, uid);
  }

  /** A workspace that is listed at another path has taken its Datasources along, whether they are listed or not. */
  followWorkspaces(): void {
    for (const [path, uid] of this.#namedWorkspaces) {
      const from = uid === undefined ? undefined : this.#before().workspacesByUid.get(uid);
      if (from === undefined || from === path) continue;
      if (!this.#namedWorkspaces.has(from)) this.#dropWorkspace(from);
      for (const id of this.#before().datasources.under(from)) {
        const datasource = this.#known.datasources.get(id);
        if (datasource && !this.#named.has(id)) this.#follow(datasource, from, path);
      }
    }
  }

  #follow(datasource: Datasource, from: NodePath, to: NodePath): void {
    const path = to + datasource.path.slice(from.length);
    const parentPath = to + datasource.parentPath.slice(from.length);
    // Without a uid it goes by its path.
    const id = datasource.id === datasource.path ? path : datasource.id;
    if (id !== datasource.id) {
      this.#drop(datasource.id);
      if (this.#named.has(id)) return;
      this.added.add(id);
    } else {
      this.changed.add(id);
    }
    this.datasources.set(id, { ...datasource, id, path, parentPath });
    this.#misplaced.add(id);
    this.#followed.set(path, id);
  }

  /**
   * Removes a node with everything below it. A node that the same listing names has come anew: it stays.
   * @param reference A uid, or a path.
   * @returns Whether it is known what was removed.
   */
  remove(reference: string): boolean {
    if (!reference.startsWith('/')) {
      if (this.#known.datasources.has(reference)) {
        if (!this.#named.has(reference)) this.#drop(reference);
        return true;
      }
      const path = this.#before().workspacesByUid.get(reference);
      if (path === undefined) return this.#named.has(reference) || this.#namedUids.has(reference);
      this.#removeAt(path);
      return true;
    }
    const followed = this.#followed.get(reference);
    if (followed !== undefined) this.#drop(followed);
    this.#removeAt(reference);
    return true;
  }

  #removeAt(path: NodePath): void {
    // Under the same uid it is the same workspace, or one that moved; under another uid it was made anew, and empty.
    const uid = this.#known.workspaceUids.get(path);
    if (uid !== undefined && this.#namedUids.has(uid)) return;
    const isNamed = this.#namedWorkspaces.has(path);
    if (isNamed && (uid === undefined || this.#namedWorkspaces.get(path) === undefined)) return;
    const followed = new Set(this.#followed.values());
    for (const id of this.#before().datasources.under(path))
      if (!this.#named.has(id) && !followed.has(id)) this.#drop(id);
    for (const at of this.#before().workspaces.under(path))
      if (!this.#namedWorkspaces.has(at)) this.#dropWorkspace(at);
  }

  /** Where everything stood before: a Datasource may have taken another's place. */
  #before(): Places {
    return (this.#places ??= {
      datasources: new PathIndex(
        [...this.#known.datasources.values()].map(({ id, path }) => [id, path] as const),
      ),
      workspaces: new PathIndex([...this.#known.workspaces.keys()].map((path) => [path, path] as const)),
      workspacesByUid: new Map([...this.#known.workspaceUids].map(([path, uid]) => [uid, path])),
    });
  }

  finish(): void {
    if (this.#complete) this.#dropUnnamed();
    for (const id of this.#followed.values()) if (this.datasources.has(id)) this.regrouped = true;
    if (this.#misplaced.size > 0) this.datasources = inTitleOrder(this.datasources, this.#misplaced);
  }

  #dropUnnamed(): void {
    for (const id of this.#known.datasources.keys()) if (!this.#named.has(id)) this.#drop(id);
    for (const path of this.#known.workspaces.keys())
      if (!this.#namedWorkspaces.has(path)) this.#dropWorkspace(path);
  }

  #dropWorkspace(path: NodePath): void {
    if (this.workspaces.delete(path)) this.regrouped = true;
    this.workspaceUids.delete(path);
  }

  /** @param id Of one that was known, and is not named. */
  #drop(id: string): void {
    if (!this.datasources.delete(id)) return;
    if (!this.added.delete(id)) this.removed.add(id);
    this.changed.delete(id);
    this.#misplaced.delete(id);
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
