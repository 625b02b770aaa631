import path from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../support/repository.ts';
import type { Instant } from './probe/protocol.ts';

/**
 * A script for the window. It records the time of the last key press or mouse press, and the time when a row was first
 * painted. It is a string, because it runs in a browser and this folder is compiled for Node.
 */
const watcher = `
if (globalThis === globalThis.top) {
  const now = () => performance.timeOrigin + performance.now();
  const bench = (globalThis.onnaBench = { pressedAt: 0, longTasks: [], seen: undefined });
  for (const type of ['mousedown', 'keydown'])
    addEventListener(type, () => { bench.pressedAt = now(); }, { capture: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      bench.longTasks.push({ at: performance.timeOrigin + startTime, ms: duration });
  }).observe({ type: 'longtask' });
  bench.watch = (pattern, unwantedPattern) => {
    const wanted = new RegExp(pattern, 's');
    const unwanted = unwantedPattern && new RegExp(unwantedPattern, 's');
    bench.seen = new Promise((resolve) => {
      const isThere = () => {
        const rows = [...document.querySelectorAll('.part.sidebar [role="treeitem"]')];
        if (unwanted && rows.some((row) => unwanted.test(row.textContent))) return false;
        return rows.some((row) => wanted.test(row.textContent));
      };
      const look = () => {
        if (!isThere()) return false;
        observer.disconnect();
        // The row is painted when the browser has submitted the frame that contains it.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(now());
          port2.postMessage(undefined);
        });
        return true;
      };
      const observer = new MutationObserver(look);
      if (look()) return;
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
  };
  const awaited = sessionStorage.getItem('onnaBenchAwaits');
  sessionStorage.removeItem('onnaBenchAwaits');
  if (awaited !== null) bench.watch(awaited);
}`;

/** Maximum time until a row appears, in ms. */
const patienceMs = 60_000;
/**
 * Pause before a timed change of a tree, in ms. VS Code 1.139 batches changes of a tree for 200 ms; after this pause, it
 * processes the next change immediately.
 */
const restMs = 400;

/** Measures the times of user actions and painted rows in a window. */
export class Screen {
  readonly #page: Page;

  /** @param page a page that was passed to {@link Screen.prepare} */
  constructor(page: Page) {
    this.#page = page;
  }

  /** Adds the script to all documents that a page will load. */
  static async prepare(page: Page): Promise<void> {
    await page.addInitScript(watcher);
  }

  /** Waits until VS Code processes the next change of a tree immediately. */
  async rest(): Promise<void> {
    await this.#page.waitForTimeout(restMs);
  }

  /** Runs `work`. @returns the time when a matching row of a tree was painted */
  async rowAppears(pattern: RegExp, work: () => Promise<unknown>): Promise<Instant> {
    await this.#page.evaluate(`onnaBench.watch(${JSON.stringify(pattern.source)})`);
    await work();
    return this.#seen(pattern);
  }

  /** Runs `work`. @returns the time when a visible row matched `after` and no visible row matched `before` */
  async rowsTurn(before: RegExp, after: RegExp, work: () => Promise<unknown>): Promise<Instant> {
    const patterns = [after, before].map(({ source }) => JSON.stringify(source));
    await this.#page.evaluate(`onnaBench.watch(${patterns.join()})`);
    await work();
    return this.#seen(after);
  }

  /** Runs `reload`, which reloads the window. @returns the time when a matching row of a tree was painted */
  async rowAppearsAnew(pattern: RegExp, reload: () => Promise<unknown>): Promise<Instant> {
    await this.#page.evaluate(`sessionStorage.setItem('onnaBenchAwaits', ${JSON.stringify(pattern.source)})`);
    const loaded = this.#page.waitForEvent('load');
    await reload();
    await loaded;
    return this.#seen(pattern);
  }

  /** Returns the time of the last key press or mouse press. */
  pressedAt(): Promise<Instant> {
    return this.#page.evaluate<Instant>('onnaBench.pressedAt');
  }

  /**
   * Returns the duration of the longest task of the window since `since`, in ms; 0 if all tasks took less than 50 ms.
   */
  async maxTask(since: Instant): Promise<number> {
    const tasks = await this.#page.evaluate<{ at: Instant; ms: number }[]>('onnaBench.longTasks');
    return Math.max(0, ...tasks.filter(({ at }) => at >= since).map(({ ms }) => ms));
  }

  async #seen(pattern: RegExp): Promise<Instant> {
    const late = Symbol();
    const seen = await Promise.race([
      this.#page.evaluate<Instant>('onnaBench.seen'),
      new Promise<typeof late>((resolve) => setTimeout(() => resolve(late), patienceMs).unref()),
    ]);
    if (seen !== late) return seen;
    const picture = path.join(repository, 'bench-results/in-vain.png');
    await this.#page.screenshot({ path: picture });
    throw new Error(`No row that matches ${pattern.source} appeared. The screenshot is ${picture}.`);
  }
}
