import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { BrowserTab } from './browserTab.ts';
import type { OpenOptions } from './browserTab.ts';
import { pageFiles } from './pageBuild.ts';
import type { PageName } from './pageBuild.ts';

/** Serves the document, the script and the styles of a page from one origin, and opens a browser for the page. */
export class PageSite {
  readonly #server: Server;
  readonly #browser: Browser;
  /** A tab with default options that no test uses at the moment. */
  #spare: BrowserTab | undefined;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  /** @param html Returns the document. Its argument is the origin that serves the page. */
  static async start(page: PageName, html: (origin: string) => string): Promise<PageSite> {
    const [files, browser] = await Promise.all([pageFiles(page), launchBrowser()]);
    const server = createServer((request, response) => {
      const origin = `http://${request.headers.host ?? ''}`;
      const file = files.get(new URL(request.url ?? '/', origin).pathname);
      if (file) response.setHeader('Content-Type', file.type).end(file.body);
      else if (request.url?.startsWith('/?') === true)
        response.setHeader('Content-Type', 'text/html').end(html(origin));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PageSite(server, browser);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /**
   * Returns a tab for the page. Tests without options use the same tab one after another, because a new tab takes longer
   * than most of these tests.
   */
  async tab(options: OpenOptions): Promise<BrowserTab> {
    const isPlain = Object.keys(options).length === 0;
    const spare = this.#spare;
    if (!isPlain || !spare) {
      // An animation in the spare tab would slow down the new tab.
      await spare?.empty();
      return BrowserTab.open(this.#browser, options);
    }
    this.#spare = undefined;
    return spare;
  }

  /**
   * Takes a tab back.
   * @param isReusable false if the test failed: the tab may then be in any state
   * @throws an AssertionError if the page violated its content security policy or logged an error
   */
  async release(tab: BrowserTab, isReusable: boolean): Promise<void> {
    const problems = await tab.leave();
    const isKept = isReusable && problems.length === 0 && tab.isPlain && this.#spare === undefined;
    if (isKept) this.#spare = tab;
    else await tab.close();
    assert.deepEqual(problems, []);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
