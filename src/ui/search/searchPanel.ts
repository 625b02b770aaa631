import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { SearchConversation } from '../../model/search/searchConversation.ts';
import type { SearchHistory } from '../../model/search/searchHistory.ts';
import type { SearchHost, SearchScope } from '../../model/search/searchHost.ts';
import type { PersonalZone } from '../../model/settings/personalZone.ts';
import type { KeptSearch } from '../../shared/searchProtocol.ts';
import { showError } from '../text/messages.ts';
import { plainText } from '../text/plainText.ts';
import { pickSearchScope } from './pickSearchScope.ts';
import { searchPageHtml } from './searchPageHtml.ts';
import { searchPageStrings } from './searchPageStrings.ts';

/** Constructor dependencies of the search pages. */
export interface SearchPanelDeps {
  readonly host: SearchHost;
  readonly history: SearchHistory;
  readonly zone: PersonalZone;
  readonly extensionUri: vscode.Uri;
  isSignedIn(connectionId: string): boolean;
}

/** Permissions of a search page: it may run its script and load its own files. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: [
      vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
      vscode.Uri.joinPath(extensionUri, 'media'),
    ],
  };
}

/** One search page in the workbench. VS Code destroys a hidden page, so its state is kept in the conversation. */
export class SearchPanel extends Owner {
  /** Identifies this page in the arguments of its context menu commands. */
  readonly pageId = randomUUID();
  readonly #panel: vscode.WebviewPanel;
  readonly #conversation: SearchConversation;

  constructor(
    panel: vscode.WebviewPanel,
    { host, history, zone, extensionUri }: SearchPanelDeps,
    start: { scope: SearchScope } | { kept: KeptSearch },
  ) {
    super();
    this.#panel = this.register(panel);
    this.#conversation = this.register(
      new SearchConversation(
        {
          host,
          history,
          zone,
          clock: { now: () => Date.now() },
          post: (message) => void panel.webview.postMessage(message),
          pickScope: (current) => pickSearchScope(host, current),
          tell: (sentence) => void showError(sentence),
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
    panel.webview.html = this.#html(extensionUri);
  }

  /** The page's current scope. The user can change it in the page. */
  get scopeId(): string {
    return this.#conversation.scope.id;
  }

  /** Brings the page to the front and puts the cursor in its search box. */
  reveal(): void {
    this.#panel.reveal();
    this.#conversation.focusBox();
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

  #html(extensionUri: vscode.Uri): string {
    const { webview } = this.#panel;
    const uri = (...path: string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
    return searchPageHtml({
      cspSource: webview.cspSource,
      nonce: randomUUID(),
      scriptUri: uri('dist', 'webview', 'search.js'),
      styleUri: uri('dist', 'webview', 'search.css'),
      codiconStyleUri: uri('dist', 'webview', 'codicon.css'),
      language: vscode.env.language,
      title: vscode.l10n.t('Search'),
      pageId: this.pageId,
      strings: searchPageStrings(),
    });
  }
}
