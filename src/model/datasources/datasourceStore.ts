import type { OnnaError } from '../../onna/errors.ts';
import type { Listing } from '../../onna/listing.ts';
import type { NodePath } from '../../onna/address.ts';
import type { WireNode } from '../../onna/wire/node.ts';
import type { Connection } from '../accounts/connection.ts';
import type { Datasource } from './datasource.ts';
import { Emitter, type Disposable, type Event } from '../../base/event.ts';
import { ReadLog } from './readLog.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import { SnapshotEdit } from './snapshotEdit.ts';
import { expectedState, type ExpectedChange } from './expectedChange.ts';
import { inTitleOrder } from './titleOrder.ts';

/** A change of a connection's data. Datasources are listed by {@link Datasource.id}. */
export interface StoreChange {
  readonly connectionId: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Whether the grouping changed: a workspace was renamed, or a Datasource was moved. */
  readonly regrouped: boolean;
  /** Whether the connection itself changed: it was added or removed, or is now loading, failed or up to date. */
  readonly state: boolean;
}

/** The service reported the status that was expected after an action. */
export interface StatusConfirmation {
  readonly connectionId: string;
  readonly datasource: Datasource;
}

const nothing: Omit<StoreChange, 'connectionId'> = {
  added: [],
  removed: [],
  changed: [],
  regrouped: false,
  state: false,
};

/** The last known state of every Datasource. Everything on screen is derived from it. */
export class DatasourceStore implements Disposable {
  readonly #snapshots = new Map<string, ConnectionSnapshot>();
  readonly #changes = new Emitter<StoreChange>();
  readonly onDidChange: Event<StoreChange> = this.#changes.event;
  readonly #confirmations = new Emitter<StatusConfirmation>();
  /**
   * Fires when the service reports exactly the expected state. Then nothing else changes, so {@link onDidChange} does
   * not fire.
   */
  readonly onDidConfirm: Event<StatusConfirmation> = this.#confirmations.event;
  /** Maps each Datasource that shows an expected state to the state that the service last reported. */
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

  /**
   * Adds a connection, with its data from the last session if there is any.
   * @param restored Its Datasources must be in title order.
   */
  open(connection: Connection, restored?: Partial<ConnectionSnapshot>): void {
    if (this.#snapshots.has(connection.id)) return;
    this.#snapshots.set(connection.id, {
      workspaces: new Map(),
      workspaceUids: new Map(),
      workspacePermissions: new Map(),
      unreadable: 0,
      unplaced: [],
      readLog: new ReadLog(),
      since: undefined,
      asOf: undefined,
      loading: false,
      restored: restored !== undefined,
      failure: undefined,
      datasources: new Map(),
      ...restored,
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
    // Only the first load is shown: a poll without news must not change the screen.
    if (known.asOf === undefined) this.#fire(connectionId, { state: true });
  }

  fail(connectionId: string, failure: OnnaError): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    this.#snapshots.set(connectionId, { ...known, loading: false, failure });
    this.#fire(connectionId, { state: true });
  }

  /** Ends a cancelled load without firing an event. */
  stopLoading(connectionId: string): void {
    const known = this.#snapshots.get(connectionId);
    if (known?.loading) this.#snapshots.set(connectionId, { ...known, loading: false });
  }

  /**
   * Applies a listing.
   * @param complete Whether the listing contains every Datasource. If so, any other Datasource is gone.
   * @param now ms since 1970.
   */
  applyListing(connectionId: string, listing: Listing, complete: boolean, now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    // A list of changes does not repeat the unreadable items of a full list.
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
    const edit = new SnapshotEdit(known, complete, now, (same) => this.#confirm(connectionId, same));
    for (const node of listing.nodes) edit.put(node);
    if (!complete) edit.followWorkspaces();
    next.unplaced = listing.deleted.filter((reference) => !edit.remove(reference) && !complete);
    edit.finish();
    this.#commit(next, edit, stateChanged);
  }

  /** Applies the result of the user's own action: a node that was created, changed or moved, and then read. */
  put(connectionId: string, node: WireNode, now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    // If the list has no uids, Datasources are known by their paths.
    const isByPath = [...known.datasources.values()].some(({ id, path }) => id === path);
    const edit = new SnapshotEdit(known, false, now, (same) => this.#confirm(connectionId, same));
    edit.put(isByPath ? { ...node, uid: undefined } : node);
    edit.followWorkspaces();
    edit.finish();
    this.#commit(known, edit, false);
  }

  /** Removes a node that the user has deleted or moved away, and everything below it. */
  remove(connectionId: string, path: NodePath, now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    const edit = new SnapshotEdit(known, false, now, () => undefined);
    edit.remove(path);
    edit.finish();
    this.#commit(known, edit, false);
  }

  /** Applies nodes that were read individually. */
  applyNodes(connectionId: string, nodes: readonly WireNode[], now: number): void {
    const known = this.#snapshots.get(connectionId);
    if (!known || nodes.length === 0) return;
    const edit = new SnapshotEdit(known, false, now, (same) => this.#confirm(connectionId, same));
    for (const node of nodes) {
      known.readLog.note(node.uid ?? node.path, 'read', now);
      if (known.datasources.has(node.uid ?? node.path)) edit.put(node);
      // If the list has no uids, the id of a Datasource is its path.
      else if (known.datasources.has(node.path)) edit.put({ ...node, uid: undefined });
    }
    if (edit.changed.size === 0) return;
    edit.finish();
    this.#snapshots.set(connectionId, { ...known, datasources: edit.datasources });
    this.#fire(connectionId, { changed: [...edit.changed], regrouped: edit.regrouped });
  }

  /** Shows a new status at once. See {@link expectChange}. */
  expect(connectionId: string, id: string, status: string): () => void {
    return this.expectChange(connectionId, id, { status });
  }

  /**
   * Shows a change at once, until the service reports the actual state.
   * @returns A rollback to call if the service refuses. It restores the last reported state, unless a newer one has
   * arrived.
   */
  expectChange(connectionId: string, id: string, change: ExpectedChange): () => void {
    const before = this.find(connectionId, id);
    const expected = before && expectedState(before, change);
    if (!before || !expected) return () => undefined;
    // Roll back to the last reported state, not to the status that another action expects.
    this.#facts.set(expected, this.#facts.get(before) ?? before);
    this.#replace(connectionId, expected);
    return () => {
      const fact = this.#facts.get(expected);
      if (fact && this.find(connectionId, id) === expected) this.#replace(connectionId, fact);
    };
  }

  /** Shows a new title of a workspace at once. @returns A rollback, as for {@link expectChange} */
  expectWorkspaceTitle(connectionId: string, path: NodePath, title: string): () => void {
    const before = this.#snapshots.get(connectionId)?.workspaces.get(path);
    if (before === undefined || before === title) return () => undefined;
    this.#setWorkspaceTitle(connectionId, path, title);
    return () => {
      const now = this.#snapshots.get(connectionId)?.workspaces.get(path);
      if (now === title) this.#setWorkspaceTitle(connectionId, path, before);
    };
  }

  /** Whether the state of `datasource` is only expected after an action, not reported by the service. */
  isExpected(datasource: Datasource): boolean {
    return this.#facts.has(datasource);
  }

  /** Removes the state for a rollback, because the service has reported the expected status. */
  #confirm(connectionId: string, datasource: Datasource): void {
    if (this.#facts.delete(datasource)) this.#confirmations.fire({ connectionId, datasource });
  }

  dispose(): void {
    this.#changes.dispose();
    this.#confirmations.dispose();
    this.#snapshots.clear();
  }

  #replace(connectionId: string, datasource: Datasource): void {
    const known = this.#snapshots.get(connectionId);
    const before = known?.datasources.get(datasource.id);
    if (!known || !before) return;
    const isMisplaced = before.title !== datasource.title || before.path !== datasource.path;
    const regrouped = isMisplaced || before.favorite !== datasource.favorite;
    const changed = new Map(known.datasources).set(datasource.id, datasource);
    const datasources = isMisplaced ? inTitleOrder(changed, new Set([datasource.id])) : changed;
    this.#snapshots.set(connectionId, { ...known, datasources });
    this.#fire(connectionId, { changed: [datasource.id], regrouped });
  }

  #setWorkspaceTitle(connectionId: string, path: NodePath, title: string): void {
    const known = this.#snapshots.get(connectionId);
    if (!known) return;
    this.#snapshots.set(connectionId, { ...known, workspaces: new Map(known.workspaces).set(path, title) });
    this.#fire(connectionId, { regrouped: true });
  }

  /** Replaces the snapshot with `next` and the result of `edit`, and fires one event if anything changed. */
  #commit(next: ConnectionSnapshot, edit: SnapshotEdit, state: boolean): void {
    const connectionId = next.connection.id;
    const { workspaceUids, workspacePermissions } = edit;
    if (edit.isEmpty) {
      this.#snapshots.set(connectionId, { ...next, workspaceUids });
      if (state) this.#fire(connectionId, { state });
      return;
    }
    this.#snapshots.set(connectionId, {
      ...next,
      datasources: edit.datasources,
      workspaces: edit.workspaces,
      workspaceUids,
      workspacePermissions,
    });
    this.#fire(connectionId, {
      added: [...edit.added],
      removed: [...edit.removed],
      changed: [...edit.changed],
      regrouped: edit.regrouped,
      state,
    });
  }

  #fire(connectionId: string, change: Partial<StoreChange>): void {
    this.#changes.fire({ connectionId, ...nothing, ...change });
  }
}
