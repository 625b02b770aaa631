import * as vscode from 'vscode';
import { connectionDistinction } from '../../model/accounts/connection.ts';
import { isKnownStatus, type Group } from '../../model/datasources/grouping.ts';
import { rowCommand } from '../contributions.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { statusAccessibility, statusDescription, statusLabel } from '../text/statusText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import { Tooltip } from '../text/tooltip.ts';
import { rowUri } from '../documents/uris.ts';
import { credentialsItem, renewalsItem, stoppedItem } from './credentialItems.ts';
import { datasourceContext, groupContext } from './contextValues.ts';
import { noticeItem } from './noticeItem.ts';
import type {
  ConnectionNode,
  DatasourceNode,
  GroupNode,
  MoreAttentionNode,
  MoreMatchesNode,
  TreeNode,
} from './nodes.ts';
import { loadMoreItem, resourceItem, sectionItem } from './resourceItems.ts';
import type { RowSource } from './rowSource.ts';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

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
  if (group.kind === 'favorites') return vscode.l10n.t('Favorites');
  if (group.kind === 'mySources') return vscode.l10n.t('My Sources');
  if (group.kind === 'status')
    return statusLabel(isKnownStatus(group.title) ? group.title : 'unknown', group.title || undefined);
  return nodeName({ title: group.title, path: group.key });
}

const groupIcons: Record<Group['kind'], string> = {
  favorites: 'star-full',
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
  item.contextValue = groupContext(node, group);
  item.iconPath =
    group?.kind === 'status' && isKnownStatus(group.title)
      ? statusIcon(group.title)
      : new vscode.ThemeIcon(groupIcons[node.groupKind]);
  if (group) {
    const count = group.datasources.length;
    // Set a tooltip. Without one, VS Code would show the `resourceUri` that is set below.
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
    // The parent path of the group's Datasources. With it, VS Code shows their decorations on the collapsed
    // group.
    item.resourceUri = rowUri(node.connectionId, node.groupKey);
  }
  return item;
}

function datasourceItem(node: DatasourceNode, source: RowSource): vscode.TreeItem {
  const datasource = source.store.find(node.connectionId, node.datasourceId);
  if (!datasource) return new vscode.TreeItem('', None);
  const now = source.now();
  const item = new vscode.TreeItem(nodeName(datasource), Collapsed);
  const status = statusDescription(datasource, now, source.finding(node.connectionId, datasource));
  const isExceptionsOnly = source.isExceptionsOnly(node.connectionId, node.datasourceId);
  const isRenewed = source.credentials.renewals.isFresh(node.connectionId, datasource);
  const description = [
    // First, because a narrow view cuts off the end.
    ...(isRenewed ? [vscode.l10n.t('credentials renewed')] : []),
    status,
    ...(isExceptionsOnly ? [vscode.l10n.t('only exceptions shown')] : []),
  ].join(' · ');
  item.description = description;
  const user = source.store.get(node.connectionId)?.connection.user;
  item.contextValue = datasourceContext(datasource, user, isExceptionsOnly);
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
  item.command = rowCommand('onna.loadMore', vscode.l10n.t('Show All'), node);
  return item;
}

function moreAttentionItem(node: MoreAttentionNode): vscode.TreeItem {
  const item = new vscode.TreeItem(
    vscode.l10n.t('and {0} more', node.hidden.toLocaleString(vscode.env.language)),
    None,
  );
  item.tooltip = vscode.l10n.t('Filter the Datasources by “attention”');
  item.iconPath = new vscode.ThemeIcon('filter');
  item.contextValue = 'moreAttention';
  item.command = rowCommand('onna.filter', vscode.l10n.t('Filter Datasources'), node);
  return item;
}

/** Creates the item of a row from the model. Needs only one or two map look-ups and sends no request. */
export function treeItemOf(node: TreeNode, source: RowSource): vscode.TreeItem {
  const item = draw(node, source);
  item.id = node.id;
  return item;
}

/**
 * All parts of a row that can change while its Datasource stays in the same group, as a string for
 * comparison.
 */
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
    case 'renewals':
      return renewalsItem(node, source);
    case 'credentials':
      return credentialsItem(node, source);
    case 'stopped':
      return stoppedItem(node, source);
    case 'group':
      return groupItem(node, source);
    case 'datasource':
      return datasourceItem(node, source);
    case 'moreMatches':
      return moreMatchesItem(node, source);
    case 'moreAttention':
      return moreAttentionItem(node);
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
