import * as vscode from 'vscode';
import type { CommandId } from '../../ids.ts';
import { availableActions, mayProcess } from '../../model/datasources/availableActions.ts';
import { connectionDistinction } from '../../model/accounts/connection.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { Finding } from '../../model/history/findings.ts';
import { isKnownStatus, type Group } from '../../model/datasources/grouping.ts';
import { sectionSize, type ResourceList } from '../../model/resources/resourceList.ts';
import { parentPath } from '../../onna/address.ts';
import { isGeneratedId } from '../../onna/readableName.ts';
import { describeError } from '../text/errorText.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { statusAccessibility, statusDescription, statusLabel } from '../text/statusText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import { Tooltip } from '../text/tooltip.ts';
import { rowUri } from '../documents/uris.ts';
import type {
  ConnectionNode,
  DatasourceNode,
  GroupNode,
  LoadMoreNode,
  MoreMatchesNode,
  NoticeNode,
  ResourceNode,
  SectionNode,
  TreeNode,
} from './nodes.ts';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** The data that rows are drawn from. */
export interface RowSource {
  readonly store: DatasourceStore;
  group(node: GroupNode): Group | undefined;
  /** Whether a group is collapsed because the groups before it already show the maximum number of matches. */
  isHeldBack(node: GroupNode): boolean;
  /** The number of a group's matches that are not shown. */
  hiddenMatches(node: GroupNode): number;
  resources(connectionId: string, datasourceId: string): ResourceList | undefined;
  now(): number;
  /** Facts about a Datasource that the list of Datasources does not contain. */
  finding(connectionId: string, datasource: Datasource): Finding;
}

function command(id: CommandId, title: string, node: TreeNode): vscode.Command {
  return { command: id, title, arguments: [node] };
}

function connectionItem(node: ConnectionNode, source: RowSource): vscode.TreeItem {
  const snapshot = source.store.get(node.connectionId);
  const item = new vscode.TreeItem(
    snapshot ? plainText(snapshot.connection.account) || '\ufffd' : '',
    Expanded,
  );
  item.contextValue = 'connection';
  item.iconPath = new vscode.ThemeIcon('account');
  if (snapshot) {
    const { connection } = snapshot;
    const signedOut = snapshot.failure?.failure.kind === 'signedOut';
    if (signedOut) item.contextValue = 'connection signedOut';
    const all = source.store.connections().map((other) => other.connection);
    const distinction = connectionDistinction(connection, all);
    const user = plainText(
      distinction === undefined ? connection.user : `${connection.user} · ${distinction}`,
    );
    item.description = signedOut ? vscode.l10n.t('{0} · signed out', user) : user;
    item.tooltip = new Tooltip()
      .paragraph(connection.user)
      .paragraph(`${connection.baseUrl}/api/${connection.container}/${connection.account}`).markdown;
  }
  return item;
}

function groupLabel(group: Group): string {
  if (group.kind === 'mySources') return vscode.l10n.t('My Sources');
  if (group.kind === 'status')
    return statusLabel(isKnownStatus(group.title) ? group.title : 'unknown', group.title || undefined);
  return nodeName({ title: group.title, path: group.key });
}

const groupIcons: Record<Group['kind'], string> = {
  mySources: 'home',
  user: 'person',
  workspace: 'briefcase',
  type: 'plug',
  status: 'pulse',
};

function groupItem(node: GroupNode, source: RowSource): vscode.TreeItem {
  const group = source.group(node);
  const item = new vscode.TreeItem(
    group ? groupLabel(group) : '',
    !group?.datasources.length ? None : source.isHeldBack(node) ? Collapsed : Expanded,
  );
  item.contextValue = `group ${node.groupKind}`;
  item.iconPath =
    group?.kind === 'status' && isKnownStatus(group.title)
      ? statusIcon(group.title)
      : new vscode.ThemeIcon(groupIcons[node.groupKind]);
  if (group) {
    const count = group.datasources.length;
    // Without a tooltip, VS Code would show the `resourceUri` that is set below.
    item.tooltip = groupLabel(group);
    item.description = count.toLocaleString(vscode.env.language);
    item.accessibilityInformation = {
      label:
        count === 1
          ? vscode.l10n.t('{0}, 1 Datasource', groupLabel(group))
          : vscode.l10n.t('{0}, {1} Datasources', groupLabel(group), count),
    };
  }
  if (node.groupKind === 'workspace' || node.groupKind === 'mySources' || node.groupKind === 'user') {
    // The parent path of the group's Datasources, so that VS Code shows their decorations on the collapsed group.
    item.resourceUri = rowUri(node.connectionId, node.groupKey);
  }
  return item;
}

function datasourceContext(datasource: Datasource): string {
  // `expired` makes the remedy the row's first action.
  const expired = datasource.credential === 'expired' ? ['expired'] : [];
  return ['datasource', ...availableActions(datasource), ...expired].join(' ');
}

function datasourceItem(node: DatasourceNode, source: RowSource): vscode.TreeItem {
  const datasource = source.store.find(node.connectionId, node.datasourceId);
  if (!datasource) return new vscode.TreeItem('', None);
  const now = source.now();
  const item = new vscode.TreeItem(nodeName(datasource), Collapsed);
  const description = statusDescription(datasource, now, source.finding(node.connectionId, datasource));
  item.description = description;
  item.contextValue = datasourceContext(datasource);
  item.iconPath = statusIcon(datasource.status);
  item.resourceUri = rowUri(node.connectionId, datasource.path);
  item.accessibilityInformation = { label: statusAccessibility(datasource, description) };
  return item;
}

function moreMatchesItem(node: MoreMatchesNode, source: RowSource): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Show All'), None);
  const hidden = source.hiddenMatches(node.group);
  item.description =
    hidden === 1
      ? vscode.l10n.t('1 more match')
      : vscode.l10n.t('{0} more matches', hidden.toLocaleString(vscode.env.language));
  item.iconPath = new vscode.ThemeIcon('fold-down');
  item.contextValue = 'moreMatches';
  item.command = command('onna.loadMore', vscode.l10n.t('Show All'), node);
  return item;
}

function sectionItem(node: SectionNode, source: RowSource): vscode.TreeItem {
  const list = source.resources(node.connectionId, node.datasourceId);
  const section = list?.sections()[node.index];
  const from = node.index * sectionSize + 1;
  const format = new Intl.NumberFormat(vscode.env.language);
  const label = `${format.format(from)}–${format.format(section?.to ?? from)}`;
  const item = new vscode.TreeItem(label, section?.last ? Expanded : Collapsed);
  item.contextValue = 'section';
  item.accessibilityInformation = { label: vscode.l10n.t('Resources {0}', label) };
  return item;
}

function resourceItem(node: ResourceNode, source: RowSource): vscode.TreeItem {
  const { path, title } = node.child;
  const datasource = source.store.find(node.connectionId, node.datasourceId);
  const item = new vscode.TreeItem(nodeName({ title, path }), None);
  // Generated ids between the Datasource and the Resource mean nothing to a reader.
  const folders = parentPath(path).slice((datasource?.path.length ?? 0) + 1);
  const folder = folders
    .split('/')
    .filter((segment) => !isGeneratedId(segment))
    .join('/');
  if (folder !== '') item.description = plainText(folder);
  item.contextValue = datasource && mayProcess(datasource) ? 'resource process' : 'resource';
  item.resourceUri = rowUri(node.connectionId, path);
  item.iconPath = vscode.ThemeIcon.File;
  item.command = command('onna.openResource', vscode.l10n.t('Open Text'), node);
  return item;
}

function loadMoreItem(node: LoadMoreNode, source: RowSource): vscode.TreeItem {
  const list = source.resources(node.connectionId, node.datasourceId);
  const loaded = list?.children.length ?? 0;
  const total = source.store.find(node.connectionId, node.datasourceId)?.resourceCount;
  const format = new Intl.NumberFormat(vscode.env.language);
  const item = new vscode.TreeItem(
    list?.done ? vscode.l10n.t('Read Again') : vscode.l10n.t('Load More'),
    None,
  );
  const of =
    total !== undefined && total > loaded
      ? vscode.l10n.t('{0} of about {1} loaded', format.format(loaded), format.format(total))
      : vscode.l10n.t('{0} loaded', format.format(loaded));
  item.description = list?.stale ? `${of} · ${vscode.l10n.t('the Datasource has synced since')}` : of;
  item.iconPath = new vscode.ThemeIcon(list?.done ? 'refresh' : 'fold-down');
  item.contextValue = 'loadMore';
  item.command = command(list?.done ? 'onna.refresh' : 'onna.loadMore', item.label as string, node);
  return item;
}

function noticeItem(node: NoticeNode, source: RowSource): vscode.TreeItem {
  const snapshot = source.store.get(node.connectionId);
  const list =
    node.datasourceId === undefined ? undefined : source.resources(node.connectionId, node.datasourceId);
  const failure = node.about === 'resourcesFailed' ? list?.failure : snapshot?.failure;
  const item = new vscode.TreeItem('', None);
  switch (node.about) {
    case 'connectionFailed':
    case 'resourcesFailed': {
      const signedOut = failure?.failure.kind === 'signedOut';
      item.label = signedOut
        ? vscode.l10n.t('Signed out. Select to sign in again.')
        : vscode.l10n.t('Could not load. Select to try again.');
      const resources = list && list.children.length > 0 ? 'moreResources' : 'resources';
      const words = failure && describeError(failure, node.about === 'resourcesFailed' ? resources : 'list');
      item.description = words;
      item.tooltip = words === undefined ? undefined : new Tooltip().paragraph(words).markdown;
      item.iconPath = new vscode.ThemeIcon(
        'warning',
        new vscode.ThemeColor('notificationsWarningIcon.foreground'),
      );
      const retry = node.about === 'resourcesFailed' ? 'onna.loadMore' : 'onna.refresh';
      item.command = command(signedOut ? 'onna.signIn' : retry, item.label, node);
      break;
    }
    case 'resourcesMissing': {
      const listed = list?.children.length ?? 0;
      const format = new Intl.NumberFormat(vscode.env.language);
      const count = format.format(listed + (list?.missing ?? 0));
      item.label = vscode.l10n.t('The list may be incomplete. Select to read it again.');
      item.description = vscode.l10n.t('{0} of {1} listed', format.format(listed), count);
      item.tooltip = vscode.l10n.t(
        'Onna counts {0} Resources in this Datasource, but lists {1}.',
        count,
        format.format(listed),
      );
      item.iconPath = new vscode.ThemeIcon('info');
      item.command = command('onna.refresh', item.label, node);
      break;
    }
    case 'noDatasources':
      item.label = vscode.l10n.t('No Datasources in this account yet');
      break;
    case 'noResources':
      item.label = vscode.l10n.t('No Resources yet');
      break;
    case 'noMatches':
      item.label = vscode.l10n.t('No Datasource matches the filter');
      break;
  }
  item.contextValue = 'notice';
  return item;
}

/** Draws a row from the model. Needs only one or two map look-ups and sends no request. */
export function treeItemOf(node: TreeNode, source: RowSource): vscode.TreeItem {
  const item = draw(node, source);
  item.id = node.id;
  return item;
}

/** All parts of a row that can change while its Datasource stays in its group, as a string for comparison. */
export function appearanceOf(item: vscode.TreeItem): string {
  const icon = item.iconPath instanceof vscode.ThemeIcon ? item.iconPath : undefined;
  return JSON.stringify([
    item.label,
    item.description,
    icon?.id,
    icon?.color?.id,
    item.contextValue,
    item.accessibilityInformation?.label,
    item.resourceUri?.path,
  ]);
}

function draw(node: TreeNode, source: RowSource): vscode.TreeItem {
  switch (node.kind) {
    case 'connection':
      return connectionItem(node, source);
    case 'group':
      return groupItem(node, source);
    case 'datasource':
      return datasourceItem(node, source);
    case 'moreMatches':
      return moreMatchesItem(node, source);
    case 'section':
      return sectionItem(node, source);
    case 'resource':
      return resourceItem(node, source);
    case 'loadMore':
      return loadMoreItem(node, source);
    case 'notice':
      return noticeItem(node, source);
  }
}
