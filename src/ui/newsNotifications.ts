import * as vscode from 'vscode';
import type { CommandId } from '../ids.ts';
import { Owner } from '../base/event.ts';
import type { NewsDigest, NewsItem, StatusNews } from '../model/notifications/statusNews.ts';
import { showInformation, showWarning } from './text/messages.ts';
import { nodeName, plainText } from './text/plainText.ts';
import { rowFor } from './tree/nodes.ts';

/** Maximum number of names in one notification. */
const maxNamed = 3;

/** Shows each digest of status changes as one notification. */
export class NewsNotifications extends Owner {
  readonly #onError: (error: unknown) => void;

  constructor(news: StatusNews, onError: (error: unknown) => void) {
    super();
    this.#onError = onError;
    this.register(
      news.onDidHappen((digest) => {
        this.#show(digest).catch((error: unknown) => this.#onError(error));
      }),
    );
  }

  async #show({ connectionId, items }: NewsDigest): Promise<void> {
    const trouble = items.filter(({ kind }) => kind !== 'recovered');
    const [first] = trouble;
    if (!first) {
      await showInformation(recoveredText(items));
      return;
    }
    const row = rowFor(connectionId, first.datasource.id);
    const details: Choice = {
      label: vscode.l10n.t('Show Details'),
      command: 'onna.showDetails',
      args: [row],
    };
    const choices = trouble.length === 1 ? [details, ...remedyOf(first, row)] : [listChoice()];
    const pressed = await showWarning(troubleText(trouble), ...choices.map(({ label }) => label));
    const choice = choices.find(({ label }) => label === pressed);
    if (choice) await vscode.commands.executeCommand(choice.command, ...choice.args);
  }
}

interface Choice {
  readonly label: string;
  readonly command: CommandId;
  readonly args: readonly unknown[];
}

function listChoice(): Choice {
  return { label: vscode.l10n.t('Show List'), command: 'onna.showAttention', args: [] };
}

function remedyOf({ kind, datasource }: NewsItem, row: unknown): readonly Choice[] {
  if (kind === 'expired' || datasource.credential === 'expired')
    return [{ label: vscode.l10n.t('Renew Credentials'), command: 'onna.renewCredentials', args: [row] }];
  return [{ label: vscode.l10n.t('Sync Now'), command: 'onna.syncNow', args: [row] }];
}

function troubleText(items: readonly NewsItem[]): string {
  const [first] = items;
  if (first && items.length === 1) {
    const name = nodeName(first.datasource);
    const reason = plainText(first.datasource.message ?? '');
    const sentence = sentenceOf(first, name);
    return reason === '' || first.kind === 'expired' ? sentence : `${sentence} ${reason}`;
  }
  return vscode.l10n.t('{0} Datasources need attention: {1}', items.length, namesOf(items));
}

function sentenceOf({ kind }: NewsItem, name: string): string {
  switch (kind) {
    case 'error':
      return vscode.l10n.t('“{0}” stopped with an error.', name);
    case 'expired':
      return vscode.l10n.t('The credentials of “{0}” have expired. Renew them to continue syncing.', name);
    case 'failing':
      return vscode.l10n.t('“{0}” keeps failing.', name);
    case 'recovered':
      return vscode.l10n.t('“{0}” is back in sync.', name);
  }
}

function recoveredText(items: readonly NewsItem[]): string {
  const [first] = items;
  return first && items.length === 1
    ? sentenceOf(first, nodeName(first.datasource))
    : vscode.l10n.t('{0} Datasources are back in sync: {1}', items.length, namesOf(items));
}

function namesOf(items: readonly NewsItem[]): string {
  const named = items.slice(0, maxNamed).map(({ datasource }) => nodeName(datasource));
  return items.length > maxNamed ? `${named.join(', ')}, …` : named.join(', ');
}
