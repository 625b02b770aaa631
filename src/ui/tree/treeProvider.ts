import type * as vscode from 'vscode';
import { DatasourceView } from '../../model/datasources/datasourceView.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import { groupKeyOf } from '../../model/datasources/grouping.ts';
import type { Group, Grouping } from '../../model/datasources/grouping.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { Disposable } from '../../base/event.ts';
import type { ResourceList, Section } from '../../model/resources/resourceList.ts';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Clock } from '../../base/clock.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { statusTooltip } from '../text/statusText.ts';
import { appearanceOf, treeItemOf } from './treeItems.ts';
import type { RowSource } from './treeItems.ts';
import type { DatasourceNode, GroupNode, ResourceNode, SectionNode, TreeNode } from './nodes.ts';
import { NodeRegistry } from './nodeRegistry.ts';

/** The connections, once it is known which there are. */
export type ConnectionsReady = () => Promise<void>;

/** A tooltip as VS Code was given it. */
interface KeptTooltip {
  readonly datasource: Datasource;
  readonly zone: Zone;
  readonly text: string;
}

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
  /** Rows that an event has named and that VS Code has not asked for yet. */
  #sent = new WeakSet<TreeNode>();
  /** Tooltips that VS Code has kept since it last asked for their row. */
  readonly #tooltips = new WeakMap<TreeNode, KeptTooltip>();
  readonly #nodes = new NodeRegistry(() => this.#standing());
  readonly #firstAnswers = new Set<Disposable>();
  readonly #given = this.register(new Emitter<ConnectionSnapshot>());
  /** VS Code was given the rows below a connection, as this snapshot has them. */
  readonly onDidGive = this.#given.event;
  #rootQuestions = 0;
  #rootAwaited = 0;
  readonly #view: DatasourceView;

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
    this.#view = new DatasourceView(options.grouping);
    this.#ready = options.ready;
    this.register(
      this.store.onDidChange(({ connectionId, state }) => {
        if (state && !this.store.get(connectionId)) this.#nodes.forget(connectionId);
      }),
    );
    this.register({ dispose: () => this.#firstAnswers.forEach((listener) => listener.dispose()) });
  }

  get grouping(): Grouping {
    return this.#view.grouping;
  }

  set grouping(grouping: Grouping) {
    if (this.#view.grouping === grouping) return;
    this.#view.grouping = grouping;
    this.fire(undefined);
  }

  get filter(): string {
    return this.#view.filter;
  }

  set filter(filter: string) {
    if (this.#view.filter === filter) return;
    const before = this.#matches();
    this.#view.filter = filter;
    // Most keys of a long word change nothing.
    if (before === undefined || before !== this.#matches()) this.fire(undefined);
  }

  /** A filter is about to be typed. */
  prepareFilter(): void {
    this.#view.prepareFilter(this.store.connections());
  }

  /** Shows all Datasources of a group that match the filter. */
  showMatches(node: GroupNode): void {
    const snapshot = this.store.get(node.connectionId);
    if (!snapshot) return;
    this.#view.showAll(snapshot, node.groupKey);
    this.fire(node);
  }

  now(): number {
    return this.#clock.now();
  }

  fire(nodes: TreeNode | TreeNode[] | undefined): void {
    if (Array.isArray(nodes)) for (const node of nodes) this.#sent.add(node);
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

  /** How many rows are kept. */
  get kept(): number {
    return this.#nodes.size;
  }

  /** A row that has been shown, by its id. */
  shown(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  /** A Datasource's row, if it has been shown where the Datasource stands now. */
  shownDatasource(snapshot: ConnectionSnapshot, datasource: Datasource): DatasourceNode | undefined {
    const key = groupKeyOf(snapshot.connection, datasource, this.grouping);
    const node = this.#nodes.get(`${this.#groupId(snapshot, key)}/${datasource.id}`);
    return node?.kind === 'datasource' ? node : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = treeItemOf(node, this);
    if (node.kind === 'datasource') {
      this.#drawn.set(node, appearanceOf(item));
      this.#sent.delete(node);
      this.#tooltips.delete(node);
    }
    return item;
  }

  /** VS Code keeps this tooltip of a row until it asks for the row again. */
  keepTooltip(node: DatasourceNode, datasource: Datasource, zone: Zone): vscode.MarkdownString {
    const tooltip = statusTooltip(datasource, this.now(), zone);
    this.#tooltips.set(node, { datasource, zone, text: tooltip.value });
    return tooltip;
  }

  /** Whether VS Code shows a row, or keeps its tooltip, as it was some time ago, and has not been told yet. */
  isOutdated(node: DatasourceNode): boolean {
    const drawn = this.#drawn.get(node);
    if (drawn === undefined || this.#sent.has(node)) return false;
    if (drawn !== appearanceOf(treeItemOf(node, this))) return true;
    const kept = this.#tooltips.get(node);
    if (kept === undefined) return false;
    return kept.text !== statusTooltip(kept.datasource, this.now(), kept.zone).value;
  }

  /** Rows that VS Code was told of but has not asked for are told of again: it may have dropped the event. */
  forgetSent(): void {
    this.#sent = new WeakSet();
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
        return this.#groupChildren(node);
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

  /** A connection's groups as they are now. */
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group> {
    return this.#view.groups(snapshot);
  }

  /** A Datasource's row, unless the filter or the number of its matches hides it. */
  visibleRow(snapshot: ConnectionSnapshot, datasource: Datasource): DatasourceNode | undefined {
    const key = groupKeyOf(snapshot.connection, datasource, this.grouping);
    const group = this.groups(snapshot).get(key);
    if (!group || !this.#view.shown(snapshot, key).includes(datasource)) return undefined;
    return this.datasourceNode(this.groupNode(snapshot, group), datasource.id);
  }

  isHeldBack({ connectionId, groupKey }: GroupNode): boolean {
    const snapshot = this.store.get(connectionId);
    return snapshot !== undefined && this.#view.isHeldBack(snapshot, groupKey);
  }

  hiddenMatches({ connectionId, groupKey }: GroupNode): number {
    const snapshot = this.store.get(connectionId);
    if (!snapshot) return 0;
    const all = this.groups(snapshot).get(groupKey)?.datasources.length ?? 0;
    return all - this.#view.shown(snapshot, groupKey).length;
  }

  connectionNode(connectionId: string): TreeNode {
    return this.#nodes.connection(connectionId);
  }

  groupNode(snapshot: ConnectionSnapshot, group: Group): GroupNode {
    return this.#nodes.group(this.#groupId(snapshot, group.key), snapshot.connection.id, group);
  }

  datasourceNode(parent: GroupNode, datasourceId: string): DatasourceNode {
    return this.#nodes.datasource(parent, datasourceId);
  }

  sectionNode(parent: DatasourceNode, section: Section): SectionNode {
    return this.#nodes.section(parent, section);
  }

  resourceNode(parent: DatasourceNode | SectionNode, index: number): TreeNode | undefined {
    const child = this.resources(parent.connectionId, parent.datasourceId)?.children[index];
    return child && this.#nodes.resource(parent, child);
  }

  /** What a filter leaves to be seen, for comparing; undefined while none is on. */
  #matches(): string | undefined {
    if (this.filter === '') return undefined;
    return JSON.stringify(this.store.connections().map((snapshot) => this.#view.matches(snapshot)));
  }

  /** Which rows VS Code may have, by the grouping, the filter and what is known now. */
  #standing(): (node: TreeNode) => boolean {
    const loaded = new Map<ResourceList, ReadonlySet<string>>();
    const isLoaded = ({ connectionId, datasourceId, child }: ResourceNode): boolean => {
      const list = this.resources(connectionId, datasourceId);
      if (!list) return false;
      let paths = loaded.get(list);
      if (!paths) loaded.set(list, (paths = new Set(list.children.map(({ path }) => path))));
      return paths.has(child.path);
    };
    const stands = (node: TreeNode): boolean => {
      const snapshot = this.store.get(node.connectionId);
      if (!snapshot || node.kind === 'connection') return snapshot !== undefined;
      if (node.kind === 'group')
        return this.groups(snapshot).has(node.groupKey) && node.id === this.#groupId(snapshot, node.groupKey);
      if (node.kind === 'datasource') {
        const datasource = snapshot.datasources.get(node.datasourceId);
        return datasource !== undefined && this.shownDatasource(snapshot, datasource)?.id === node.id;
      }
      if (node.kind === 'resource' && !isLoaded(node)) return false;
      return node.parent !== undefined && stands(node.parent);
    };
    return stands;
  }

  #groupId(snapshot: ConnectionSnapshot, key: string): string {
    const start = `${snapshot.connection.id}/${this.grouping}`;
    if (this.filter === '') return `${start}/${key}`;
    // What is opened and closed while a filter is on is remembered apart, or a closed group would hide its matches.
    return `${start}/${this.#view.isHeldBack(snapshot, key) ? 'heldBack' : 'filtered'}/${key}`;
  }

  #groupChildren(node: GroupNode): TreeNode[] {
    const { connectionId, groupKey } = node;
    const snapshot = this.store.get(connectionId);
    if (!snapshot) return [];
    const shown = this.#view.shown(snapshot, groupKey);
    const rows: TreeNode[] = shown.map(({ id }) => this.datasourceNode(node, id));
    return this.hiddenMatches(node) === 0 ? rows : [...rows, this.#nodes.moreMatches(node)];
  }

  async #connectionChildren(connectionId: string, parent: TreeNode): Promise<TreeNode[]> {
    let snapshot = this.store.get(connectionId);
    if (snapshot?.asOf === undefined && !snapshot?.failure) snapshot = await this.#firstAnswer(connectionId);
    if (!snapshot) return [];
    this.#given.fire(snapshot);
    if (snapshot.asOf === undefined) return [this.#nodes.notice(parent, 'connectionFailed')];
    const groups = [...this.groups(snapshot).values()];
    if (groups.length === 0)
      return [this.#nodes.notice(parent, this.filter === '' ? 'noDatasources' : 'noMatches')];
    return groups.map((group) => this.groupNode(snapshot, group));
  }

  /** Waits, with VS Code's own progress shown, until something can be said of a connection. */
  #firstAnswer(connectionId: string): Promise<ConnectionSnapshot | undefined> {
    return new Promise((resolve) => {
      const listener = this.store.onDidChange((change) => {
        if (change.connectionId !== connectionId) return;
        const snapshot = this.store.get(connectionId);
        if (snapshot?.asOf === undefined && snapshot && !snapshot.failure) return;
        listener.dispose();
        // What is kept would keep the snapshot, with thousands of Datasources, as long as the window is open.
        this.#firstAnswers.delete(listener);
        resolve(snapshot);
      });
      this.#firstAnswers.add(listener);
    });
  }

  async #datasourceChildren(node: DatasourceNode): Promise<TreeNode[]> {
    const datasource = this.store.find(node.connectionId, node.datasourceId);
    if (!datasource) return [];
    const list = this.#lists.of(node.connectionId, datasource);
    if (!list.started && !list.failure) await list.open();
    if (!list.started) return [this.#nodes.notice(node, 'resourcesFailed')];
    if (list.children.length === 0 && (list.failure || list.missing === 0))
      return [this.#nodes.notice(node, list.failure ? 'resourcesFailed' : 'noResources')];
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
    if (list.failure) return [this.#nodes.notice(parent, 'resourcesFailed')];
    if (!list.done || list.stale) return [this.#nodes.loadMore(parent)];
    return list.missing > 0 ? [this.#nodes.notice(parent, 'resourcesMissing')] : [];
  }
}
