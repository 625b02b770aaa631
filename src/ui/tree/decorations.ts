import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import type { DatasourceStore, StoreChange } from '../../model/datasources/datasourceStore.ts';
import { attentionReason } from '../../model/datasources/attention.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import { statusLabel } from '../text/statusText.ts';
import { rowUri } from '../documents/uris.ts';
import type { DatasourcePaths } from './datasourcePaths.ts';

/**
 * Maximum number of URIs or rows per event. VS Code drops URIs beyond 250 (VS Code 1.139). If more rows have
 * changed, the event reports that everything changed, and VS Code requests only the visible rows.
 */
export const maxNamed = 200;

/** Provides badges and colors of Datasources wherever VS Code shows their URI. */
export class StatusDecorations extends Owner implements vscode.FileDecorationProvider {
  readonly #store: DatasourceStore;
  readonly #paths: DatasourcePaths;
  readonly #changes = this.register(new Emitter<vscode.Uri[] | undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;

  constructor(store: DatasourceStore, paths: DatasourcePaths) {
    super();
    this.#store = store;
    this.#paths = paths;
    this.register(vscode.window.registerFileDecorationProvider(this));
    this.register(store.onDidChange((change) => this.#follow(change)));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const found = this.#paths.find(uri);
    if (!found) return undefined;
    return decorationOf(found.datasource, this.#store.get(found.connectionId)?.connection.user);
  }

  #follow({ connectionId, added, changed, removed, state }: StoreChange): void {
    const ids = [...added, ...changed];
    const isGone = state && !this.#store.get(connectionId);
    if (ids.length + removed.length === 0 && !isGone) return;
    // The URI of a removed Datasource is no longer known, but its color may still show on the row above it.
    if (ids.length > maxNamed || removed.length > 0 || isGone) {
      this.#changes.fire(undefined);
      return;
    }
    const uris: vscode.Uri[] = [];
    for (const id of ids) {
      const datasource = this.#store.find(connectionId, id);
      if (datasource) uris.push(rowUri(connectionId, datasource.path));
    }
    this.#changes.fire(uris);
  }
}

function decorationOf(datasource: Datasource, user: string | undefined): vscode.FileDecoration | undefined {
  const { status, rawStatus } = datasource;
  const words = statusLabel(status, rawStatus);
  const expired = datasource.credential === 'expired';
  const label = expired ? `${words} · ${vscode.l10n.t('credentials expired')}` : words;
  const reason = attentionReason(datasource, user);
  if (reason !== undefined) {
    const color = reason === 'invitation' ? 'list.warningForeground' : 'list.errorForeground';
    const decoration = new vscode.FileDecoration('!', label, new vscode.ThemeColor(color));
    decoration.propagate = true;
    return decoration;
  }
  switch (status) {
    case 'failed':
      return new vscode.FileDecoration('F', label, new vscode.ThemeColor('list.warningForeground'));
    case 'syncing':
    case 'resuming':
      return new vscode.FileDecoration('S', label);
    case 'pending':
      return new vscode.FileDecoration('W', label);
    case 'paused':
      return new vscode.FileDecoration('P', label);
    case 'created':
    case 'invited':
      return new vscode.FileDecoration(undefined, label, new vscode.ThemeColor('disabledForeground'));
    default:
      return undefined;
  }
}
