import type { Frame } from 'playwright-core';
import type { Workbench } from '../support/workbench.ts';
import type { BenchWindow } from './benchWindow.ts';
import { until } from '../support/until.ts';
import { watchMainThread } from './mainThread.ts';
import type { LongTasks } from './mainThread.ts';
import type { HostLoad, Instant } from './probe/protocol.ts';

/**
 * A script for the details page. It records the time of the last click, the time when a table was painted after loading,
 * and the maximum number of rows in the document.
 */
const pageWatcher = `
const now = () => performance.timeOrigin + performance.now();
globalThis.onnaBench = { clickedAt: 0, maxRows: 0 };
onnaBench.painted = (resolve) => requestAnimationFrame(() => {
  // The rows are painted when the browser has submitted the frame that contains them.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(now());
  port2.postMessage(undefined);
});
addEventListener('click', () => { onnaBench.clickedAt = now(); }, { capture: true });
const count = () => { onnaBench.maxRows = Math.max(onnaBench.maxRows, document.querySelectorAll('tbody tr').length); };
new MutationObserver(count).observe(document.body, { subtree: true, childList: true });
onnaBench.watch = () => {
  onnaBench.seen = new Promise((resolve) => {
    const take = ({ data }) => {
      if (data?.type !== 'log' || data.items.length === 0) return;
      removeEventListener('message', take);
      // The page has already drawn the entries, because its listener was added earlier.
      onnaBench.painted(resolve);
    };
    addEventListener('message', take);
  });
};`;

/** Scroll distance per wheel event, in px; about one page of 200 rows. */
const turn = 9_000;

/** The measurements from scrolling through a table. */
export interface ScrolledTable {
  readonly ms: number;
  /** Maximum number of rows in the document. */
  readonly maxRows: number;
  readonly longTasks: LongTasks;
  readonly host: HostLoad;
}

/** Returns the time of the first paint of a document; undefined before it. */
const firstPaint = `(() => {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return paint && performance.timeOrigin + paint.startTime;
})()`;

/**
 * Waits until the visible webview has a heading and is painted. @returns the time of its first paint. A unit test of the
 * details page checks that its first paint contains the heading.
 */
export async function headingShownAt(workbench: Workbench): Promise<Instant> {
  const frame = await frameOf(workbench);
  return until('the webview is painted', () => frame.evaluate<Instant | undefined>(firstPaint));
}

async function frameOf(workbench: Workbench): Promise<Frame> {
  const locator = workbench.webviewFrame();
  await locator.locator('h1').waitFor();
  const frame = await (await locator.owner().elementHandle()).contentFrame();
  if (!frame) throw new Error('The webview has no frame.');
  return frame;
}

/** The details page in a window. The page is a webview, which is a nested frame with its own clock. */
export class DetailsFrame {
  readonly #window: BenchWindow;
  readonly #frame: Frame;

  private constructor(window: BenchWindow, frame: Frame) {
    this.#window = window;
    this.#frame = frame;
  }

  /** The details page that is visible. */
  static async of(window: BenchWindow): Promise<DetailsFrame> {
    const frame = await frameOf(window.workbench);
    await frame.evaluate(pageWatcher);
    return new DetailsFrame(window, frame);
  }

  async openTab(name: 'Exceptions' | 'Logs'): Promise<void> {
    const panel = `.${name.toLowerCase()}`;
    await this.#frame.getByRole('tab', { name }).click();
    await this.#frame.locator(`${panel} tbody tr[data-index]`).first().waitFor();
  }

  /** Reloads the log. @returns the time from the click until the first entries were painted, in ms */
  async loadLog(): Promise<number> {
    await this.#frame.evaluate('onnaBench.watch()');
    await this.#frame.getByRole('checkbox', { name: 'Errors only' }).click();
    const seenAt = await this.#frame.evaluate<number>('onnaBench.seen');
    return seenAt - (await this.#frame.evaluate<number>('onnaBench.clickedAt'));
  }

  /** Loads `rows` rows, scrolls through all of them with the mouse wheel, and loads the next ones where necessary. */
  async scrollThrough(
    panel: '.exceptions' | '.logs',
    rows: number,
    patienceMs: number,
  ): Promise<ScrolledTable> {
    const { workbench, probe } = this.#window;
    const frame = this.#frame;
    // One call per turn, because 100,000 rows take hundreds of turns. Returns the index of the lowest row. Requests older
    // entries, which the page loads only on demand.
    const goOn = `(() => {
      const older = document.querySelector('${panel} .older button[aria-disabled="false"]');
      const { top = Infinity } = older?.getBoundingClientRect() ?? {};
      if (top < innerHeight) older.click();
      const rows = [...document.querySelectorAll('${panel} tbody tr[data-index]')];
      return Math.max(-1, ...rows.map(({ dataset }) => Number(dataset.index)));
    })()`;
    await frame.locator(`${panel} .scroller`).hover();
    await frame.evaluate('onnaBench.maxRows = 0');
    const began = Date.now();
    await probe.ask('startWatching');
    const longTasks = await watchMainThread(workbench.page, async () => {
      for (;;) {
        const lowest = await frame.evaluate<number>(goOn);
        if (lowest >= rows - 1) return;
        if (Date.now() - began > patienceMs)
          throw new Error(`Scrolling reached row ${lowest} of ${rows} in ${patienceMs / 1_000} s.`);
        await workbench.page.mouse.wheel(0, turn);
      }
    });
    const host = await probe.ask('stopWatching');
    const maxRows = await frame.evaluate<number>('onnaBench.maxRows');
    return { ms: Date.now() - began, maxRows, longTasks, host };
  }
}
