import * as vscode from 'vscode';
import { availableActions } from '../../model/datasources/availableActions.ts';
import { rowCommand } from '../contributions.ts';
import { entryDescription, entryLabel, entryTooltip } from '../text/credentialText.ts';
import { nodeName } from '../text/plainText.ts';
import { statusIcon } from '../text/statusIcons.ts';
import { statusAccessibility, statusDescription } from '../text/statusText.ts';
import { rowFor, type CredentialsNode, type RenewalsNode, type StoppedNode } from './nodes.ts';
import type { RowSource } from './rowSource.ts';

const { Expanded, None } = vscode.TreeItemCollapsibleState;

/** The item of the group *Needs Renewal*. */
export function renewalsItem({ connectionId }: RenewalsNode, source: RowSource): vscode.TreeItem {
  const count = source.dueCredentials(connectionId).length;
  const label = vscode.l10n.t('Needs Renewal');
  const item = new vscode.TreeItem(label, Expanded);
  item.description = count.toLocaleString(vscode.env.language);
  item.iconPath = new vscode.ThemeIcon('key');
  item.contextValue = 'renewals';
  item.tooltip = vscode.l10n.t(
    'Credentials that have expired or expire soon, and the Datasources that use them',
  );
  item.accessibilityInformation = {
    label:
      count === 1
        ? vscode.l10n.t('{0}, 1 set of credentials', label)
        : vscode.l10n.t('{0}, {1} sets of credentials', label, count),
  };
  return item;
}

/** The item of credentials that must be renewed. */
export function credentialsItem(node: CredentialsNode, source: RowSource): vscode.TreeItem {
  const entry = source.credentials.wallet.find(node.connectionId, node.entryId);
  if (!entry) return new vscode.TreeItem('', None);
  const item = new vscode.TreeItem(entryLabel(entry), entry.datasources.length > 0 ? Expanded : None);
  item.description = entryDescription(entry, source.now());
  item.tooltip = entryTooltip(entry, source.now());
  const color = entry.isExpired ? 'list.errorForeground' : 'list.warningForeground';
  item.iconPath = new vscode.ThemeIcon(entry.isExpired ? 'error' : 'clock', new vscode.ThemeColor(color));
  item.contextValue = entry.mayRenew ? 'credentials renew' : 'credentials';
  item.accessibilityInformation = { label: `${entryLabel(entry)}, ${item.description}` };
  return item;
}

/** The item of a Datasource below its credentials. The Datasource also has a row in its own group. */
export function stoppedItem(node: StoppedNode, source: RowSource): vscode.TreeItem {
  const { connectionId, datasourceId } = node;
  const datasource = source.store.find(connectionId, datasourceId);
  if (!datasource) return new vscode.TreeItem('', None);
  const item = new vscode.TreeItem(nodeName(datasource), None);
  const status = statusDescription(datasource, source.now(), source.finding(connectionId, datasource));
  item.description = status;
  item.tooltip = nodeName(datasource);
  item.iconPath = statusIcon(datasource.status);
  item.contextValue = availableActions(datasource).has('credentials') ? 'stopped renew' : 'stopped';
  item.accessibilityInformation = { label: statusAccessibility(datasource, status) };
  item.command = rowCommand(
    'onna.showDetails',
    vscode.l10n.t('Show Details'),
    rowFor(connectionId, datasourceId),
  );
  return item;
}
