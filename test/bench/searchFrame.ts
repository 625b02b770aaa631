import type { Frame, Page } from 'playwright-core';
import type { Workbench } from '../support/workbench.ts';
import { watchMainThread } from './mainThread.ts';
import type { LongTasks } from './mainThread.ts';

/**
 * Runs in the search page. Records when a key was pressed, when new hits were painted, and the maximum number of rows
 * in the document. A string, because it runs in a browser.
 */
const watcher = `
const now = () => performance.timeOrigin + performance.now();
const bench = (globalThis.onnaBench = { pressedAt: 0, maxRows: 0, seen: undefined });
addEventListener('keydown', () => { bench.pressedAt = now(); }, { capture: true });
const rows = document.querySelector('.hits .rows');
new MutationObserver(() => { bench.maxRows = Math.max(bench.maxRows, rows.childElementCount); })
  .observe(rows, { childList: true });
bench.watch = () => {
  const before = document.querySelector('#hit-0');
  bench.seen = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const hit = document.querySelector('#hit-0');
      if (hit === null || hit === before || !hit.checkVisibility()) return;
      observer.disconnect();
      // A hit counts as painted once its frame has been submitted.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(now());
        port2.postMessage(undefined);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
};`;

/** How long to wait for the remarks on a typed query, in ms. The remarks are not part of the search. */
const remarksMs = 250;
/** Distance per turn of the wheel, in px: about five screens. */
const turn = 3_000;
/** Maximum wait for hits while scrolling, in ms. */
const patienceMs = 90_000;

/** The results of scrolling through hits. */
export interface Scrolled {
  readonly ms: number;
  /** Maximum number of rows in the document. */
  readonly maxRows: number;
  readonly longTasks: LongTasks;
}

/** The index of the lowest hit in the document; -1 if there is none. */
const lowestHit = `Math.max(-1, ...[...document.querySelectorAll('.hit')].map(({ dataset }) => Number(dataset.index)))`;

/** The search page of a window: a webview, which is a nested frame with its own clock. */
export class SearchFrame {
  readonly #page: Page;
  readonly #frame: Frame;

  private constructor(page: Page, frame: Frame) {
    this.#page = page;
    this.#frame = frame;
  }

  /** Opens a search page from an account's row. */
  static async open(workbench: Workbench, account: string): Promise<SearchFrame> {
    await workbench.rowAction(workbench.treeRow(account).first(), 'Search');
    const locator = workbench.webviewFrame();
    await locator.getByRole('searchbox').waitFor();
    const owner = await locator.owner().elementHandle();
    const frame = await owner.contentFrame();
    if (!frame) throw new Error('The search page has no frame.');
    await frame.evaluate(watcher);
    return new SearchFrame(workbench.page, frame);
  }

  /** Runs a query. @returns the time from the key press to the first painted hit, in ms. */
  async search(query: string): Promise<number> {
    const box = this.#frame.getByRole('searchbox');
    await box.fill(query);
    await this.#page.waitForTimeout(remarksMs);
    await this.#frame.evaluate('onnaBench.watch()');
    await box.press('Enter');
    const seenAt = await this.#frame.evaluate<number>('onnaBench.seen');
    return seenAt - (await this.#frame.evaluate<number>('onnaBench.pressedAt'));
  }

  /** Scrolls with the wheel until `hits` hits have passed. This loads further pages. */
  async scrollThrough(hits: number): Promise<Scrolled> {
    const [page, frame] = [this.#page, this.#frame];
    await frame.locator('.hits').hover();
    await frame.evaluate('onnaBench.maxRows = 0');
    const began = Date.now();
    const longTasks = await watchMainThread(page, async () => {
      while ((await frame.evaluate<number>(lowestHit)) < hits - 1) {
        if (Date.now() - began > patienceMs) throw new Error(`Hit ${hits} was not reached.`);
        await page.mouse.wheel(0, turn);
      }
    });
    const ms = Date.now() - began;
    return { ms, longTasks, maxRows: await frame.evaluate<number>('onnaBench.maxRows') };
  }
}
