import { Owner } from '../../model/event.ts';
import type { Group } from '../../model/grouping.ts';
import type { ResourceLists, ResourceListsChange } from '../../model/resourceLists.ts';
import type { ConnectionSnapshot, StoreChange } from '../../model/store.ts';
import type { Clock } from '../../onna/clock.ts';
import { mostNamed } from './decorations.ts';
import type { Look, StatusDecorations } from './decorations.ts';
import type { DatasourceNode, TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';

/** VS Code asks for what it shows in one go: so many ms later it is known what of it is out of date. */
const lookMs = 20;
/** VS Code gathers events for 200 ms: what changes within that time is sent together. */
const betweenBatchesMs = 250;
/** "5 min ago" is looked at again this often, in ms. */
const ageTickMs = 60_000;
/** Rows that are looked through for that; when more have been scrolled past, VS Code is asked which it shows. */
const mostLooked = 1_000;

type Groups = ReadonlyMap<string, Group>;

/**
 * Turns changes of the model into the smallest events the tree needs. A status never refreshes a parent. Of a wave over
 * thousands only the rows that VS Code shows are sent: it asks for their decorations, for other rows' when they are
 * scrolled to, and whatever looks otherwise by then than when it was drawn is sent (VS Code 1.139).
 */
export class TreeRefresh extends Owner {
  readonly #tree: TreeProvider;
  readonly #clock: Clock;
  /** Which Datasources stood in which group when the rows of a connection were last given. */
  readonly #shown = new Map<string, { view: string; groups: Groups }>();
  /** Connections whose row says that they are signed out. */
  readonly #signedOut = new Set<string>();
  readonly #onTick: () => void;
  readonly #decorations: StatusDecorations;
  /** How often VS Code had asked for the connections when it was last told to ask again. */
  #rootSentAfter = -1;
  readonly #waiting = new Set<TreeNode>();
  /** What VS Code has shown since it was last asked, by the ids of rows: more than what is visible, seldom much more. */
  readonly #looked = new Map<string, Look>();
  #cancelBatch: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;

  constructor(options: {
    tree: TreeProvider;
    lists: ResourceLists;
    decorations: StatusDecorations;
    clock: Clock;
    /** Called when words like “5 min ago” are looked at again. */
    onTick: () => void;
  }) {
    super();
    const { tree, lists, decorations, clock, onTick } = options;
    this.#onTick = onTick;
    this.#tree = tree;
    this.#clock = clock;
    this.#decorations = decorations;
    this.register(tree.onDidGive((snapshot) => void this.#remember(snapshot)));
    this.register(tree.store.onDidChange((change) => this.#follow(change)));
    this.register(lists.onDidChange((change) => this.#followList(change)));
    this.register(decorations.onDidLook((look) => this.#look(look)));
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
    // Of so many the decorations have VS Code look again.
    if (changed.length > mostNamed) return;
    for (const id of changed) this.#add(this.#rowOf(snapshot, id));
    if (!this.#cancelBatch) this.#sendBatch();
  }

  #add(row: TreeNode | undefined): void {
    if (row) this.#waiting.add(row);
    if (this.#waiting.size <= mostNamed) return;
    this.#waiting.clear();
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#looked.clear();
    this.#decorations.lookAgain();
  }

  /** VS Code is about to show a row, perhaps as it was some time ago. */
  #look(look: Look): void {
    const row = this.#lookedRow(look);
    if (!row) return;
    this.#looked.set(row.id, look);
    if (!this.#tree.isOutdated(row)) return;
    this.#add(row);
    this.#cancelBatch ??= this.#clock.after(lookMs, () => this.#sendBatch());
  }

  #lookedRow({ connectionId, datasourceId }: Look): DatasourceNode | undefined {
    const snapshot = this.#tree.store.get(connectionId);
    return snapshot && this.#rowOf(snapshot, datasourceId);
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

  /** Sends again only the rows whose age reads differently now. */
  #tick(): void {
    if (this.#looked.size > mostLooked) this.#lookAgain();
    for (const look of [...this.#looked.values()]) {
      const row = this.#lookedRow(look);
      if (row && this.#tree.isOutdated(row)) this.#add(row);
    }
    if (!this.#cancelBatch) this.#sendBatch();
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
