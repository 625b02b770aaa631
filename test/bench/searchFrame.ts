import type { Frame, Page } from 'playwright-core';
import type { Workbench } from '../support/workbench.ts';
import { watchMainThread } from './mainThread.ts';
import type { LongTasks } from './mainThread.ts';

/**
 * A script for the search page. It records the time of the last key press, the time when new hits were painted, and the
 * maximum number of rows in the document. It is a string, because it runs in a browser.
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
      // The hit is painted when the browser has submitted the frame that contains it.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(now());
        port2.postMessage(undefined);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
};`;

/**
 * Time until the page has shown its warnings about a typed query, in ms. The measurement of the search starts later.
 */
const remarksMs = 250;
/** Scroll distance per wheel event, in px; about five screens. */
const turn = 3_000;
/** Maximum duration of scrolling through all hits, in ms. */
const patienceMs = 90_000;

/** The measurements from scrolling through the hits. */
export interface Scrolled {
  readonly ms: number;
  /** Maximum number of rows in the document. */
  readonly maxRows: number;
  readonly longTasks: LongTasks;
}

/** An expression for the index of the last hit in the document; -1 if the document contains no hits. */
const lowestHit = `Math.max(-1, ...[...document.querySelectorAll('.hit')].map(({ dataset }) => Number(dataset.index)))`;

/** The search page in a window. The page is a webview, which is a nested frame with its own clock. */
export class SearchFrame {
  readonly #page: Page;
  readonly #frame: Frame;

  private constructor(page: Page, frame: Frame) {
    this.#page = page;
    this.#frame = frame;
  }

  /** Opens the search page from the row of an account. */
  static async open(workbench: Workbench, account: string): Promise<SearchFrame> {
    await workbench.rowAction(workbench.treeRow(account).first(), 'Search');
    const locator = workbench.webviewFrame();
    await locator.getByRole('combobox', { name: 'Search' }).waitFor();
    const owner = await locator.owner().elementHandle();
    const frame = await owner.contentFrame();
    if (!frame) throw new Error('The webview of the search page has no frame.');
    await frame.evaluate(watcher);
    return new SearchFrame(workbench.page, frame);
  }

  /** Runs a query. @returns the time from the key press until the first hit is painted, in ms */
  async search(query: string): Promise<number> {
    const box = this.#frame.getByRole('combobox', { name: 'Search' });
    await box.fill(query);
    await this.#page.waitForTimeout(remarksMs);
    await this.#frame.evaluate('onnaBench.watch()');
    await box.press('Enter');
    const seenAt = await this.#frame.evaluate<number>('onnaBench.seen');
    return seenAt - (await this.#frame.evaluate<number>('onnaBench.pressedAt'));
  }

  /** Scrolls with the mouse wheel through `hits` hits, which makes the page load further hits. */
  async scrollThrough(hits: number): Promise<Scrolled> {
    const [page, frame] = [this.#page, this.#frame];
    await frame.locator('.hits').hover();
    await frame.evaluate('onnaBench.maxRows = 0');
    const began = Date.now();
    const longTasks = await watchMainThread(page, async () => {
      while ((await frame.evaluate<number>(lowestHit)) < hits - 1) {
        if (Date.now() - began > patienceMs) throw new Error(`Scrolling did not reach hit ${hits} in time.`);
        await page.mouse.wheel(0, turn);
      }
    });
    const ms = Date.now() - began;
    return { ms, longTasks, maxRows: await frame.evaluate<number>('onnaBench.maxRows') };
  }
}
