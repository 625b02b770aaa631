import path from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../support/repository.ts';
import type { Instant } from './probe/protocol.ts';

/**
 * Lives in the window: notes when a key or the mouse was last pressed, and when a row was first painted.
 * Written as text, because it runs in a browser and this folder is compiled for Node.
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
        // Painted: after the frame that holds it has been handed over.
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

/** How long something may take to appear, in ms. */
const patienceMs = 60_000;

/** What a person sees and does at a window, with the times at which it happened there. */
export class Screen {
  readonly #page: Page;

  /** @param page One that {@link Screen.prepare} was called with. */
  constructor(page: Page) {
    this.#page = page;
  }

  /** Puts the watcher into all that a page will show. */
  static async prepare(page: Page): Promise<void> {
    await page.addInitScript(watcher);
  }

  /** Does `work`, and gives when a tree's row that matches was painted. */
  async rowAppears(pattern: RegExp, work: () => Promise<unknown>): Promise<Instant> {
    await this.#page.evaluate(`onnaBench.watch(${JSON.stringify(pattern.source)})`);
    await work();
    return this.#seen(pattern);
  }

  /** Does `work`, and gives when no row on screen matched `before` any more and those there are matched `after`. */
  async rowsTurn(before: RegExp, after: RegExp, work: () => Promise<unknown>): Promise<Instant> {
    const patterns = [after, before].map(({ source }) => JSON.stringify(source));
    await this.#page.evaluate(`onnaBench.watch(${patterns.join()})`);
    await work();
    return this.#seen(after);
  }

  /** Does what loads the window anew, and gives when a tree's row that matches was painted in the new one. */
  async rowAppearsAnew(pattern: RegExp, reload: () => Promise<unknown>): Promise<Instant> {
    await this.#page.evaluate(`sessionStorage.setItem('onnaBenchAwaits', ${JSON.stringify(pattern.source)})`);
    const loaded = this.#page.waitForEvent('load');
    await reload();
    await loaded;
    return this.#seen(pattern);
  }

  /** When a key or the mouse was last pressed. */
  pressedAt(): Promise<Instant> {
    return this.#page.evaluate<Instant>('onnaBench.pressedAt');
  }

  /** The longest task of the window since `since`, in ms; tasks under 50 ms count as none. */
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
    throw new Error(`No row came that matches ${pattern.source}; see ${picture}.`);
  }
}
