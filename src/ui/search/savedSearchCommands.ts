import * as vscode from 'vscode';
import {
  maxSavedSearches,
  type SavedSearch,
  type SavedSearchContent,
  type SavedSearches,
} from '../../model/search/savedSearches.ts';
import type { SearchHost, SearchScope } from '../../model/search/searchHost.ts';
import type { SearchStart } from '../../model/search/searchStart.ts';
import type { SavedSearchCall } from '../contributions.ts';
import { confirm, inform, showBriefly, showWarning } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { plainText } from '../text/plainText.ts';
import { askSearchName } from './askSearchName.ts';
import { scopeId } from './onnaSearchHost.ts';
import { savedSearchName, type SavedSearchesView } from './savedSearchesView.ts';
import type { SearchPanels } from './searchPanels.ts';

/** Constructor dependencies of {@link SavedSearchCommands}. */
interface SavedSearchCommandsDeps {
  readonly saved: SavedSearches;
  readonly view: Pick<SavedSearchesView, 'searches' | 'focused' | 'placeOf'>;
  readonly host: Pick<SearchHost, 'scopes'>;
  readonly panels: Pick<SearchPanels, 'run'>;
  readonly notifier: Notifier;
}

type SearchItem = vscode.QuickPickItem & { readonly search: SavedSearch };

/** The commands on saved searches. */
export class SavedSearchCommands {
  readonly #deps: SavedSearchCommandsDeps;

  constructor(deps: SavedSearchCommandsDeps) {
    this.#deps = deps;
  }

  /** Saves a search under a name that the user chooses. */
  async save(scope: SearchScope, start: SearchStart): Promise<void> {
    const { saved, host } = this.#deps;
    const { connectionId } = scope;
    await this.#attempt(vscode.l10n.t('The search could not be saved.'), async () => {
      const others = await saved.list(connectionId);
      const name = await askSearchName(vscode.l10n.t('Save Search'), plainText(start.query), others);
      const isSignedIn = host.scopes().some((other) => other.connectionId === connectionId);
      if (name === undefined || !isSignedIn) return;
      if (await saved.add(connectionId, contentOf(name, scope, start)))
        showBriefly(vscode.l10n.t('The search “{0}” was saved', plainText(name)));
      else
        inform(
          vscode.l10n.t(
            'The search was not saved, because this account already has {0} saved searches. Delete one of them first.',
            maxSavedSearches,
          ),
        );
    });
  }

  /** Runs a saved search on a search page. */
  async run(call: SavedSearchCall): Promise<void> {
    const search = await this.#resolve(call, vscode.l10n.t('Run Saved Search'));
    if (!search) return;
    const { connectionId, datasource, query, sort, filters } = search;
    const scopes = this.#deps.host.scopes();
    let scope = scopes.find(({ id }) => id === scopeId(connectionId, datasource?.id));
    if (!scope && datasource) {
      const wholeAccount = vscode.l10n.t('Search Whole Account');
      const message = vscode.l10n.t(
        '“{1}” searches the Datasource “{0}”, which is no longer listed.',
        plainText(datasource.title),
        savedSearchName(search),
      );
      if ((await showWarning(message, wholeAccount)) !== wholeAccount) return;
      scope = this.#deps.host.scopes().find(({ id }) => id === scopeId(connectionId));
    }
    if (scope) this.#deps.panels.run(scope, { query, sort, filters });
  }

  async rename(call: SavedSearchCall): Promise<void> {
    const search = await this.#resolve(call, vscode.l10n.t('Rename Saved Search'));
    if (!search) return;
    const { saved } = this.#deps;
    const shown = savedSearchName(search);
    await this.#attempt(vscode.l10n.t('“{0}” could not be renamed.', shown), async () => {
      const all = await saved.list(search.connectionId);
      const others = all.filter(({ id }) => id !== search.id);
      const name = await askSearchName(vscode.l10n.t('Rename “{0}”', shown), search.name, others);
      if (name === undefined || name === search.name) return;
      if (!(await saved.rename(search, name))) tellGone();
    });
  }

  async delete(call: SavedSearchCall): Promise<void> {
    const search = await this.#resolve(call, vscode.l10n.t('Delete Saved Search'));
    if (!search) return;
    const shown = savedSearchName(search);
    const remove = vscode.l10n.t('Delete');
    if ((await confirm(vscode.l10n.t('Delete the saved search “{0}”?', shown), remove)) !== remove) return;
    await this.#attempt(vscode.l10n.t('“{0}” could not be deleted.', shown), () =>
      this.#deps.saved.remove(search.id),
    );
  }

  /** Copies the query. */
  async copy(call: SavedSearchCall): Promise<void> {
    const search = await this.#resolve(call, vscode.l10n.t('Copy Query of Saved Search'));
    if (!search) return;
    await vscode.env.clipboard.writeText(search.query);
    showBriefly(vscode.l10n.t('Copied'));
  }

  /** The saved search of the row, of the row with the keyboard focus, or the one that the user picks. */
  async #resolve(call: SavedSearchCall, title: string): Promise<SavedSearch | undefined> {
    const row = call.isByKey ? await this.#deps.view.focused() : call.saved;
    if (!row && call.isByKey) return undefined;
    const searches = await this.#deps.view.searches();
    if (!row) return this.#pick(searches, title);
    const search = searches.find(({ id }) => id === row.id);
    if (!search) tellGone();
    return search;
  }

  async #pick(searches: readonly SavedSearch[], title: string): Promise<SavedSearch | undefined> {
    if (searches.length === 0) {
      inform(
        vscode.l10n.t('There are no saved searches. Run a search, and choose “Save Search…” on its page.'),
      );
      return undefined;
    }
    const items = searches.map((search): SearchItem => {
      const place = this.#deps.view.placeOf(search);
      const label = savedSearchName(search);
      return {
        label,
        description: plainText(search.query),
        ...(place !== undefined && { detail: place }),
        search,
      };
    });
    const picked = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t('Choose a saved search'),
      matchOnDescription: true,
    });
    return picked?.search;
  }

  async #attempt(failed: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#deps.notifier.report(failed, error);
    }
  }
}

function contentOf(name: string, scope: SearchScope, start: SearchStart): SavedSearchContent {
  const { id, connectionId, kind, label } = scope;
  if (kind === 'account') return { name, ...start };
  return {
    name,
    ...start,
    datasource: { id: id.slice(connectionId.length + 1), title: label.slice(0, 200) },
  };
}

function tellGone(): void {
  inform(vscode.l10n.t('This saved search was deleted in another window.'));
}
