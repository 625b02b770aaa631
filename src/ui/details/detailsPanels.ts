import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { detailsViewType } from '../../ids.ts';
import type { DetailsStart } from '../../model/details/detailsConversation.ts';
import type { DetailsTarget } from '../../model/details/detailsHost.ts';
import { decodeKeptDetails, type DetailsTab } from '../../shared/detailsProtocol.ts';
import { webviewOptions } from '../pages/webviewPage.ts';
import { DetailsPanel, type DetailsPanelDeps } from './detailsPanel.ts';

/** All details pages: one for each Datasource. */
export class DetailsPanels extends Owner implements vscode.WebviewPanelSerializer {
  readonly #deps: DetailsPanelDeps;
  readonly #isSignedIn: (connectionId: string) => boolean;
  readonly #panels = new Set<DetailsPanel>();

  constructor(deps: DetailsPanelDeps, isSignedIn: (connectionId: string) => boolean) {
    super();
    this.#deps = deps;
    this.#isSignedIn = isSignedIn;
    this.register({
      dispose: () => {
        for (const panel of [...this.#panels]) panel.dispose();
      },
    });
  }

  /**
   * Shows the page of a Datasource. @param tab The tab to show. Default: the current tab of an open page, or the
   * history on a new page.
   */
  show(target: DetailsTarget, tab?: DetailsTab): void {
    const known = [...this.#panels].find((panel) => isSame(panel.target, target));
    if (known) {
      known.reveal(tab);
      return;
    }
    const webviewPanel = vscode.window.createWebviewPanel(detailsViewType, '', vscode.ViewColumn.Active, {
      enableFindWidget: true,
      ...webviewOptions(this.#deps.extensionUri),
    });
    this.#add(webviewPanel, target, { tab });
  }

  /**
   * Restores a page after a window reload (`registerWebviewPanelSerializer`). `state` is the state that the page saved.
   */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = decodeKeptDetails(state);
    webviewPanel.webview.options = webviewOptions(this.#deps.extensionUri);
    // Pages of a signed-out account are not restored.
    const isDouble = kept && [...this.#panels].some((panel) => isSame(panel.target, kept));
    if (kept && !isDouble && this.#isSignedIn(kept.connectionId))
      this.#add(webviewPanel, kept, { last: kept.header });
    else webviewPanel.dispose();
    return Promise.resolve();
  }

  /** Closes the pages of accounts that have signed out. */
  closeSignedOut(): void {
    for (const panel of [...this.#panels]) if (!this.#isSignedIn(panel.target.connectionId)) panel.dispose();
  }

  #add(
    webviewPanel: vscode.WebviewPanel,
    { connectionId, datasourceId }: DetailsTarget,
    start: DetailsStart,
  ): void {
    const panel = new DetailsPanel(webviewPanel, this.#deps, { connectionId, datasourceId }, start);
    this.#panels.add(panel);
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
  }
}

function isSame(left: DetailsTarget, right: DetailsTarget): boolean {
  return left.connectionId === right.connectionId && left.datasourceId === right.datasourceId;
}
