import type { NodePath } from '../../onna/address.ts';
import { isDatasourceType, type Permissions, type WireNode } from '../../onna/wire/node.ts';
import { datasourceFrom, type Datasource } from './datasource.ts';
import { PathIndex } from './pathIndex.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import { inTitleOrder } from './titleOrder.ts';

/** Indexes of a snapshot by path and uid. */
interface Places {
  readonly datasources: PathIndex;
  readonly workspaces: PathIndex;
  readonly workspacesByUid: ReadonlyMap<string, NodePath>;
}

/** Builds the maps of a new snapshot, and records the changes. */
export class SnapshotEdit {
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
  /** Paths of the workspaces in the listing, with their uids if the listing has them. */
  readonly #namedWorkspaces = new Map<NodePath, string | undefined>();
  readonly #namedUids = new Set<string>();
  /** Datasources that moved with their workspace, by new path. */
  readonly #followed = new Map<NodePath, string>();
  readonly #followedIds = new Set<string>();
  readonly workspaceUids: Map<NodePath, string>;
  readonly workspacePermissions: Map<NodePath, Permissions>;
  #places: Places | undefined;
  /** New or renamed Datasources, which may be out of title order. */
  readonly #misplaced = new Set<string>();

  /** @param confirm Called for each Datasource that is listed unchanged. */
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
    this.workspacePermissions = new Map(known.workspacePermissions);
  }

  /** Whether the edit contains no changes. */
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
      if (previous.favorite !== datasource.favorite) this.regrouped = true;
      if (previous.path !== datasource.path || previous.title !== datasource.title) {
        this.regrouped = true;
        this.#misplaced.add(id);
      }
    }
  }

  #putWorkspace({ path, title, uid, permissions }: WireNode): void {
    if (this.workspaces.get(path) !== title) this.regrouped = true;
    this.workspaces.set(path, title);
    if (permissions) {
      const before = this.workspacePermissions.get(path);
      if (JSON.stringify(before) !== JSON.stringify(permissions)) this.regrouped = true;
      this.workspacePermissions.set(path, permissions);
    }
    this.#namedWorkspaces.set(path, uid);
    if (uid === undefined) return;
    this.#namedUids.add(uid);
    this.workspaceUids.set(path, uid);
  }

  /** Moves the Datasources of moved workspaces, because the service need not list those Datasources. */
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
    // A Datasource without a uid has its path as its id.
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
    this.#followedIds.add(id);
  }

  /**
   * Removes a node and everything below it, except nodes in the same listing: those were created again.
   * @param reference A uid or a path.
   * @returns Whether the reference is known.
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
    // Same uid: the workspace still exists or has moved. A different uid: it was created again, without its old
    // contents.
    const uid = this.#known.workspaceUids.get(path);
    if (uid !== undefined && this.#namedUids.has(uid)) return;
    const isNamed = this.#namedWorkspaces.has(path);
    if (isNamed && (uid === undefined || this.#namedWorkspaces.get(path) === undefined)) return;
    for (const id of this.#before().datasources.under(path))
      if (!this.#named.has(id) && !this.#followedIds.has(id)) this.#drop(id);
    for (const at of this.#before().workspaces.under(path))
      if (!this.#namedWorkspaces.has(at)) this.#dropWorkspace(at);
  }

  /**
   * The indexes of the snapshot before the edit. They are needed because a Datasource may now have the former path of
   * another one.
   */
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
    for (const id of this.#followedIds) if (this.datasources.has(id)) this.regrouped = true;
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
    this.workspacePermissions.delete(path);
  }

  /** @param id A known Datasource that is not in the listing. */
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
    // Comparing as JSON is fast enough: there are few lists and records, and they are short.
    return typeof before === 'object' && JSON.stringify(before) === JSON.stringify(after);
  });
}
