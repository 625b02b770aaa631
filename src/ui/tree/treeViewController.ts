import * as vscode from 'vscode';
import { ContextKey } from '../contributions.ts';
import { accountName } from '../../model/accounts/connection.ts';
import { summary } from '../../model/datasources/summary.ts';
import { Owner } from '../../base/event.ts';
import type { PersonalZone } from '../../model/settings/personalZone.ts';
import { sectionSize } from '../../model/resources/resourceList.ts';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError } from '../../onna/errors.ts';
import type { ResourceDetails } from '../../onna/wire/resource.ts';
import { age } from '../text/age.ts';
import { describeError } from '../text/errorText.ts';
import { unreadableItems } from '../text/listText.ts';
import { plainText } from '../text/plainText.ts';
import { resourceTooltip } from '../text/resourceText.ts';
import type { DatasourceNode, ResourceNode, SectionNode, TreeNode } from './nodes.ts';
import type { TreeProvider } from './treeProvider.ts';

/** If restored data is older than this, in ms, the view shows its age until the data is refreshed. */
const restoredIsOldMs = 60_000;

/** Manages the view's badge, message and filter, reveals rows, and adds tooltips. */
export class TreeViewController extends Owner {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #filtered = new ContextKey('onna.filtered');
  readonly #provider: TreeProvider;
  readonly #lists: ResourceLists;
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #zone: PersonalZone;

  constructor(
    view: vscode.TreeView<TreeNode>,
    provider: TreeProvider,
    lists: ResourceLists,
    client: (connectionId: string) => Promise<OnnaClient>,
    zone: PersonalZone,
  ) {
    super();
    this.view = view;
    this.#provider = provider;
    this.#lists = lists;
    this.#client = client;
    this.#zone = zone;
    this.register(provider.store.onDidChange(() => this.update()));
    this.update();
  }

  /** Updates the badge and the message. */
  update(): void {
    const { store } = this.#provider;
    const now = this.#provider.now();
    const troubles: string[] = [];
    const snapshots = store.connections();
    const connections = snapshots.map(({ connection }) => connection);
    for (const snapshot of snapshots) {
      const trouble = this.#troubleOf(snapshot, now);
      if (trouble !== undefined) {
        troubles.push(
          snapshots.length > 1
            ? `${plainText(accountName(snapshot.connection, connections))}: ${trouble}`
            : trouble,
        );
      }
    }
    this.#setBadge(summary(snapshots).attention.length);
    const message = troubles.length > 0 ? troubles.join('\n') : undefined;
    if (this.view.message !== message) this.view.message = message;
  }

  /** Shows only Datasources that match `text`. An empty text shows all Datasources. */
  setFilter(text: string): void {
    const before = this.#provider.filter;
    const filter = text.trim();
    this.#provider.filter = filter;
    if (filter !== before)
      this.view.description = filter === '' ? undefined : vscode.l10n.t('filter: {0}', filter);
    // VS Code rejects the command only while it shuts down.
    this.#filtered.set(filter !== '').catch(() => undefined);
  }

  /** Shows and selects a Datasource. @param expand Whether to show its Resources, too. */
  async revealDatasource(
    connectionId: string,
    datasourceId: string,
    expand = false,
  ): Promise<DatasourceNode | undefined> {
    const row = this.#row(connectionId, datasourceId);
    // Clear the filter, because it may hide the row.
    if (!row && this.#provider.store.find(connectionId, datasourceId)) this.setFilter('');
    const found = row ?? this.#row(connectionId, datasourceId);
    if (found) await this.view.reveal(found, { select: true, focus: true, expand });
    return found;
  }

  /** Shows and selects a Workspace, if the tree is grouped by Workspace. */
  async revealWorkspace(connectionId: string, path: NodePath): Promise<void> {
    const snapshot = this.#provider.store.get(connectionId);
    if (!snapshot || this.#provider.grouping !== 'workspace') return;
    // Clear the filter, because it may hide the row.
    if (!this.#provider.groups(snapshot).has(path) && snapshot.workspaces.has(path)) this.setFilter('');
    const group = this.#provider.groups(snapshot).get(path);
    if (!group) return;
    await this.view.reveal(this.#provider.groupNode(snapshot, group), {
      select: true,
      focus: true,
      expand: false,
    });
  }

  /**
   * Shows and selects a Resource. Loads pages until the Resource is found.
   * @param progress Called with the number of Resources loaded so far.
   * @returns False if the Datasource does not list the Resource. Undefined if the search was cancelled.
   */
  async revealResource(
    connectionId: string,
    path: NodePath,
    signal: AbortSignal,
    progress: (loaded: number) => void,
  ): Promise<boolean | undefined> {
    const datasources = this.#provider.store.get(connectionId)?.datasources.values() ?? [];
    const datasource = [...datasources].find((entry) => path.startsWith(`${entry.path}/`));
    const parent = datasource && (await this.revealDatasource(connectionId, datasource.id));
    if (!parent) return false;
    // Show all Resources. The exception filter hides Resources without an exception, and those whose
    // exceptions are not loaded yet.
    const shown = this.#lists.opened(connectionId, datasource.id);
    if (!shown?.children.some((child) => child.path === path))
      this.#lists.setExceptionsOnly(connectionId, datasource.id, false);
    const list = this.#lists.of(connectionId, datasource);
    let searched = 0;
    const found = (): number => {
      const index = list.children.findIndex((child, at) => at >= searched && child.path === path);
      searched = list.children.length;
      return index;
    };
    let index = found();
    while (index < 0 && !list.done && !list.failure && !signal.aborted) {
      const before = list.children.length;
      await list.loadMore(signal);
      progress(list.children.length);
      // The load was cancelled, or the Datasource was removed. Without this check, the loop would never end.
      if (list.children.length === before) break;
      index = found();
    }
    const row = index < 0 ? undefined : this.#resourceRow(parent, index);
    if (row) await this.view.reveal(row, { select: true, focus: true });
    return row === undefined && signal.aborted ? undefined : row !== undefined;
  }

  /** Puts the focus on the Resource at `index` of a Datasource, if it is loaded. */
  async focusResource(parent: DatasourceNode, index: number): Promise<void> {
    const row = this.#resourceRow(parent, index);
    if (row) await this.view.reveal(row, { select: false, focus: true });
  }

  /**
   * Adds a row's tooltip when the user hovers over the row. The details of a Resource are requested only
   * then.
   */
  async resolve(
    item: vscode.TreeItem,
    node: TreeNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    if (node.kind === 'datasource') {
      const datasource = this.#provider.store.find(node.connectionId, node.datasourceId);
      if (datasource) {
        const resourceCount =
          datasource.resourceCount ?? (await this.#count(node.connectionId, datasource.path, token));
        item.tooltip = this.#provider.keepTooltip(node, { ...datasource, resourceCount }, this.#zone.current);
      }
    } else if (node.kind === 'resource') {
      const details = await this.#details(node, token);
      item.tooltip = resourceTooltip(node.child, details, this.#zone.current, this.#provider.mark(node));
    }
    return item;
  }

  #details(node: ResourceNode, token: vscode.CancellationToken): Promise<ResourceDetails | undefined> {
    return this.#request(node.connectionId, token, (client, signal) =>
      client.resource(node.child.path, signal),
    );
  }

  /**
   * Requests `@size`, because some services do not list the number of Resources (docs/onna-api.md §14.16).
   */
  #count(connectionId: string, path: NodePath, token: vscode.CancellationToken): Promise<number | undefined> {
    return this.#request(
      connectionId,
      token,
      async (client, signal) => (await client.size(path, signal)).resourceCount,
    );
  }

  async #request<T>(
    connectionId: string,
    token: vscode.CancellationToken,
    send: (client: OnnaClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      // Use a background request. If the server has requested a pause, the request is not sent, and the tooltip shows
      // known data.
      return await send((await this.#client(connectionId)).inBackground, abort.signal);
    } catch (error) {
      // Do not show the error in the tooltip, which shows the known data. The log contains the error.
      if (error instanceof OnnaError) return undefined;
      throw error;
    } finally {
      listener.dispose();
    }
  }

  #row(connectionId: string, datasourceId: string): DatasourceNode | undefined {
    const snapshot = this.#provider.store.get(connectionId);
    const datasource = snapshot?.datasources.get(datasourceId);
    if (!snapshot || !datasource) return undefined;
    return this.#provider.visibleRow(snapshot, datasource);
  }

  #resourceRow(parent: DatasourceNode, index: number): TreeNode | undefined {
    const sections = this.#lists.opened(parent.connectionId, parent.datasourceId)?.sections() ?? [];
    const section = sections[Math.floor(index / sectionSize)];
    const row: DatasourceNode | SectionNode = section
      ? this.#provider.resourceRows.section(parent, section)
      : parent;
    return this.#provider.resourceRows.at(row, index);
  }

  /**
   * A message that explains why the rows may differ from the data of the service: they are old, or some are
   * missing.
   */
  #troubleOf(snapshot: ConnectionSnapshot, now: number): string | undefined {
    const troubles = [this.#ageTrouble(snapshot, now), unreadableItems(snapshot.unreadable)];
    const text = troubles.filter((trouble) => trouble !== undefined).join('\n');
    return text === '' ? undefined : text;
  }

  #ageTrouble({ asOf, failure, restored }: ConnectionSnapshot, now: number): string | undefined {
    if (asOf === undefined) return undefined;
    const shown = vscode.l10n.t('Last updated {0}.', age(asOf, now));
    if (failure) return `${describeError(failure, 'list')} ${shown}`;
    // Data that is only seconds old needs no message. A message would make the tree's rows jump.
    return restored && now - asOf > restoredIsOldMs ? `${shown} ${vscode.l10n.t('Updating…')}` : undefined;
  }

  #setBadge(attention: number): void {
    if ((this.view.badge?.value ?? 0) === attention) return;
    this.view.badge =
      attention === 0
        ? undefined
        : {
            value: attention,
            tooltip:
              attention === 1
                ? vscode.l10n.t('1 Datasource needs attention')
                : vscode.l10n.t('{0} Datasources need attention', attention),
          };
  }
}
