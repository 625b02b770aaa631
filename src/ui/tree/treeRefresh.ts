import { Owner } from '../../base/event.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import type { ResourceLists, ResourceListsChange } from '../../model/resources/resourceLists.ts';
import type { FindingsChange } from '../../model/history/findings.ts';
import type { MarksChange } from '../../model/resources/exceptionMarks.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { StoreChange } from '../../model/datasources/datasourceStore.ts';
import type { Clock } from '../../base/clock.ts';
import type { FoundDatasource } from './datasourcePaths.ts';
import { maxNamed } from './decorations.ts';
import type { DatasourceNode, TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';
import type { VisibleRows } from './visibleRows.ts';

/**
 * Time in which changes of rows are collected into one batch, in ms. VS Code requests all visible rows at about
 * the same time.
 */
const gatherMs = 20;
/** Minimum interval between batches, in ms. VS Code itself collects events for 200 ms. */
const betweenBatchesMs = 250;
/** Update interval of ages such as "5 min ago", in ms. */
const ageTickMs = 60_000;

type Groups = ReadonlyMap<string, Group>;

/**
 * Turns model changes into the smallest events that the tree needs. A status change refreshes a parent row only if rows
 * move. When many rows change, or when ages must be updated, sends only the visible rows whose appearance has changed.
 * The other rows follow when the user scrolls to them.
 */
export class TreeRefresh extends Owner {
  readonly #tree: TreeProvider;
  readonly #clock: Clock;
  /** The groups of each connection when VS Code last received its rows. */
  readonly #shown = new Map<string, { view: string; groups: Groups }>();
  /** Ids of connections whose row currently says that they are signed out. */
  readonly #signedOut = new Set<string>();
  readonly #onTick: () => void;
  readonly #visibleRows: VisibleRows;
  /** The tree's `rootRequests` when the last root event was sent. */
  #rootSentAfter = -1;
  readonly #waiting = new Set<TreeNode>();
  #isVisible = false;
  /** Time of the last update of the ages, in ms since 1970. */
  #tickedAt = 0;
  #cancelBatch: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;

  constructor(options: {
    tree: TreeProvider;
    lists: ResourceLists;
    visibleRows: VisibleRows;
    clock: Clock;
    /** Called when ages are updated. */
    onTick: () => void;
  }) {
    super();
    const { tree, lists, visibleRows, clock, onTick } = options;
    this.#onTick = onTick;
    this.#tree = tree;
    this.#clock = clock;
    this.#visibleRows = visibleRows;
    this.register(tree.onDidProvideRows((snapshot) => void this.#remember(snapshot)));
    this.register(tree.store.onDidChange((change) => this.#follow(change)));
    this.register(lists.onDidChange((change) => this.#followList(change)));
    this.register(visibleRows.onDidShow((row) => this.#compare(row)));
    this.register(tree.findings.onDidChange((change) => this.#followFindings(change)));
    this.register(tree.marks.onDidChange((change) => this.#followMarks(change)));
    this.register({ dispose: () => this.#cancelBatch?.() });
    this.register({ dispose: () => this.#cancelTick?.() });
  }

  /** Keeps ages up to date while the view is visible. */
  setVisible(visible: boolean): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    if (visible) {
      this.#visibleRows.watch();
      this.#waitForTick();
    } else {
      this.#visibleRows.unwatch();
      this.#cancelTick?.();
      this.#cancelTick = undefined;
    }
  }

  /**
   * Updates the ages when the user returns to the window. Timers may be late because the computer has slept,
   * or the clock may have changed.
   */
  setFocused(focused: boolean): void {
    const elapsed = this.#clock.now() - this.#tickedAt;
    if (focused && this.#isVisible && (elapsed < 0 || elapsed >= ageTickMs)) this.#tick();
  }

  #follow(change: StoreChange): void {
    const { connectionId, added, removed, changed, regrouped, state } = change;
    const snapshot = this.#tree.store.get(connectionId);
    if (!snapshot || !this.#tree.shown(connectionId)) {
      this.#shown.delete(connectionId);
      this.#sendRoot();
      return;
    }
    // VS Code has not requested the rows yet, or is waiting for them. An event now would make VS Code drop
    // the rows and request them again 200 ms later (VS Code 1.139).
    if (!this.#shown.has(connectionId) && !snapshot.failure) return;
    const placesMayChange =
      changed.length > 0 && (this.#tree.grouping === 'status' || this.#tree.filter !== '');
    if (added.length > 0 || removed.length > 0 || regrouped || placesMayChange) {
      if (this.#refreshGroups(snapshot)) return;
    } else if (state && (snapshot.datasources.size === 0 || this.#signedOutChanged(snapshot))) {
      this.#tree.fire(this.#tree.connectionNode(connectionId));
      return;
    }
    this.#queue(snapshot, changed);
  }

  #followFindings({ connectionId, datasourceIds }: FindingsChange): void {
    const snapshot = this.#tree.store.get(connectionId);
    if (!snapshot) return;
    // A filter can find Datasources by their exceptions.
    const mayMatch = this.#tree.filter !== '' && this.#shown.has(connectionId);
    if (mayMatch && this.#refreshGroups(snapshot)) return;
    this.#queue(snapshot, datasourceIds);
  }

  #followMarks({ connectionId, datasourceId, paths }: MarksChange): void {
    const snapshot = this.#tree.store.get(connectionId);
    const row = snapshot && this.#rowOf(snapshot, datasourceId);
    // A list of exceptions already shows its marks.
    if (!row || this.#tree.isExceptionsOnly(connectionId, datasourceId)) return;
    const rows = this.#tree.resourceRows.shown(row, paths);
    if (rows.length > 0) this.#tree.fire(rows.length > maxNamed ? row : rows);
  }

  /** Makes VS Code request the connections. Does nothing if a request is already pending. */
  #sendRoot(): void {
    if (this.#tree.isRootAwaited || this.#rootSentAfter === this.#tree.rootRequests) return;
    this.#rootSentAfter = this.#tree.rootRequests;
    this.#tree.fire(undefined);
  }

  /**
   * Whether the connection was signed in or out since the last call. Only the connection's own row shows
   * whether it is signed out.
   */
  #signedOutChanged({ connection, failure }: ConnectionSnapshot): boolean {
    const isSignedOut = failure?.failure.kind === 'signedOut';
    if (isSignedOut === this.#signedOut.has(connection.id)) return false;
    if (isSignedOut) this.#signedOut.add(connection.id);
    else this.#signedOut.delete(connection.id);
    return true;
  }

  /** Refreshes the groups whose rows have changed. @returns Whether the whole connection was refreshed instead. */
  #refreshGroups(snapshot: ConnectionSnapshot): boolean {
    const { before, now } = this.#remember(snapshot);
    if (!before || !sameList([...before.keys()], [...now.keys()])) {
      this.#tree.fire(this.#tree.connectionNode(snapshot.connection.id));
      return true;
    }
    const differing = [...now.values()].filter((group) => !sameRows(before.get(group.key), group));
    const rows = differing.map((group) => this.#tree.groupNode(snapshot, group));
    if (rows.length > 0) this.#tree.fire(rows);
    return false;
  }

  /**
   * Records the current groups.
   * @returns `before` contains the previous groups. It is undefined if the grouping or the filter has changed
   * since.
   */
  #remember(snapshot: ConnectionSnapshot): { before: Groups | undefined; now: Groups } {
    const { id } = snapshot.connection;
    const view = `${this.#tree.grouping} ${this.#tree.filter}`;
    const shown = this.#shown.get(id);
    const now = this.#tree.groups(snapshot);
    this.#shown.set(id, { view, groups: now });
    return { before: shown?.view === view ? shown.groups : undefined, now };
  }

  #queue(snapshot: ConnectionSnapshot, changed: readonly string[]): void {
    if (changed.length > maxNamed) {
      this.#visibleRows.requestAgain();
      return;
    }
    for (const id of changed) this.#add(this.#rowOf(snapshot, id));
    if (!this.#cancelBatch) this.#sendBatch();
  }

  #add(row: TreeNode | undefined): void {
    if (row) this.#waiting.add(row);
    if (this.#waiting.size <= maxNamed) return;
    this.#waiting.clear();
    this.#visibleRows.requestAgain();
  }

  /** Sends a row that VS Code has just shown, if its appearance is outdated. */
  #compare({ connectionId, datasource }: FoundDatasource): void {
    const snapshot = this.#tree.store.get(connectionId);
    const row = snapshot && this.#rowOf(snapshot, datasource.id);
    if (!row || !this.#tree.isOutdated(row)) return;
    this.#add(row);
    this.#cancelBatch ??= this.#clock.after(gatherMs, () => this.#sendBatch());
  }

  /**
   * The row of a Datasource, if VS Code has requested it before. Other rows need no refresh, because VS Code
   * requests their current state when it draws them.
   */
  #rowOf(snapshot: ConnectionSnapshot, id: string): DatasourceNode | undefined {
    const datasource = snapshot.datasources.get(id);
    return datasource && this.#tree.shownDatasource(snapshot, datasource);
  }

  #sendBatch(): void {
    this.#cancelBatch = undefined;
    if (this.#waiting.size === 0) return;
    const rows = [...this.#waiting];
    this.#waiting.clear();
    this.#tree.fire(rows);
    this.#cancelBatch = this.#clock.after(betweenBatchesMs, () => this.#sendBatch());
  }

  #followList({ connectionId, datasourceId, change }: ResourceListsChange): void {
    const snapshot = this.#tree.store.get(connectionId);
    if (!snapshot) return;
    const row = this.#rowOf(snapshot, datasourceId);
    if (!row) return;
    const lastSection = this.#tree.resources(connectionId, datasourceId)?.sections().at(-1);
    this.#tree.fire(
      change === 'end' && lastSection ? this.#tree.resourceRows.section(row, lastSection) : row,
    );
  }

  /** Updates the ages. Also determines again which rows are visible, because the window may have missed an event. */
  #tick(): void {
    this.#tree.forgetSent();
    this.#visibleRows.requestAgain();
    this.#waitForTick();
  }

  #waitForTick(): void {
    this.#cancelTick?.();
    this.#tickedAt = this.#clock.now();
    this.#onTick();
    this.#cancelTick = this.#clock.after(ageTickMs, () => this.#tick());
  }
}

function sameRows(before: Group | undefined, now: Group): boolean {
  if (before?.title !== now.title || before.datasources.length !== now.datasources.length) return false;
  if (JSON.stringify(before.permissions) !== JSON.stringify(now.permissions)) return false;
  return now.datasources.every(({ id }, index) => before.datasources[index]?.id === id);
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}
