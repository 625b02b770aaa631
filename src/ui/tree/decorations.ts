import * as vscode from 'vscode';
import { Emitter, Owner } from '../../model/event.ts';
import type { NodePath } from '../../onna/address.ts';
import type { DatasourceStore, StoreChange } from '../../model/store.ts';
import { wantsAttention } from '../../model/datasource.ts';
import type { Datasource } from '../../model/datasource.ts';
import { statusLabel } from '../statusWords.ts';
import { parseUri, rowUri } from '../uris.ts';

/**
 * Changes that are told one by one: VS Code drops what an event names beyond 250 (VS Code 1.139). Of more than these,
 * what is visible is asked for again.
 */
export const mostNamed = 200;

/** A row that VS Code is about to show. */
export interface Look {
  readonly connectionId: string;
  readonly datasourceId: string;
}

/** Badges and colours of Datasources, wherever their URI is shown. A look-up, nothing more. */
export class StatusDecorations extends Owner implements vscode.FileDecorationProvider {
  readonly #store: DatasourceStore;
  readonly #changes = this.register(new Emitter<vscode.Uri[] | undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;
  readonly #looks = this.register(new Emitter<Look>());
  /** Fires when VS Code asks for a Datasource's decoration: it does for what it shows, and for nothing else. */
  readonly onDidLook = this.#looks.event;
  /** Datasources by path, for the snapshot they were taken from. */
  readonly #byPath = new Map<
    string,
    { of: ReadonlyMap<string, Datasource>; paths: ReadonlyMap<NodePath, Datasource> }
  >();

  constructor(store: DatasourceStore) {
    super();
    this.#store = store;
    this.register(vscode.window.registerFileDecorationProvider(this));
    this.register(store.onDidChange((change) => this.#follow(change)));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const row = parseUri(uri);
    const datasource = row?.kind === 'row' ? this.#find(row.connectionId, row.path) : undefined;
    if (!row || !datasource) return undefined;
    this.#looks.fire({ connectionId: row.connectionId, datasourceId: datasource.id });
    return decorationOf(datasource);
  }

  /** Has VS Code ask again for all that it shows, and for the rest once it is scrolled to. */
  lookAgain(): void {
    this.#changes.fire(undefined);
  }

  #find(connectionId: string, path: NodePath): Datasource | undefined {
    const datasources = this.#store.get(connectionId)?.datasources;
    if (!datasources) return undefined;
    let known = this.#byPath.get(connectionId);
    if (known?.of !== datasources) {
      known = {
        of: datasources,
        paths: new Map([...datasources.values()].map((entry) => [entry.path, entry])),
      };
      this.#byPath.set(connectionId, known);
    }
    return known.paths.get(path);
  }

  #follow({ connectionId, added, changed, removed, state }: StoreChange): void {
    const ids = [...added, ...changed];
    const isGone = state && !this.#store.get(connectionId);
    if (isGone) this.#byPath.delete(connectionId);
    if (ids.length + removed.length === 0 && !isGone) return;
    // What is gone has no URI here any more, but may still colour the row above it.
    if (ids.length > mostNamed || removed.length > 0 || isGone) {
      this.lookAgain();
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

function decorationOf(datasource: Datasource): vscode.FileDecoration | undefined {
  const { status, rawStatus } = datasource;
  const words = statusLabel(status, rawStatus);
  const expired = datasource.credential === 'expired';
  const label = expired ? `${words} · ${vscode.l10n.t('credentials expired')}` : words;
  if (wantsAttention(datasource)) {
    const decoration = new vscode.FileDecoration('!', label, new vscode.ThemeColor('list.errorForeground'));
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
