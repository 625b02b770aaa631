import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import { savedSearchesView } from '../../ids.ts';
import { accountLabel } from '../../model/accounts/connection.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { SavedSearch, SavedSearches } from '../../model/search/savedSearches.ts';
import type { CommandId } from '../../ids.ts';
import type { SavedSearchRow } from '../contributions.ts';
import { plainText } from '../text/plainText.ts';
import { Tooltip } from '../text/tooltip.ts';
import { toggledRow } from '../tree/focusedRow.ts';

/** Constructor dependencies of {@link SavedSearchesView}. */
interface SavedSearchesViewDeps {
  readonly saved: SavedSearches;
  readonly store: DatasourceStore;
  readonly ready: () => Promise<void>;
}

const runCommand: CommandId = 'onna.runSavedSearch';

/**
 * The view *Saved Searches*. VS Code shows the view only after the runtime has reported a signed-in account, so the
 * view need not be registered before the runtime is loaded. The rows are read whenever the view is shown, because
 * another window may have changed them.
 */
export class SavedSearchesView extends Owner implements vscode.TreeDataProvider<SavedSearchRow> {
  readonly #deps: SavedSearchesViewDeps;
  readonly #changes = this.register(new Emitter<void>());
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<SavedSearchRow>;
  #rows = new Map<string, { readonly row: SavedSearchRow; readonly search: SavedSearch }>();

  constructor(deps: SavedSearchesViewDeps) {
    super();
    this.#deps = deps;
    this.#view = this.register(vscode.window.createTreeView(savedSearchesView, { treeDataProvider: this }));
    const readAgain = (): void => {
      if (this.#view.visible) this.#changes.fire();
    };
    this.register(this.#view.onDidChangeVisibility(readAgain));
    this.register(vscode.window.onDidChangeWindowState(({ focused }) => (focused ? readAgain() : undefined)));
    this.register(deps.saved.onDidChange(readAgain));
    this.register(deps.store.onDidChange(({ state }) => (state ? readAgain() : undefined)));
  }

  async getChildren(row?: SavedSearchRow): Promise<SavedSearchRow[]> {
    if (row) return [];
    const searches = await this.searches();
    this.#rows = new Map(
      searches.map((search) => {
        const { id, connectionId } = search;
        // The same object for the same search, so that VS Code keeps its selection.
        const known = this.#rows.get(id)?.row ?? { kind: 'savedSearch', id, connectionId };
        return [id, { row: known, search }];
      }),
    );
    return [...this.#rows.values()].map(({ row: shown }) => shown);
  }

  getTreeItem({ id }: SavedSearchRow): vscode.TreeItem {
    const search = this.#rows.get(id)?.search;
    const item = new vscode.TreeItem(search ? savedSearchName(search) : '');
    item.id = id;
    if (!search) return item;
    const place = this.placeOf(search);
    const query = plainText(search.query);
    item.iconPath = new vscode.ThemeIcon('search');
    item.contextValue = 'savedSearch';
    item.description = place === undefined ? query : `${query} · ${place}`;
    const tooltip = new Tooltip().paragraph(search.name).paragraph(search.query);
    item.tooltip = (place === undefined ? tooltip : tooltip.paragraph(place)).markdown;
    item.accessibilityInformation = {
      label: [savedSearchName(search), query, place].filter((part) => part !== undefined).join(', '),
    };
    item.command = {
      command: runCommand,
      title: vscode.l10n.t('Run Saved Search'),
      arguments: [{ kind: 'savedSearch', id, connectionId: search.connectionId } satisfies SavedSearchRow],
    };
    return item;
  }

  /** The saved searches of all signed-in accounts, as they are stored now. */
  async searches(): Promise<readonly SavedSearch[]> {
    await this.#deps.ready();
    const connections = this.#deps.store.connections().map(({ connection }) => connection.id);
    const lists = await Promise.all(connections.map((id) => this.#deps.saved.list(id)));
    // An account may have signed out meanwhile.
    return lists.flat().filter(({ connectionId }) => this.#deps.store.get(connectionId) !== undefined);
  }

  /** The Datasource that is searched, and the account if several are signed in. Undefined if neither is needed. */
  placeOf({ connectionId, datasource }: SavedSearch): string | undefined {
    const connections = this.#deps.store.connections().map(({ connection }) => connection);
    const connection = connections.find(({ id }) => id === connectionId);
    const known = datasource && this.#deps.store.find(connectionId, datasource.id)?.title;
    const parts = [
      datasource && plainText(known ?? datasource.title),
      connections.length > 1 && connection ? plainText(accountLabel(connection, connections)) : undefined,
    ].filter((part) => part !== undefined);
    return parts.length > 0 ? parts.join(' · ') : undefined;
  }

  /** The row with the keyboard focus, after a key was pressed in the view. */
  async focused(): Promise<SavedSearchRow | undefined> {
    const row = await toggledRow(this.#view);
    if (row) await this.#view.reveal(row, { select: true, focus: true });
    return row;
  }

  getParent(): undefined {
    return undefined;
  }
}

/** The name of a saved search, safe to show. */
export function savedSearchName({ name }: Pick<SavedSearch, 'name'>): string {
  return plainText(name) || '\ufffd';
}
