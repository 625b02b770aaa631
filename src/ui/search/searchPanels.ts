import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import type { SearchScope } from '../../model/search/searchHost.ts';
import type { SearchStart } from '../../model/search/searchStart.ts';
import { decodeKeptSearch } from '../../shared/searchProtocol.ts';
import { searchViewType } from '../../ids.ts';
import { inform } from '../text/messages.ts';
import { connectionOf } from './onnaSearchHost.ts';
import { webviewOptions } from '../pages/webviewPage.ts';
import { SearchPanel, type SearchPanelDeps } from './searchPanel.ts';
import type { HitCall } from '../contributions.ts';

/**
 * All search pages. If a page for a scope exists, a new search of this scope shows that page. Every other
 * scope gets its own page, so that the user keeps the hits of earlier searches.
 */
export class SearchPanels extends Owner implements vscode.WebviewPanelSerializer {
  readonly #deps: SearchPanelDeps;
  readonly #panels = new Set<SearchPanel>();

  constructor(deps: SearchPanelDeps) {
    super();
    this.#deps = deps;
    this.register({
      dispose: () => {
        for (const panel of [...this.#panels]) panel.dispose();
      },
    });
  }

  /** Shows the page that searches `scope` and puts the cursor in its search box. */
  show(scope: SearchScope): SearchPanel {
    for (const panel of this.#panels) {
      if (panel.scopeId === scope.id) {
        panel.reveal();
        return panel;
      }
    }
    const webviewPanel = vscode.window.createWebviewPanel(searchViewType, '', vscode.ViewColumn.Active, {
      enableFindWidget: false,
      ...webviewOptions(this.#deps.extensionUri),
    });
    return this.#add(webviewPanel, { scope }, { isRestored: false });
  }

  /** Runs a saved search on the page that searches `scope`. */
  run(scope: SearchScope, start: SearchStart): void {
    this.show(scope).run(start);
  }

  /**
   * Restores a page after a window reload (`registerWebviewPanelSerializer`). `state` is the state that the page saved.
   */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const remembered = decodeKeptSearch(state);
    const isSignedIn = remembered && this.#deps.isSignedIn(connectionOf(remembered.view.scope.id));
    // Do not restore the saved hits of a signed-out account.
    const kept = isSignedIn === true ? remembered : undefined;
    const [scope] = this.#deps.host.scopes();
    webviewPanel.webview.options = webviewOptions(this.#deps.extensionUri);
    if (kept !== undefined) this.#add(webviewPanel, { kept }, { isRestored: true });
    else if (scope !== undefined) this.#add(webviewPanel, { scope }, { isRestored: true });
    // Without saved state and without an account to search, the page would be empty, so close it.
    else webviewPanel.dispose();
    return Promise.resolve();
  }

  /** Closes the pages of accounts that have signed out. */
  closeSignedOut(): void {
    for (const panel of [...this.#panels])
      if (!this.#deps.isSignedIn(connectionOf(panel.scopeId))) panel.dispose();
  }

  /** Opens a hit. Called from the hit's context menu. */
  async openHit({ page, hit }: HitCall): Promise<void> {
    await this.#panel(page)?.openHit(hit);
  }

  /** Shows a hit in the tree. Called from the hit's context menu. */
  async revealHit({ page, hit }: HitCall): Promise<void> {
    await this.#panel(page)?.revealHit(hit);
  }

  /** Saves all hits of the active page in a file. */
  async exportHits(): Promise<void> {
    const active = this.#active();
    if (active) await active.exportHits();
    else inform(vscode.l10n.t('Open a search page and run a search first.'));
  }

  /** Saves the search of the active page under a name. */
  async saveSearch(): Promise<void> {
    const active = this.#active();
    if (active) await active.saveSearch();
    else inform(vscode.l10n.t('Open a search page and run a search first.'));
  }

  #active(): SearchPanel | undefined {
    return [...this.#panels].find((panel) => panel.isActive);
  }

  #panel(pageId: string): SearchPanel | undefined {
    return [...this.#panels].find((panel) => panel.pageId === pageId);
  }

  #add(
    webviewPanel: vscode.WebviewPanel,
    start: ConstructorParameters<typeof SearchPanel>[2],
    options: { readonly isRestored: boolean },
  ): SearchPanel {
    const panel = new SearchPanel(webviewPanel, this.#deps, start, options);
    this.#panels.add(panel);
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
    return panel;
  }
}
