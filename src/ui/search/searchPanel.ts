import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { Owner } from '../../base/event.ts';
import { SearchConversation } from '../../model/search/searchConversation.ts';
import type { SearchHistory } from '../../model/search/searchHistory.ts';
import type { SearchHost, SearchScope } from '../../model/search/searchHost.ts';
import type { SearchStart } from '../../model/search/searchStart.ts';
import type { PersonalZone } from '../../model/settings/personalZone.ts';
import type { KeptSearch } from '../../shared/searchProtocol.ts';
import { documentOf } from '../pages/webviewPage.ts';
import { fail } from '../text/messages.ts';
import { plainText } from '../text/plainText.ts';
import { pickSearchScope } from './pickSearchScope.ts';
import { searchPageStrings } from './searchPageStrings.ts';

/** Constructor dependencies of the search pages. */
export interface SearchPanelDeps {
  readonly host: SearchHost;
  readonly history: SearchHistory;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly zone: PersonalZone;
  readonly extensionUri: vscode.Uri;
  isSignedIn(connectionId: string): boolean;
}

/**
 * One search page in the workbench. VS Code destroys hidden pages, so the state of the page is kept in the
 * conversation.
 */
export class SearchPanel extends Owner {
  /** Identifies this page in the arguments of its context menu commands. */
  readonly pageId = randomUUID();
  readonly #panel: vscode.WebviewPanel;
  readonly #conversation: SearchConversation;

  /** @param isRestored Whether VS Code opens the page again, e.g. after a reload of the window. It then takes no focus. */
  constructor(
    panel: vscode.WebviewPanel,
    { host, history, clock, zone, extensionUri }: SearchPanelDeps,
    start: { scope: SearchScope } | { kept: KeptSearch },
    { isRestored }: { readonly isRestored: boolean },
  ) {
    super();
    this.#panel = this.register(panel);
    this.#conversation = this.register(
      new SearchConversation(
        {
          host,
          history,
          zone,
          clock,
          post: (message) => {
            // A lost message does no harm: see {@link SearchConversationDeps}.
            panel.webview.postMessage(message).then(undefined, () => undefined);
          },
          pickScope: (current) => pickSearchScope(host, current),
          tell: fail,
        },
        start,
      ),
    );
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#conversation.receive(message)),
    );
    this.register(this.#conversation.onDidChangeScope(() => this.#name()));
    this.#name();
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'search-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'search-dark.svg'),
    };
    panel.webview.html = this.#html(extensionUri, isRestored);
  }

  /** The id of the page's current scope. The user can change the scope in the page. */
  get scopeId(): string {
    return this.#conversation.scope.id;
  }

  /** Brings the page to the front and puts the cursor in its search box. */
  reveal(): void {
    this.#panel.reveal();
    this.#conversation.focusBox();
  }

  /** Whether this page is the active editor. */
  get isActive(): boolean {
    return this.#panel.active;
  }

  async saveSearch(): Promise<void> {
    await this.#conversation.save();
  }

  /** Runs a saved search in this page. */
  run(start: SearchStart): void {
    this.#conversation.run(start);
  }

  async exportHits(): Promise<void> {
    await this.#conversation.export();
  }

  async openHit(id: string): Promise<void> {
    await this.#conversation.open(id);
  }

  async revealHit(id: string): Promise<void> {
    await this.#conversation.reveal(id);
  }

  #name(): void {
    this.#panel.title = vscode.l10n.t('Search: {0}', plainText(this.#conversation.scope.label));
  }

  #html(extensionUri: vscode.Uri, isRestored: boolean): string {
    return documentOf(this.#panel.webview, extensionUri, {
      name: 'search',
      title: vscode.l10n.t('Search'),
      strings: searchPageStrings(),
      data: isRestored ? { restored: 'true' } : {},
      context: { onnaPage: this.pageId },
    });
  }
}
