import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { decodeDetailsHostMessage, decodeDetailsPageMessage } from '../../../src/shared/detailsProtocol.ts';
import type {
  DetailsHostMessage,
  DetailsOpening,
  DetailsPageMessage,
} from '../../../src/shared/detailsProtocol.ts';
import { pageHtml } from '../../../src/ui/pages/pageHtml.ts';
import { englishDetails } from './detailsTexts.ts';
import { firstCode, picturesFolder } from './pageBuild.ts';
import { PageSite } from './pageSite.ts';
import type { BrowserTab, OpenOptions } from './browserTab.ts';

/** Serves the details page, and opens it in a browser. */
export class DetailsPageSite {
  /** The data in the documents of the pages that are opened next. */
  opening: DetailsOpening | undefined;
  #site: PageSite | undefined;

  static async start(): Promise<DetailsPageSite> {
    const site = new DetailsPageSite();
    const first = await firstCode();
    site.#site = await PageSite.start('details', (origin) =>
      pageHtml({
        cspSource: origin,
        nonce: 'fixed-for-the-test',
        scriptUri: `${origin}/details.js`,
        styleUris: [`${origin}/codicon.css`],
        language: 'en',
        title: 'Details',
        notLoaded: 'The page could not be loaded.',
        first,
        data: {
          strings: JSON.stringify(englishDetails),
          'connection-id': 'c1',
          'datasource-id': 'wiki',
          ...(site.opening && { opening: JSON.stringify(site.opening) }),
        },
      }),
    );
    return site;
  }

  async open(options: OpenOptions = {}): Promise<OpenDetailsPage> {
    assert.ok(this.#site);
    return OpenDetailsPage.open(this.#site, options);
  }

  async close(): Promise<void> {
    await this.#site?.close();
  }
}

type MessageOf<T extends DetailsPageMessage['type']> = Extract<DetailsPageMessage, { type: T }>;

/** A details page in the browser. The test exchanges messages with the page in place of the extension. */
export class OpenDetailsPage {
  readonly page: Page;
  /** All messages that the page has sent, decoded. */
  readonly sent: DetailsPageMessage[] = [];
  readonly #site: PageSite;
  readonly #tab: BrowserTab;
  readonly #onSent = new Set<() => void>();

  private constructor(site: PageSite, tab: BrowserTab) {
    this.#site = site;
    this.#tab = tab;
    this.page = tab.page;
  }

  static async open(site: PageSite, options: OpenOptions): Promise<OpenDetailsPage> {
    const tab = await site.tab(options);
    const open = new OpenDetailsPage(site, tab);
    await tab.show(site.url, (data) => open.#take(data));
    await open.waitFor('ready');
    return open;
  }

  /** Sends messages to the page. Returns once the page has shown them. */
  async post(...messages: DetailsHostMessage[]): Promise<void> {
    for (const message of messages) assert.ok(decodeDetailsHostMessage(message), 'the message is valid');
    await this.postAny(...messages);
  }

  /** Like {@link post}, but also accepts invalid messages. */
  async postAny(...messages: unknown[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const message of all) window.postMessage(message, '*');
      await new Promise((resolve) => {
        window.addEventListener('message', ({ data }) => {
          if (data === 'end of the test messages') requestAnimationFrame(resolve);
        });
        window.postMessage('end of the test messages', '*');
      });
    }, messages);
  }

  /** Waits for a message that `fits` accepts, and returns the latest one. The test timeout is the only limit. */
  async waitFor<T extends DetailsPageMessage['type']>(
    type: T,
    fits: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    const isWanted = (message: DetailsPageMessage): message is MessageOf<T> =>
      message.type === type && fits(message as MessageOf<T>);
    for (;;) {
      const found = this.sent.findLast(isWanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.#onSent.add(resolve));
    }
  }

  sentOf<T extends DetailsPageMessage['type']>(type: T): MessageOf<T>[] {
    return this.sent.filter((message): message is MessageOf<T> => message.type === type);
  }

  /** Simulates a window reload, or hiding and showing the tab: the page restarts with its saved state. */
  async reload(): Promise<void> {
    this.sent.length = 0;
    await this.page.reload();
    await this.waitFor('ready');
  }

  openTab(name: 'History' | 'Exceptions' | 'Logs'): Promise<void> {
    return this.page.getByRole('tab', { name }).click();
  }

  async picture(name: string): Promise<void> {
    const folder = picturesFolder('details');
    await mkdir(folder, { recursive: true });
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: path.join(folder, `details-${name}.png`), animations: 'disabled' });
  }

  /** The accessible name of the focused element. */
  focusedName(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent.trim() ?? '';
    });
  }

  /**
   * Closes the page. Fails if it violated its content security policy or logged an error.
   * @param isReusable whether another test may use the tab
   */
  close(isReusable: boolean): Promise<void> {
    return this.#site.release(this.#tab, isReusable);
  }

  #take(data: unknown): void {
    const message = decodeDetailsPageMessage(data);
    assert.ok(message, `the page sent a valid message: ${JSON.stringify(data)}`);
    this.sent.push(message);
    for (const resolve of this.#onSent) resolve();
    this.#onSent.clear();
  }
}
