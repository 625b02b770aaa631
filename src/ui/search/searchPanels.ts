import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import type { SearchScope } from '../../model/search/searchHost.ts';
import { decodeKeptSearch } from '../../shared/searchProtocol.ts';
import { searchViewType } from '../../ids.ts';
import { connectionOf } from './onnaSearchHost.ts';
import { webviewOptions } from '../pages/webviewPage.ts';
import { SearchPanel, type SearchPanelDeps } from './searchPanel.ts';
import type { HitCall } from '../contributions.ts';

/**
 * All search pages. If a page already searches a scope, that page is shown. Any other scope gets its own page, so that
 * the user keeps the hits of earlier searches.
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
  show(scope: SearchScope): void {
    for (const panel of this.#panels) {
      if (panel.scopeId === scope.id) {
        panel.reveal();
        return;
      }
    }
    const webviewPanel = vscode.window.createWebviewPanel(searchViewType, '', vscode.ViewColumn.Active, {
      enableFindWidget: false,
      ...webviewOptions(this.#deps.extensionUri),
    });
    this.#add(webviewPanel, { scope });
  }

  /**
   * Restores a page after a window reload (`registerWebviewPanelSerializer`). `state` is the state that the page saved.
   */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const remembered = decodeKeptSearch(state);
    const isSignedIn = remembered && this.#deps.isSignedIn(connectionOf(remembered.view.scope.id));
    // The saved hits of a signed-out account are not restored.
    const kept = isSignedIn === true ? remembered : undefined;
    const [scope] = this.#deps.host.scopes();
    webviewPanel.webview.options = webviewOptions(this.#deps.extensionUri);
    if (kept !== undefined) this.#add(webviewPanel, { kept });
    else if (scope !== undefined) this.#add(webviewPanel, { scope });
    // Without saved state and without an account to search, close the page instead of showing an empty one.
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

  #panel(pageId: string): SearchPanel | undefined {
    return [...this.#panels].find((panel) => panel.pageId === pageId);
  }

  #add(webviewPanel: vscode.WebviewPanel, start: ConstructorParameters<typeof SearchPanel>[2]): void {
    const panel = new SearchPanel(webviewPanel, this.#deps, start);
    this.#panels.add(panel);
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
  }
}
