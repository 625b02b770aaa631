import { Owner } from '../../base/event.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import type { ResourceLists, ResourceListsChange } from '../../model/resources/resourceLists.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { StoreChange } from '../../model/datasources/datasourceStore.ts';
import type { Clock } from '../../base/clock.ts';
import type { FoundDatasource } from './datasourcePaths.ts';
import { maxNamed } from './decorations.ts';
import type { DatasourceNode, TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';
import type { VisibleRows } from './visibleRows.ts';

/** VS Code asks for all visible rows at once: their changes are gathered for this long, in ms. */
const gatherMs = 20;
/** VS Code gathers events for 200 ms: what changes within that time is sent together. */
const betweenBatchesMs = 250;
/** How often ages such as "5 min ago" are brought up to date, in ms. */
const ageTickMs = 60_000;

type Groups = ReadonlyMap<string, Group>;

/**
 * Turns changes of the model into the smallest events the tree needs. A status never refreshes a parent. When thousands
 * of rows change, or time passes, only the visible rows that look different now are sent; the others follow when they
 * are scrolled to.
 */
export class TreeRefresh extends Owner {
  readonly #tree: TreeProvider;
  readonly #clock: Clock;
  /** Which Datasources stood in which group when the rows of a connection were last given. */
  readonly #shown = new Map<string, { view: string; groups: Groups }>();
  /** Connections whose row says that they are signed out. */
  readonly #signedOut = new Set<string>();
  readonly #onTick: () => void;
  readonly #visibleRows: VisibleRows;
  /** How often VS Code had asked for the connections when it was last told to ask again. */
  #rootSentAfter = -1;
  readonly #waiting = new Set<TreeNode>();
  #isVisible = false;
  /** When ages were last brought up to date, ms since 1970. */
  #tickedAt = 0;
  #cancelBatch: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;

  constructor(options: {
    tree: TreeProvider;
    lists: ResourceLists;
    visibleRows: VisibleRows;
    clock: Clock;
    /** Called when ages are brought up to date. */
    onTick: () => void;
  }) {
    super();
    const { tree, lists, visibleRows, clock, onTick } = options;
    this.#onTick = onTick;
    this.#tree = tree;
    this.#clock = clock;
    this.#visibleRows = visibleRows;
    this.register(tree.onDidGive((snapshot) => void this.#remember(snapshot)));
    this.register(tree.store.onDidChange((change) => this.#follow(change)));
    this.register(lists.onDidChange((change) => this.#followList(change)));
    this.register(visibleRows.onDidShow((row) => this.#compare(row)));
    this.register({ dispose: () => this.#cancelBatch?.() });
    this.register({ dispose: () => this.#cancelTick?.() });
  }

  /** Keeps ages true while the view is visible. */
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

  /** The user comes back to the window. The computer may have slept: its timers are late, or its clock was changed. */
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
    // VS Code has yet to ask for its rows, or waits for them: an event would only make it drop them and ask
    // again, 200 ms later (VS Code 1.139).
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

  /** Has VS Code ask for the connections, unless it is about to. */
  #sendRoot(): void {
    if (this.#tree.isRootAwaited || this.#rootSentAfter === this.#tree.rootQuestions) return;
    this.#rootSentAfter = this.#tree.rootQuestions;
    this.#tree.fire(undefined);
  }

  /** Signing in and out is rare, and shows on the connection's own row. */
  #signedOutChanged({ connection, failure }: ConnectionSnapshot): boolean {
    const isSignedOut = failure?.failure.kind === 'signedOut';
    if (isSignedOut === this.#signedOut.has(connection.id)) return false;
    if (isSignedOut) this.#signedOut.add(connection.id);
    else this.#signedOut.delete(connection.id);
    return true;
  }

  /** Refreshes the groups whose rows differ. @returns Whether the whole connection had to be. */
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

  /** Notes which rows VS Code has now, and gives those before; undefined under another grouping or filter. */
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
      this.#visibleRows.askAgain();
      return;
    }
    for (const id of changed) this.#add(this.#rowOf(snapshot, id));
    if (!this.#cancelBatch) this.#sendBatch();
  }

  #add(row: TreeNode | undefined): void {
    if (row) this.#waiting.add(row);
    if (this.#waiting.size <= maxNamed) return;
    this.#waiting.clear();
    this.#visibleRows.askAgain();
  }

  /** VS Code shows a row, perhaps as it looked some time ago. */
  #compare({ connectionId, datasource }: FoundDatasource): void {
    const snapshot = this.#tree.store.get(connectionId);
    const row = snapshot && this.#rowOf(snapshot, datasource.id);
    if (!row || !this.#tree.isOutdated(row)) return;
    this.#add(row);
    this.#cancelBatch ??= this.#clock.after(gatherMs, () => this.#sendBatch());
  }

  /** Only a row that was sent can be refreshed; others are drawn from the model when they are asked for. */
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
    this.#tree.fire(change === 'end' && lastSection ? this.#tree.sectionNode(row, lastSection) : row);
  }

  /** Brings ages up to date. VS Code is asked each time which rows it shows: an event may have been missed. */
  #tick(): void {
    this.#tree.forgetSent();
    this.#visibleRows.askAgain();
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
  return now.datasources.every(({ id }, index) => before.datasources[index]?.id === id);
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}
