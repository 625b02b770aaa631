import type { Frame, Page } from 'playwright-core';
import type { Workbench } from '../support/workbench.ts';
import { watchMainThread } from './mainThread.ts';
import type { LongTasks } from './mainThread.ts';

/**
 * Lives in the search page: notes when a key was pressed, when hits were painted that were not there before, and the
 * most rows that were in the document at once. Written as text, as it runs in a browser.
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
      // Painted: after the frame that holds it has been handed over.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(now());
        port2.postMessage(undefined);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
};`;

/** Until the remarks on a query that was typed have come, in ms: they are not the search's. */
const remarksMs = 250;
/** How far the wheel turns at a time, in px: some five screens. */
const turn = 3_000;
/** For so long hits may be on their way while a person scrolls, in ms. */
const patienceMs = 90_000;

/** What scrolling through hits came to. */
export interface Scrolled {
  readonly ms: number;
  /** The most rows that were in the document at once. */
  readonly maxRows: number;
  readonly longTasks: LongTasks;
}

/** The index of the lowest hit that is in the document; -1 for none. */
const lowestHit = `Math.max(-1, ...[...document.querySelectorAll('.hit')].map(({ dataset }) => Number(dataset.index)))`;

/** The search page of a window: a webview, which is a frame within a frame with a clock of its own. */
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

  /** Runs a query, and gives how long it took from the key to the first hit painted, in ms. */
  async search(query: string): Promise<number> {
    const box = this.#frame.getByRole('searchbox');
    await box.fill(query);
    await this.#page.waitForTimeout(remarksMs);
    await this.#frame.evaluate('onnaBench.watch()');
    await box.press('Enter');
    const seenAt = await this.#frame.evaluate<number>('onnaBench.seen');
    return seenAt - (await this.#frame.evaluate<number>('onnaBench.pressedAt'));
  }

  /** Turns the wheel over the list until so many hits have passed; further pages are loaded on the way. */
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
