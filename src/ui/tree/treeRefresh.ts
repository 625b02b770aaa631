import { Owner } from '../../model/event.ts';
import { groupKeyOf } from '../../model/grouping.ts';
import type { Group } from '../../model/grouping.ts';
import type { ResourceLists, ResourceListsChange } from '../../model/resourceLists.ts';
import type { ConnectionSnapshot, StoreChange } from '../../model/store.ts';
import type { Clock } from '../../onna/clock.ts';
import { statusDescription } from '../statusWords.ts';
import type { TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';

/**
 * Rows in one event: VS Code's scan of an array of rows grows with its square (VS Code 1.139). When more have changed,
 * the rows above them are sent instead: of these VS Code asks again only for what is open.
 */
const mostRowsAtOnce = 200;
/** Rows below those of one event: VS Code asks for all of them in one go, and the answer is put together in one go too. */
const mostRowsBelow = 800;
/** VS Code gathers events for 200 ms: what changes within that time is sent together. */
const betweenBatchesMs = 250;
/** "5 min ago" is looked at again this often, in ms. */
const ageTickMs = 60_000;

/** Title and Datasources of each group, by its key. */
type ShownGroups = ReadonlyMap<string, readonly string[]>;

/** Turns changes of the model into the smallest events the tree needs. A status never refreshes a parent. */
export class TreeRefresh extends Owner {
  readonly #tree: TreeProvider;
  readonly #clock: Clock;
  /** Which Datasources stood in which group when the rows of a connection were last given. */
  readonly #shown = new Map<string, { view: string; groups: ShownGroups }>();
  /** Connections whose row says that they are signed out. */
  readonly #signedOut = new Set<string>();
  readonly #onTick: () => void;
  /** How often VS Code had asked for the connections when it was last told to ask again. */
  #rootSentAfter = -1;
  #agedAt: number;
  readonly #waiting = new Set<TreeNode>();
  #cancelBatch: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;

  /** @param onTick Called when words like “5 min ago” are looked at again. */
  constructor(tree: TreeProvider, lists: ResourceLists, clock: Clock, onTick: () => void) {
    super();
    this.#onTick = onTick;
    this.#agedAt = clock.now();
    this.#tree = tree;
    this.#clock = clock;
    this.register(tree.onDidGive((snapshot) => void this.#remember(snapshot)));
    this.register(tree.store.onDidChange((change) => this.#follow(change)));
    this.register(lists.onDidChange((change) => this.#followList(change)));
    this.register({ dispose: () => this.#cancelBatch?.() });
    this.register({ dispose: () => this.#cancelTick?.() });
  }

  /** Keeps "5 min ago" true while the view is seen. */
  setVisible(visible: boolean): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    if (visible) this.#tick();
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
    const { id } = snapshot.connection;
    const groups = this.#tree.groups(snapshot);
    const { before, now } = this.#remember(snapshot);
    if (!before || !sameList([...before.keys()], [...now.keys()])) {
      this.#tree.fire(this.#tree.connectionNode(id));
      return true;
    }
    const differing = [...groups].filter(([key]) => !sameList(before.get(key) ?? [], now.get(key) ?? []));
    const rows = differing.map(([, group]) => this.#tree.groupNode(id, group));
    if (rows.length > 0) this.#tree.fire(rows);
    return false;
  }

  /** Notes which rows VS Code has now, and gives those before; undefined under another grouping or filter. */
  #remember(snapshot: ConnectionSnapshot): { before: ShownGroups | undefined; now: ShownGroups } {
    const { id } = snapshot.connection;
    const view = `${this.#tree.grouping} ${this.#tree.filter}`;
    const shown = this.#shown.get(id);
    const now = new Map(
      [...this.#tree.groups(snapshot)].map(([key, group]) => [
        key,
        [group.title, ...group.datasources.map((datasource) => datasource.id)],
      ]),
    );
    this.#shown.set(id, { view, groups: now });
    return { before: shown?.view === view ? shown.groups : undefined, now };
  }

  #queue(snapshot: ConnectionSnapshot, changed: readonly string[]): void {
    const groups = this.#tree.groups(snapshot);
    for (const id of changed) {
      const row = this.#rowOf(snapshot, groups, id);
      if (row) this.#waiting.add(row);
    }
    if (!this.#cancelBatch) this.#sendBatch();
  }

  #rowOf(snapshot: ConnectionSnapshot, groups: ReadonlyMap<string, Group>, id: string): TreeNode | undefined {
    const datasource = snapshot.datasources.get(id);
    const group = datasource && groups.get(groupKeyOf(snapshot.connection, datasource, this.#tree.grouping));
    // Only a row that was sent can be refreshed; others are drawn from the model when they are asked for.
    return group && this.#tree.shown(`${this.#tree.groupNode(snapshot.connection.id, group).id}/${id}`);
  }

  #sendBatch(): void {
    this.#cancelBatch = undefined;
    if (this.#waiting.size === 0) return;
    this.#tree.fire(this.#takeBatch());
    this.#cancelBatch = this.#clock.after(betweenBatchesMs, () => this.#sendBatch());
  }

  /** Takes what is sent next out of what waits. */
  #takeBatch(): TreeNode[] {
    if (this.#waiting.size <= mostRowsAtOnce) {
      const rows = [...this.#waiting];
      this.#waiting.clear();
      return rows;
    }
    const above = new Set<TreeNode>();
    let below = 0;
    for (const row of this.#waiting) {
      const parent = row.parent ?? row;
      if (!above.has(parent)) {
        const rows = parent.kind === 'group' ? (this.#tree.group(parent)?.datasources.length ?? 0) : 0;
        // One is always taken, however many rows it has.
        if (above.size >= mostRowsAtOnce || (above.size > 0 && below + rows > mostRowsBelow)) continue;
        above.add(parent);
        below += rows;
      }
      this.#waiting.delete(row);
    }
    return [...above];
  }

  #followList({ connectionId, datasourceId, change }: ResourceListsChange): void {
    const snapshot = this.#tree.store.get(connectionId);
    if (!snapshot) return;
    const row = this.#rowOf(snapshot, this.#tree.groups(snapshot), datasourceId);
    if (row?.kind !== 'datasource') return;
    const lastSection = this.#tree.resources(connectionId, datasourceId)?.sections().at(-1);
    this.#tree.fire(change === 'end' && lastSection ? this.#tree.sectionNode(row, lastSection) : row);
  }

  /** Sends again only the rows whose age reads differently now. */
  #tick(): void {
    const now = this.#clock.now();
    for (const snapshot of this.#tree.store.connections()) {
      const aged = [...snapshot.datasources.values()]
        .filter(
          (datasource) => statusDescription(datasource, now) !== statusDescription(datasource, this.#agedAt),
        )
        .map(({ id }) => id);
      this.#queue(snapshot, aged);
    }
    this.#agedAt = now;
    this.#onTick();
    this.#cancelTick = this.#clock.after(ageTickMs, () => this.#tick());
  }
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}
