import type * as vscode from 'vscode';
import { DatasourceView } from '../../model/datasources/datasourceView.ts';
import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import type { Finding, Findings } from '../../model/history/findings.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import { groupKeyOf, type Group, type Grouping } from '../../model/datasources/grouping.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { ResourceList } from '../../model/resources/resourceList.ts';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Clock } from '../../base/clock.ts';
import type { Zone } from '../../shared/timeZone.ts';
import type { ExceptionMarks } from '../../model/resources/exceptionMarks.ts';
import type { ExceptionMark } from '../../model/resources/resourceWalk.ts';
import { DrawnRows } from './drawnRows.ts';
import { FirstAnswers } from './firstAnswers.ts';
import { treeItemOf } from './treeItems.ts';
import type {
  CredentialsNode,
  DatasourceNode,
  GroupNode,
  RenewalsNode,
  ResourceNode,
  TreeNode,
} from './nodes.ts';
import { NodeRegistry } from './nodeRegistry.ts';
import { ResourceRows } from './resourceRows.ts';
import type { CredentialSource, RowSource } from './rowSource.ts';
import { makeIsInUse } from './rowsInUse.ts';

/** Resolves once the connections are known. */
type ConnectionsReady = () => Promise<void>;

/**
 * Provides rows from the model. Returns known data at once. Only the first expansion of a row waits for the
 * service.
 */
export class TreeProvider extends Owner implements vscode.TreeDataProvider<TreeNode>, RowSource {
  readonly store: DatasourceStore;
  readonly #lists: ResourceLists;
  readonly #ready: ConnectionsReady;
  readonly #clock: Clock;
  readonly #changes = this.register(new Emitter<TreeNode | TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #rows = new DrawnRows();
  readonly #nodes = new NodeRegistry(() => makeIsInUse(this));
  readonly resourceRows: ResourceRows;
  readonly #firstAnswers: FirstAnswers;
  readonly #provided = this.register(new Emitter<ConnectionSnapshot>());
  /** Fires when VS Code receives the rows below a connection, with the snapshot from which they were built. */
  readonly onDidProvideRows = this.#provided.event;
  #rootRequests = 0;
  #rootAwaited = 0;
  readonly #view: DatasourceView;
  readonly findings: Pick<Findings, 'get' | 'onDidChange'>;
  readonly marks: Pick<ExceptionMarks, 'get' | 'shown' | 'onDidChange'>;
  readonly credentials: CredentialSource;

  constructor(options: {
    store: DatasourceStore;
    lists: ResourceLists;
    clock: Clock;
    grouping: Grouping;
    ready: ConnectionsReady;
    findings: Pick<Findings, 'get' | 'onDidChange'>;
    marks: Pick<ExceptionMarks, 'get' | 'shown' | 'onDidChange'>;
    credentials: CredentialSource;
  }) {
    super();
    this.store = options.store;
    this.#lists = options.lists;
    this.#clock = options.clock;
    this.#ready = options.ready;
    this.findings = options.findings;
    this.marks = options.marks;
    this.credentials = options.credentials;
    this.#view = new DatasourceView(
      options.grouping,
      (connectionId, datasource) => (this.finding(connectionId, datasource).exceptions ?? 0) > 0,
    );
    this.resourceRows = new ResourceRows({ ...options, nodes: this.#nodes });
    this.register(this.findings.onDidChange(() => this.#view.forgetMatches()));
    this.register(
      this.store.onDidChange(({ connectionId, state }) => {
        if (state && !this.store.get(connectionId)) this.#nodes.forget(connectionId);
      }),
    );
    this.#firstAnswers = this.register(new FirstAnswers(this.store));
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
    // Compare the matches before and after, because most keystrokes in a long word do not change them.
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

  mark({ connectionId, datasourceId, child }: ResourceNode): ExceptionMark | undefined {
    return this.marks.get(connectionId, datasourceId, child.path);
  }

  isExceptionsOnly(connectionId: string, datasourceId: string): boolean {
    return this.#lists.isExceptionsOnly(connectionId, datasourceId);
  }

  fire(nodes: TreeNode | TreeNode[] | undefined): void {
    if (Array.isArray(nodes)) this.#rows.sent(nodes);
    this.#changes.fire(nodes);
  }

  /** Number of times that VS Code has requested the connections. */
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

  /** The row with this id, if it has been shown. */
  shown(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  /** A Datasource's row, if it has been shown in the Datasource's current group. */
  shownDatasource(snapshot: ConnectionSnapshot, datasource: Datasource): DatasourceNode | undefined {
    const key = groupKeyOf(snapshot, datasource, this.grouping);
    const node = this.#nodes.get(`${this.groupId(snapshot, key)}/${datasource.id}`);
    return node?.kind === 'datasource' ? node : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = treeItemOf(node, this);
    if (node.kind === 'datasource') this.#rows.drew(node, item);
    return item;
  }

  /**
   * Returns a row's tooltip and remembers it, because VS Code caches the tooltip until it requests the row
   * again.
   */
  keepTooltip(node: DatasourceNode, datasource: Datasource, zone: Zone): vscode.MarkdownString {
    const finding = this.finding(node.connectionId, datasource);
    return this.#rows.keepTooltip(node, datasource, this.now(), zone, finding);
  }

  /** Whether VS Code shows an outdated row or tooltip and has not been notified yet. */
  isOutdated(node: DatasourceNode): boolean {
    return this.#rows.isOutdated(node, () => treeItemOf(node, this), this.now());
  }

  /**
   * VS Code may have dropped an event. Call this so that rows can be sent again even if VS Code has not requested them
   * since they were last sent.
   */
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
      case 'renewals':
        return this.renewalRows(node);
      case 'credentials':
        return this.stoppedRows(node);
      case 'group':
        return this.#groupChildren(node);
      case 'datasource':
        return this.resourceRows.ofDatasource(node);
      case 'section':
        return this.resourceRows.ofSection(node);
      default:
        return [];
    }
  }

  dueCredentials(connectionId: string): readonly CredentialEntry[] {
    return this.filter === '' ? this.credentials.wallet.due(connectionId) : [];
  }

  renewalsNode(connectionId: string): RenewalsNode {
    return this.#nodes.renewals(connectionId);
  }

  /** The rows below *Needs Renewal*. */
  renewalRows(node: RenewalsNode): CredentialsNode[] {
    return this.dueCredentials(node.connectionId).map(({ id }) => this.#nodes.credentials(node, id));
  }

  /** The Datasources below their credentials. */
  stoppedRows(node: CredentialsNode): TreeNode[] {
    const entry = this.credentials.wallet.find(node.connectionId, node.entryId);
    return (entry?.datasources ?? []).map(({ id }) => this.#nodes.stopped(node, id));
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

  /** The row of a Datasource. Undefined if the filter or the maximum number of matches hides the row. */
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
    return this.#nodes.group(this.groupId(snapshot, group.key), snapshot.connection.id, group);
  }

  datasourceNode(parent: GroupNode, datasourceId: string): DatasourceNode {
    return this.#nodes.datasource(parent, datasourceId);
  }

  /** The rows that match the filter, as a string for comparison. Undefined if no filter is active. */
  #matches(): string | undefined {
    if (this.filter === '') return undefined;
    return JSON.stringify(this.store.connections().map((snapshot) => this.#view.matches(snapshot)));
  }

  /** The id of a group's row under the current grouping and filter. */
  groupId(snapshot: ConnectionSnapshot, key: string): string {
    const start = `${snapshot.connection.id}/${this.grouping}`;
    if (this.filter === '') return `${start}/${key}`;
    // While a filter is active, give groups different ids. With the same ids, VS Code would keep groups
    // collapsed and hide their matches.
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
    const snapshot = await this.#firstAnswers.of(connectionId);
    if (!snapshot) return [];
    this.#provided.fire(snapshot);
    if (snapshot.asOf === undefined) return [this.#nodes.notice(parent, 'connectionFailed')];
    const groups = [...this.groups(snapshot).values()].map((group) => this.groupNode(snapshot, group));
    if (groups.length === 0)
      return [this.#nodes.notice(parent, this.filter === '' ? 'noDatasources' : 'noMatches')];
    return this.dueCredentials(connectionId).length > 0
      ? [this.renewalsNode(connectionId), ...groups]
      : groups;
  }
}
