import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { PersonalZone } from '../../../src/model/settings/personalZone.ts';
import { SearchConversation } from '../../../src/model/search/searchConversation.ts';
import { SearchHistory } from '../../../src/model/search/searchHistory.ts';
import type { SearchScope } from '../../../src/model/search/searchHost.ts';
import { decodeKeptSearch } from '../../../src/shared/searchProtocol.ts';
import { pageHtml } from '../../../src/ui/pages/pageHtml.ts';
import type { Library } from './library.ts';
import { englishStrings, picturesFolder } from './pageBuild.ts';
import { PageSite } from './pageSite.ts';
import type { BrowserTab, OpenOptions } from './browserTab.ts';
import { throwUncaught } from '../../support/throwUncaught.ts';

/** Serves the search page, and opens it in a browser. */
export class SearchPageSite {
  readonly #site: PageSite;

  private constructor(site: PageSite) {
    this.#site = site;
  }

  static async start(): Promise<SearchPageSite> {
    const strings = await englishStrings();
    return new SearchPageSite(
      await PageSite.start('search', (origin) =>
        pageHtml({
          cspSource: origin,
          nonce: 'fixed-for-the-test',
          scriptUri: `${origin}/search.js`,
          styleUris: [`${origin}/codicon.css`, `${origin}/search.css`],
          language: 'en',
          title: 'Search',
          notLoaded: 'The page could not be loaded.',
          data: {
            strings: JSON.stringify(strings),
            'vscode-context': JSON.stringify({ preventDefaultContextMenuItems: true, onnaPage: 'page-1' }),
          },
        }),
      ),
    );
  }

  async open(library: Library, options: OpenOptions = {}): Promise<OpenSearchPage> {
    return OpenSearchPage.open(this.#site, library, options);
  }

  close(): Promise<void> {
    return this.#site.close();
  }
}

export const wholeAccount: SearchScope = {
  id: 'c1',
  connectionId: 'c1',
  kind: 'account',
  label: 'lumenfjord',
  description: 'onna.example.test',
};

/** A search page in the browser. Its host is the extension's SearchConversation, which searches a `Library`. */
export class OpenSearchPage {
  readonly page: Page;
  readonly library: Library;
  /** Actions that the page requested from the host. */
  readonly acts: string[] = [];
  /** The words that the service suggests. */
  words: readonly string[] = ['harbour', 'harvest', 'ebb tide'];
  /** If set, each suggestion waits for this promise. */
  wordsGate: Promise<void> | undefined;
  /** The terms for which the service was asked. */
  readonly asked: string[] = [];
  scopes: readonly SearchScope[] = [wholeAccount];
  picked: SearchScope | undefined;
  readonly scopesChanged = new Emitter<void>();
  /** The time zone of the user, with the settings of a remote window. */
  readonly zone = new PersonalZone({
    chosen: () => this.chosenZone,
    isLocal: false,
    remembered: () => undefined,
    remember: () => undefined,
  });
  chosenZone: string | undefined;
  readonly #site: PageSite;
  readonly #tab: BrowserTab;
  readonly #onAct = new Set<() => void>();
  #stored: unknown;
  #conversation: SearchConversation;

  private constructor(site: PageSite, tab: BrowserTab, library: Library) {
    this.#site = site;
    this.#tab = tab;
    this.page = tab.page;
    this.library = library;
    this.#conversation = this.#converse({ scope: wholeAccount });
  }

  static async open(site: PageSite, library: Library, options: OpenOptions): Promise<OpenSearchPage> {
    const tab = await site.tab(options);
    const open = new OpenSearchPage(site, tab, library);
    await tab.show(site.url, (message) => open.#conversation.receive(message));
    return open;
  }

  /** Simulates a window reload: page and host restart with the state that the page saved. */
  async reloadWindow(beforehand: () => void = () => undefined): Promise<void> {
    const state = decodeKeptSearch(
      await this.page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown),
    );
    assert.ok(state, 'the page saved its state');
    this.#conversation.dispose();
    beforehand();
    this.#conversation = this.#converse({ kept: state });
    await this.page.reload();
  }

  /** Simulates hiding and showing the tab: the page restarts, and the host keeps running. */
  async reloadPage(): Promise<void> {
    await this.page.reload();
  }

  async search(query: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Search' }).fill(query);
    await this.page.keyboard.press('Enter');
  }

  async picture(name: string): Promise<void> {
    const folder = picturesFolder('search');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
  }

  /** Waits until the page has requested `count` actions. */
  async acted(count: number): Promise<void> {
    while (this.acts.length < count) await new Promise<void>((resolve) => this.#onAct.add(resolve));
  }

  /** Number of hits in the document. */
  rowCount(): Promise<number> {
    return this.page.locator('.hit').count();
  }

  selectedTitle(): Promise<string | null> {
    return this.page.locator('.hit[aria-selected="true"] .title bdi').textContent();
  }

  /**
   * Closes the page. Fails if it violated its content security policy or logged an error.
   * @param isReusable whether another test may use the tab
   */
  async close(isReusable: boolean): Promise<void> {
    this.#conversation.dispose();
    await this.#site.release(this.#tab, isReusable);
  }

  #converse(start: ConstructorParameters<typeof SearchConversation>[1]): SearchConversation {
    return new SearchConversation(
      {
        host: {
          scopes: () => this.scopes,
          onDidChangeScopes: this.scopesChanged.event,
          search: (_scope, request, signal) => this.library.search(request, signal),
          open: (_scope, { id }) => this.#act(`open ${id}`),
          reveal: (_scope, { id }) => this.#act(`reveal ${id}`),
          describeError: (error) => ({
            sentence: error instanceof Error ? error.message : '?',
            isOffline: true,
          }),
          datasources: () => [{ uid: 'uid-wiki', title: 'Harbour wiki' }],
          suggestions: (_scope, term) => this.#suggest(term),
          searchableFields: () => Promise.resolve(['from_mail.keyword', 'title.keyword']),
          exportHits: (scope) => this.#act(`export ${scope.id}`),
          saveSearch: (scope, { query }) => this.#act(`save ${scope.id} ${query}`),
          showLog: () => {
            this.#act('log').catch(throwUncaught);
          },
        },
        history: new SearchHistory({
          get: () => this.#stored,
          update: (_key, value) => {
            this.#stored = value;
            return Promise.resolve();
          },
        }),
        clock: systemClock,
        zone: this.zone,
        post: (message) => {
          // Messages that arrive during a reload are lost, as they are in a hidden webview.
          this.page.evaluate((data) => window.postMessage(data, '*'), message).catch(() => undefined);
        },
        pickScope: () => Promise.resolve(this.picked),
        tell: (sentence) => this.acts.push(`tell ${sentence}`),
      },
      start,
    );
  }

  async #suggest(term: string): Promise<readonly string[]> {
    this.asked.push(term);
    await this.wordsGate;
    return this.words.filter((word) => word.startsWith(term));
  }

  #act(act: string): Promise<void> {
    this.acts.push(act);
    for (const resolve of this.#onAct) resolve();
    this.#onAct.clear();
    return Promise.resolve();
  }
}
