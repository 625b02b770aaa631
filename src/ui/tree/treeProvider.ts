import type * as vscode from 'vscode';
import { DatasourceFilter } from '../../model/datasourceFilter.ts';
import { groupsOf } from '../../model/grouping.ts';
import type { Group, Grouping } from '../../model/grouping.ts';
import { Emitter, Owner } from '../../model/event.ts';
import type { ResourceList, Section } from '../../model/resources.ts';
import type { ResourceLists } from '../../model/resourceLists.ts';
import type { ConnectionSnapshot, DatasourceStore } from '../../model/store.ts';
import type { Clock } from '../../onna/clock.ts';
import { looksOf, treeItemOf } from './treeItems.ts';
import type { RowSource } from './treeItems.ts';
import type { DatasourceNode, GroupNode, NoticeNode, SectionNode, TreeNode } from './nodes.ts';

/** The connections, once it is known which there are. */
export type ConnectionsReady = () => Promise<void>;

/** Rows from the model. Answers from what is known; only a first opening waits for the service. */
export class TreeProvider extends Owner implements vscode.TreeDataProvider<TreeNode>, RowSource {
  readonly store: DatasourceStore;
  readonly #lists: ResourceLists;
  readonly #ready: ConnectionsReady;
  readonly #clock: Clock;
  readonly #changes = this.register(new Emitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  /** How Datasources' rows looked when VS Code last asked for them. */
  readonly #drawn = new WeakMap<TreeNode, string>();
  /** Rows by id: VS Code knows a row again only as the same object. */
  readonly #nodes = new Map<string, TreeNode>();
  readonly #groups = new WeakMap<
    ConnectionSnapshot,
    { grouping: Grouping; filter: string; groups: ReadonlyMap<string, Group> }
  >();
  readonly #filtering = new DatasourceFilter();
  readonly #given = this.register(new Emitter<ConnectionSnapshot>());
  /** VS Code was given the rows below a connection, as this snapshot has them. */
  readonly onDidGive = this.#given.event;
  #rootQuestions = 0;
  #rootAwaited = 0;
  #grouping: Grouping;
  #filter = '';

  constructor(options: {
    store: DatasourceStore;
    lists: ResourceLists;
    clock: Clock;
    grouping: Grouping;
    ready: ConnectionsReady;
  }) {
    super();
    this.store = options.store;
    this.#lists = options.lists;
    this.#clock = options.clock;
    this.#grouping = options.grouping;
    this.#ready = options.ready;
    this.register(
      this.store.onDidChange(({ connectionId, state }) => {
        if (!state || this.store.get(connectionId)) return;
        for (const id of this.#nodes.keys()) if (id.startsWith(connectionId)) this.#nodes.delete(id);
      }),
    );
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  set grouping(grouping: Grouping) {
    if (this.#grouping === grouping) return;
    this.#grouping = grouping;
    this.fire(undefined);
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    if (this.#filter === filter) return;
    this.#filter = filter;
    this.fire(undefined);
  }

  now(): number {
    return this.#clock.now();
  }

  fire(nodes: TreeNode | TreeNode[] | undefined): void {
    // VS Code asks for these by itself: until it has, they are not out of date but on their way.
    if (Array.isArray(nodes)) for (const node of nodes) this.#drawn.delete(node);
    this.#changes.fire(nodes);
  }

  /** How often VS Code has asked for the connections. */
  get rootQuestions(): number {
    return this.#rootQuestions;
  }

  /** Whether VS Code waits for the connections: it gets them as they will be then. */
  get isRootAwaited(): boolean {
    return this.#rootAwaited > 0;
  }

  /** A row that has been shown, by its id. */
  shown(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = treeItemOf(node, this);
    if (node.kind === 'datasource') this.#drawn.set(node, looksOf(item));
    return item;
  }

  /** Whether VS Code shows a row otherwise than it is now. */
  isOutdated(node: TreeNode): boolean {
    const drawn = this.#drawn.get(node);
    return drawn !== undefined && drawn !== looksOf(treeItemOf(node, this));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        this.#rootQuestions++;
        this.#rootAwaited++;
        await this.#ready().finally(() => this.#rootAwaited--);
        return this.store.connections().map(({ connection }) => this.connectionNode(connection.id));
      case 'connection':
        return this.#connectionChildren(node.connectionId, node);
      case 'group':
        return (this.group(node)?.datasources ?? []).map(({ id }) => this.datasourceNode(node, id));
      case 'datasource':
        return this.#datasourceChildren(node);
      case 'section':
        return this.#sectionChildren(node);
      default:
        return [];
    }
  }

  group(node: GroupNode): Group | undefined {
    const snapshot = this.store.get(node.connectionId);
    return snapshot && this.groups(snapshot).get(node.groupKey);
  }

  resources(connectionId: string, datasourceId: string): ResourceList | undefined {
    return this.#lists.opened(connectionId, datasourceId);
  }

  /** A connection's groups as they are now, computed once for each snapshot. */
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group> {
    const known = this.#groups.get(snapshot);
    if (known?.grouping === this.#grouping && known.filter === this.#filter) return known.groups;
    const list = groupsOf(snapshot, this.#grouping, this.#filtering.matching(this.#filter));
    const groups = new Map(list.map((group) => [group.key, group]));
    this.#groups.set(snapshot, { grouping: this.#grouping, filter: this.#filter, groups });
    return groups;
  }

  connectionNode(connectionId: string): TreeNode {
    return this.#node({ kind: 'connection', id: connectionId, connectionId, parent: undefined });
  }

  groupNode(connectionId: string, group: Group): GroupNode {
    const id = `${connectionId}/${this.#grouping}/${group.key}`;
    const parent = this.connectionNode(connectionId);
    return this.#node({
      kind: 'group',
      id,
      connectionId,
      groupKey: group.key,
      groupKind: group.kind,
      parent,
    });
  }

  datasourceNode(parent: GroupNode, datasourceId: string): DatasourceNode {
    const { connectionId } = parent;
    const id = `${parent.id}/${datasourceId}`;
    return this.#node({ kind: 'datasource', id, connectionId, datasourceId, parent });
  }

  sectionNode(parent: DatasourceNode, section: Section): SectionNode {
    const { connectionId, datasourceId } = parent;
    // A section that is full gets a new id: VS Code then draws it collapsed, and an appended page never
    // re-sends its rows (bench of VS Code 1.139: constant instead of linear).
    const id = `${parent.id}/section/${section.index}${section.last ? '+' : ''}`;
    return this.#node({ kind: 'section', id, connectionId, datasourceId, index: section.index, parent });
  }

  resourceNode(parent: DatasourceNode | SectionNode, index: number): TreeNode | undefined {
    const { connectionId, datasourceId } = parent;
    const child = this.resources(connectionId, datasourceId)?.children[index];
    if (!child) return undefined;
    const datasourceRow = parent.kind === 'section' ? parent.parent : parent;
    const id = `${datasourceRow?.id ?? ''}/resource${child.path}`;
    return this.#node({ kind: 'resource', id, connectionId, datasourceId, child, parent });
  }

  async #connectionChildren(connectionId: string, parent: TreeNode): Promise<TreeNode[]> {
    let snapshot = this.store.get(connectionId);
    if (snapshot?.asOf === undefined && !snapshot?.failure) snapshot = await this.#firstAnswer(connectionId);
    if (!snapshot) return [];
    this.#given.fire(snapshot);
    if (snapshot.asOf === undefined) return [this.#notice(parent, 'connectionFailed')];
    const groups = [...this.groups(snapshot).values()];
    if (groups.length === 0)
      return [this.#notice(parent, this.#filter === '' ? 'noDatasources' : 'noMatches')];
    return groups.map((group) => this.groupNode(connectionId, group));
  }

  /** Waits, with VS Code's own progress shown, until something can be said of a connection. */
  #firstAnswer(connectionId: string): Promise<ConnectionSnapshot | undefined> {
    return new Promise((resolve) => {
      const listener = this.store.onDidChange((change) => {
        if (change.connectionId !== connectionId) return;
        const snapshot = this.store.get(connectionId);
        if (snapshot?.asOf === undefined && snapshot && !snapshot.failure) return;
        listener.dispose();
        resolve(snapshot);
      });
      this.register(listener);
    });
  }

  async #datasourceChildren(node: DatasourceNode): Promise<TreeNode[]> {
    const datasource = this.store.find(node.connectionId, node.datasourceId);
    if (!datasource) return [];
    const list = this.#lists.of(node.connectionId, datasource);
    if (!list.started && !list.failure) await list.open();
    if (!list.started) return [this.#notice(node, 'resourcesFailed')];
    if (list.children.length === 0)
      return [this.#notice(node, list.failure ? 'resourcesFailed' : 'noResources')];
    const sections = list.sections();
    if (sections.length > 0) return sections.map((section) => this.sectionNode(node, section));
    return [...this.#resourceNodes(node, 0, list.children.length), ...this.#ending(node, list)];
  }

  #sectionChildren(node: SectionNode): TreeNode[] {
    const list = this.resources(node.connectionId, node.datasourceId);
    const section = list?.sections()[node.index];
    if (!list || !section) return [];
    const rows = this.#resourceNodes(node, section.from, section.to);
    return section.last ? [...rows, ...this.#ending(node, list)] : rows;
  }

  #resourceNodes(parent: DatasourceNode | SectionNode, from: number, to: number): TreeNode[] {
    const rows: TreeNode[] = [];
    for (let index = from; index < to; index++) {
      const node = this.resourceNode(parent, index);
      if (node) rows.push(node);
    }
    return rows;
  }

  /** What stands after the last Resource: the way to more, or why there is none. */
  #ending(parent: DatasourceNode | SectionNode, list: ResourceList): TreeNode[] {
    const { connectionId, datasourceId } = parent;
    if (list.failure) return [this.#notice(parent, 'resourcesFailed')];
    if (list.done && !list.stale) return [];
    return [this.#node({ kind: 'loadMore', id: `${parent.id}/more`, connectionId, datasourceId, parent })];
  }

  #notice(parent: TreeNode, about: NoticeNode['about']): TreeNode {
    const { connectionId } = parent;
    const datasourceId = 'datasourceId' in parent ? parent.datasourceId : undefined;
    return this.#node({
      kind: 'notice',
      id: `${parent.id}/notice/${about}`,
      connectionId,
      datasourceId,
      about,
      parent,
    });
  }

  #node<T extends TreeNode>(node: T): T {
    const known = this.#nodes.get(node.id);
    const same = known?.kind === node.kind && known.parent === node.parent;
    // A Resource read again may have another title.
    if (same && !(node.kind === 'resource' && 'child' in known && known.child.title !== node.child.title))
      return known as T;
    this.#nodes.set(node.id, node);
    return node;
  }
}
