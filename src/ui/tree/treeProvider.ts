import type * as vscode from 'vscode';
import { DatasourceView } from '../../model/datasources/datasourceView.ts';
import type { Finding, Findings } from '../../model/history/findings.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import { groupKeyOf, type Group, type Grouping } from '../../model/datasources/grouping.ts';
import { Emitter, Owner, type Disposable } from '../../base/event.ts';
import type { ResourceList, Section } from '../../model/resources/resourceList.ts';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Clock } from '../../base/clock.ts';
import type { Zone } from '../../shared/timeZone.ts';
import { DrawnRows } from './drawnRows.ts';
import { treeItemOf, type RowSource } from './treeItems.ts';
import type { DatasourceNode, GroupNode, ResourceNode, SectionNode, TreeNode } from './nodes.ts';
import { NodeRegistry } from './nodeRegistry.ts';

/** Resolves once the connections are known. */
type ConnectionsReady = () => Promise<void>;

/** Provides rows from the model. Returns known data at once; only the first expansion waits for the service. */
export class TreeProvider extends Owner implements vscode.TreeDataProvider<TreeNode>, RowSource {
  readonly store: DatasourceStore;
  readonly #lists: ResourceLists;
  readonly #ready: ConnectionsReady;
  readonly #clock: Clock;
  readonly #changes = this.register(new Emitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #rows = new DrawnRows();
  readonly #nodes = new NodeRegistry(() => this.#makeIsInUse());
  readonly #firstAnswers = new Set<Disposable>();
  readonly #provided = this.register(new Emitter<ConnectionSnapshot>());
  /** Fires when VS Code receives the rows below a connection, with the snapshot from which they were built. */
  readonly onDidProvideRows = this.#provided.event;
  #rootRequests = 0;
  #rootAwaited = 0;
  readonly #view: DatasourceView;
  readonly findings: Pick<Findings, 'get' | 'onDidChange'>;

  constructor(options: {
    store: DatasourceStore;
    lists: ResourceLists;
    clock: Clock;
    grouping: Grouping;
    ready: ConnectionsReady;
    findings: Pick<Findings, 'get' | 'onDidChange'>;
  }) {
    super();
    this.store = options.store;
    this.#lists = options.lists;
    this.#clock = options.clock;
    this.#view = new DatasourceView(options.grouping);
    this.#ready = options.ready;
    this.findings = options.findings;
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
    // Compare the matches, because most keystrokes in a long word do not change them.
    if (before === undefined || before !== this.#matches()) this.fire(undefined);
  }

  /** Call before the user types a filter. */
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

  finding(connectionId: string, datasource: Datasource): Finding {
    return this.findings.get(connectionId, datasource);
  }

  fire(nodes: TreeNode | TreeNode[] | undefined): void {
    if (Array.isArray(nodes)) this.#rows.sent(nodes);
    this.#changes.fire(nodes);
  }

  /** The number of times VS Code has requested the connections. */
  get rootRequests(): number {
    return this.#rootRequests;
  }

  /** Whether VS Code is waiting for the connections. If so, it will receive their latest state. */
  get isRootAwaited(): boolean {
    return this.#rootAwaited > 0;
  }

  /** The number of rows in memory. */
  get kept(): number {
    return this.#nodes.size;
  }

  /** Finds a row that has been shown, by id. */
  shown(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  /** A Datasource's row, if it has been shown in the Datasource's current group. */
  shownDatasource(snapshot: ConnectionSnapshot, datasource: Datasource): DatasourceNode | undefined {
    const key = groupKeyOf(snapshot, datasource, this.grouping);
    const node = this.#nodes.get(`${this.#groupId(snapshot, key)}/${datasource.id}`);
    return node?.kind === 'datasource' ? node : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = treeItemOf(node, this);
    if (node.kind === 'datasource') this.#rows.drew(node, item);
    return item;
  }

  /** Returns a row's tooltip and remembers it: VS Code caches the tooltip until it requests the row again. */
  keepTooltip(node: DatasourceNode, datasource: Datasource, zone: Zone): vscode.MarkdownString {
    const finding = this.finding(node.connectionId, datasource);
    return this.#rows.keepTooltip(node, datasource, this.now(), zone, finding);
  }

  /** Whether VS Code shows an outdated row or tooltip and has not been notified yet. */
  isOutdated(node: DatasourceNode): boolean {
    return this.#rows.isOutdated(node, () => treeItemOf(node, this), this.now());
  }

  /** Allows rows that were sent but never requested to be sent again: VS Code may have dropped the event. */
  forgetSent(): void {
    this.#rows.forgetSent();
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        this.#rootRequests++;
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

  /** A connection's current groups. */
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group> {
    return this.#view.groups(snapshot);
  }

  /** A Datasource's row, unless it is hidden by the filter or by the maximum number of matches. */
  visibleRow(snapshot: ConnectionSnapshot, datasource: Datasource): DatasourceNode | undefined {
    const key = groupKeyOf(snapshot, datasource, this.grouping);
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

  /** The rows that match the filter, as a string for comparison. Undefined without a filter. */
  #matches(): string | undefined {
    if (this.filter === '') return undefined;
    return JSON.stringify(this.store.connections().map((snapshot) => this.#view.matches(snapshot)));
  }

  /** Returns a function that checks whether VS Code might use a row, with the current grouping, filter and data. */
  #makeIsInUse(): (node: TreeNode) => boolean {
    const loaded = new Map<ResourceList, ReadonlySet<string>>();
    const isLoaded = ({ connectionId, datasourceId, child }: ResourceNode): boolean => {
      const list = this.resources(connectionId, datasourceId);
      if (!list) return false;
      let paths = loaded.get(list);
      if (!paths) loaded.set(list, (paths = new Set(list.children.map(({ path }) => path))));
      return paths.has(child.path);
    };
    const isInUse = (node: TreeNode): boolean => {
      const snapshot = this.store.get(node.connectionId);
      if (!snapshot || node.kind === 'connection') return snapshot !== undefined;
      if (node.kind === 'group')
        return this.groups(snapshot).has(node.groupKey) && node.id === this.#groupId(snapshot, node.groupKey);
      if (node.kind === 'datasource') {
        const datasource = snapshot.datasources.get(node.datasourceId);
        return datasource !== undefined && this.shownDatasource(snapshot, datasource)?.id === node.id;
      }
      if (node.kind === 'resource' && !isLoaded(node)) return false;
      return node.parent !== undefined && isInUse(node.parent);
    };
    return isInUse;
  }

  #groupId(snapshot: ConnectionSnapshot, key: string): string {
    const start = `${snapshot.connection.id}/${this.grouping}`;
    if (this.filter === '') return `${start}/${key}`;
    // While a filter is on, groups get different ids. With the same ids, VS Code would keep groups collapsed and hide
    // their matches.
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
    this.#provided.fire(snapshot);
    if (snapshot.asOf === undefined) return [this.#nodes.notice(parent, 'connectionFailed')];
    const groups = [...this.groups(snapshot).values()];
    if (groups.length === 0)
      return [this.#nodes.notice(parent, this.filter === '' ? 'noDatasources' : 'noMatches')];
    return groups.map((group) => this.groupNode(snapshot, group));
  }

  /** Waits for the first answer or failure of a connection. Meanwhile, VS Code shows its own progress. */
  #firstAnswer(connectionId: string): Promise<ConnectionSnapshot | undefined> {
    return new Promise((resolve) => {
      const listener = this.store.onDidChange((change) => {
        if (change.connectionId !== connectionId) return;
        const snapshot = this.store.get(connectionId);
        if (snapshot?.asOf === undefined && snapshot && !snapshot.failure) return;
        listener.dispose();
        // Otherwise the listener would keep the snapshot, with thousands of Datasources, in memory until the window
        // closes.
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

  /** The row after the last Resource: “Load More”, an error, or a notice that Resources are missing. */
  #ending(parent: DatasourceNode | SectionNode, list: ResourceList): TreeNode[] {
    if (list.failure) return [this.#nodes.notice(parent, 'resourcesFailed')];
    if (!list.done || list.stale) return [this.#nodes.loadMore(parent)];
    return list.missing > 0 ? [this.#nodes.notice(parent, 'resourcesMissing')] : [];
  }
}
