import * as vscode from 'vscode';
import { mayProcess } from '../../model/datasources/availableActions.ts';
import { sectionSize } from '../../model/resources/resourceList.ts';
import { parentPath } from '../../onna/address.ts';
import { isGeneratedId } from '../../onna/readableName.ts';
import { rowCommand } from '../contributions.ts';
import { rowUri } from '../documents/uris.ts';
import { markReason, markWords } from '../text/exceptionText.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import type { LoadMoreNode, ResourceNode, SectionNode } from './nodes.ts';
import type { RowSource } from './rowSource.ts';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** The item of a range of Resources. */
export function sectionItem(node: SectionNode, source: RowSource): vscode.TreeItem {
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

/**
 * The item of a Resource. If the Resource has an exception, the item shows its mark. {@link
 * ExceptionDecorations} adds the badge.
 */
export function resourceItem(node: ResourceNode, source: RowSource): vscode.TreeItem {
  const { path, title } = node.child;
  const mark = source.mark(node);
  const datasource = source.store.find(node.connectionId, node.datasourceId);
  const item = new vscode.TreeItem(nodeName({ title, path }), None);
  // Leave out generated ids between the Datasource and the Resource, because they mean nothing to users.
  const folders = parentPath(path).slice((datasource?.path.length ?? 0) + 1);
  const folder = folders
    .split('/')
    .filter((segment) => !isGeneratedId(segment))
    .join('/');
  const description = [mark && markReason(mark), plainText(folder)].filter(Boolean).join(' · ');
  if (description !== '') item.description = description;
  if (mark) {
    const label = [nodeName({ title, path }), markWords(mark), plainText(folder)].filter(Boolean).join(', ');
    item.accessibilityInformation = { label };
  }
  item.contextValue = datasource && mayProcess(datasource) ? 'resource process' : 'resource';
  item.resourceUri = rowUri(node.connectionId, path);
  item.iconPath = vscode.ThemeIcon.File;
  item.command = rowCommand('onna.openResource', vscode.l10n.t('Open Text'), node);
  return item;
}

/** The item of the row that loads the next page. */
export function loadMoreItem(node: LoadMoreNode, source: RowSource): vscode.TreeItem {
  const list = source.resources(node.connectionId, node.datasourceId);
  const loaded = list?.children.length ?? 0;
  const total = list?.total;
  const format = new Intl.NumberFormat(vscode.env.language);
  const item = new vscode.TreeItem(
    list?.done ? vscode.l10n.t('Read Again') : vscode.l10n.t('Load More'),
    None,
  );
  const of =
    total !== undefined && total > loaded
      ? vscode.l10n.t('{0} of about {1} loaded', format.format(loaded), format.format(total))
      : vscode.l10n.t('{0} loaded', format.format(loaded));
  item.description = list?.stale
    ? `${of} · ${vscode.l10n.t('out of date: the Datasource has synced since then')}`
    : of;
  item.iconPath = new vscode.ThemeIcon(list?.done ? 'refresh' : 'fold-down');
  item.contextValue = 'loadMore';
  item.command = rowCommand(list?.done ? 'onna.refresh' : 'onna.loadMore', item.label as string, node);
  return item;
}
