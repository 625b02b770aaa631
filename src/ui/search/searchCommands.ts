import * as vscode from 'vscode';
import { OnnaSearchHost, scopeId } from './onnaSearchHost.ts';
import { pickSearchScope } from './pickSearchScope.ts';
import { SavedSearchCommands } from './savedSearchCommands.ts';
import type { SavedSearchesView } from './savedSearchesView.ts';
import { SearchPanels } from './searchPanels.ts';
import { Owner } from '../../base/event.ts';
import { inform } from '../text/messages.ts';
import { Notifier } from '../text/notifier.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import type { Services } from '../services.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import { focusDatasources, type RowCall } from '../contributions.ts';

/** The search pages and the command that opens them. Loaded when the first search page is opened. */
export class SearchCommands extends Owner {
  readonly panels: SearchPanels;
  readonly saved: SavedSearchCommands;
  readonly #host: OnnaSearchHost;

  constructor(
    context: vscode.ExtensionContext,
    services: Services,
    documents: OnnaDocuments,
    tree: TreeViewController,
    savedView: SavedSearchesView,
  ) {
    super();
    this.#host = this.register(
      new OnnaSearchHost(services, documents, tree, (scope, start) => this.saved.save(scope, start)),
    );
    const { searchHistory: history, clock, zone, accounts } = services;
    this.panels = this.register(
      new SearchPanels({
        host: this.#host,
        history,
        clock,
        zone,
        extensionUri: context.extensionUri,
        isSignedIn: (connectionId) => accounts.connections().some(({ id }) => id === connectionId),
      }),
    );
    this.saved = new SavedSearchCommands({
      saved: services.savedSearches,
      view: savedView,
      host: this.#host,
      panels: this.panels,
      notifier: new Notifier(services.log),
    });
    this.register(accounts.onDidChange(() => this.panels.closeSignedOut()));
  }

  /** Opens the search page of an account or a Datasource. */
  showScope(connectionId: string, datasourceId: string | undefined): void {
    const wanted = scopeId(connectionId, datasourceId);
    const scope = this.#host.scopes().find(({ id }) => id === wanted);
    if (scope) this.panels.show(scope);
  }

  /** Searches the row's Datasource or account. Without a row, searches the only account or lets the user choose. */
  async search(call: RowCall): Promise<void> {
    const { row, rows } = call;
    if (rows.length > 1)
      inform(
        vscode.l10n.t('Search works on one row at a time. The search opens for the row that you clicked.'),
      );
    const scopes = this.#host.scopes();
    const wanted = row && scopeId(row.connectionId, 'datasourceId' in row ? row.datasourceId : undefined);
    const accounts = scopes.filter(({ kind }) => kind === 'account');
    const scope =
      scopes.find(({ id }) => id === wanted) ??
      (accounts.length > 1 ? await pickSearchScope(this.#host, undefined) : accounts[0]);
    if (scope) this.panels.show(scope);
    else if (accounts.length === 0) await focusDatasources();
  }
}
