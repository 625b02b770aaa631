import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import type { PersonalZone } from '../../model/settings/personalZone.ts';
import type { SearchHistory } from '../../model/search/searchHistory.ts';
import type { SearchHost, SearchScope } from '../../model/search/searchHost.ts';
import { decodeKeptSearch } from '../../shared/searchProtocol.ts';
import { searchViewType } from '../../ids.ts';
import { connectionOf } from './onnaSearchHost.ts';
import { SearchPanel, webviewOptions } from './searchPanel.ts';

/** What the panels work with. */
export interface SearchPanelsParts {
  readonly host: SearchHost;
  readonly history: SearchHistory;
  readonly zone: PersonalZone;
  readonly extensionUri: vscode.Uri;
  isSignedIn(connectionId: string): boolean;
}

interface HitContext {
  readonly onnaPage: string;
  readonly onnaHit: string;
}

function asHitContext(data: unknown): HitContext | undefined {
  if (typeof data !== 'object' || data === null || !('onnaPage' in data) || !('onnaHit' in data))
    return undefined;
  const { onnaPage, onnaHit } = data;
  return typeof onnaPage === 'string' && typeof onnaHit === 'string' ? { onnaPage, onnaHit } : undefined;
}

/**
 * All search pages. Asking for a scope that a page already searches shows that page; another scope gets a page of its
 * own, so that nobody loses hits by looking somewhere else too.
 */
export class SearchPanels extends Owner implements vscode.WebviewPanelSerializer {
  readonly #parts: SearchPanelsParts;
  readonly #panels = new Set<SearchPanel>();

  constructor(parts: SearchPanelsParts) {
    super();
    this.#parts = parts;
    this.register({
      dispose: () => {
        for (const panel of [...this.#panels]) panel.dispose();
      },
    });
  }

  /** Shows the page that searches `scope`, the cursor in its box. */
  show(scope: SearchScope): void {
    for (const panel of this.#panels) {
      if (panel.scopeId === scope.id) {
        panel.reveal();
        return;
      }
    }
    const webviewPanel = vscode.window.createWebviewPanel(searchViewType, '', vscode.ViewColumn.Active, {
      enableFindWidget: false,
      ...webviewOptions(this.#parts.extensionUri),
    });
    this.#add(webviewPanel, { scope });
  }

  /** Brings a page back after a reload of the window (`registerWebviewPanelSerializer`). `state` is what it kept. */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const remembered = decodeKeptSearch(state);
    const isSignedIn = remembered && this.#parts.isSignedIn(connectionOf(remembered.view.scope.id));
    // What an account had found that has signed out since, while this page was not shown, is not shown again.
    const kept = isSignedIn === true ? remembered : undefined;
    const [scope] = this.#parts.host.scopes();
    webviewPanel.webview.options = webviewOptions(this.#parts.extensionUri);
    if (kept !== undefined) this.#add(webviewPanel, { kept });
    else if (scope !== undefined) this.#add(webviewPanel, { scope });
    // Nothing is known of it and there is nothing to search: better no page than an empty one.
    else webviewPanel.dispose();
    return Promise.resolve();
  }

  /** Closes the pages of whoever has signed out. */
  closeSignedOut(): void {
    for (const panel of [...this.#panels])
      if (!this.#parts.isSignedIn(connectionOf(panel.scopeId))) panel.dispose();
  }

  /** The command of a hit's context menu: `context` is what VS Code passes on from `data-vscode-context`. */
  async openHit(context: unknown): Promise<void> {
    const hit = asHitContext(context);
    if (hit) await this.#panel(hit.onnaPage)?.openHit(hit.onnaHit);
  }

  /** As {@link openHit}, but shows the hit in the tree. */
  async revealHit(context: unknown): Promise<void> {
    const hit = asHitContext(context);
    if (hit) await this.#panel(hit.onnaPage)?.revealHit(hit.onnaHit);
  }

  #panel(pageId: string): SearchPanel | undefined {
    return [...this.#panels].find((panel) => panel.pageId === pageId);
  }

  #add(webviewPanel: vscode.WebviewPanel, start: ConstructorParameters<typeof SearchPanel>[2]): void {
    const panel = new SearchPanel(webviewPanel, this.#parts, start);
    this.#panels.add(panel);
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
  }
}
