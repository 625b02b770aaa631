import * as vscode from 'vscode';
import type { ResourceList } from '../../model/resources/resourceList.ts';
import { rowCommand } from '../contributions.ts';
import { describeError } from '../text/errorText.ts';
import { Tooltip } from '../text/tooltip.ts';
import type { NoticeNode } from './nodes.ts';
import type { RowSource } from './rowSource.ts';

/** The item of a row with a message. */
export function noticeItem(node: NoticeNode, source: RowSource): vscode.TreeItem {
  const snapshot = source.store.get(node.connectionId);
  const list =
    node.datasourceId === undefined ? undefined : source.resources(node.connectionId, node.datasourceId);
  const failure = node.about === 'resourcesFailed' ? list?.failure : snapshot?.failure;
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
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
      item.command = rowCommand(signedOut ? 'onna.signIn' : retry, item.label, node);
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
      item.command = rowCommand('onna.refresh', item.label, node);
      break;
    }
    case 'noDatasources':
      item.label = vscode.l10n.t('No Datasources in this account yet');
      break;
    case 'noResources':
      item.label = vscode.l10n.t('No Resources yet');
      break;
    case 'exceptionsOnly':
      item.label = vscode.l10n.t('Only exceptions and notes');
      if (list?.started) item.description = shownOfTotal(list);
      item.tooltip = vscode.l10n.t(
        'Only Resources with exceptions or notes are shown. Select to show all Resources.',
      );
      item.iconPath = new vscode.ThemeIcon('filter-filled');
      item.command = rowCommand('onna.showAllResources', vscode.l10n.t('Show All Resources'), node);
      break;
    case 'noExceptions':
      item.label = vscode.l10n.t('No Resources with exceptions');
      break;
    case 'noMatches':
      item.label = vscode.l10n.t('No Datasource matches the filter');
      break;
  }
  item.contextValue = node.about === 'exceptionsOnly' ? 'notice exceptionsOnly' : 'notice';
  return item;
}

/**
 * Text with the number of shown Resources with exceptions, and their total number if it is larger. The
 * service only estimates the total.
 */
function shownOfTotal({ children, total }: ResourceList): string {
  const format = new Intl.NumberFormat(vscode.env.language);
  return total !== undefined && total > children.length
    ? vscode.l10n.t('{0} of about {1}', format.format(children.length), format.format(total))
    : format.format(children.length);
}
