import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { DetailsHostMessage, DetailsOpening } from '../../../src/shared/detailsProtocol.ts';
import { firstExceptionChoice } from '../../../src/shared/detailsProtocol.ts';
import { hostileStrings } from '../../support/hostileStrings.ts';
import { checkAccessibility } from './accessibility.ts';
import { DetailsPageSite } from './detailsPageHarness.ts';
import type { OpenDetailsPage } from './detailsPageHarness.ts';
import {
  exceptionsMessage,
  historyMessage,
  logMessage,
  sampleException,
  sampleHeader,
  sampleLogItem,
  sampleNow,
  sampleRun,
} from './detailsSamples.ts';
import type { OpenOptions } from './browserTab.ts';
import { darkHighContrast, darkModern, lightHighContrast, lightModern } from './themes.ts';

const header: DetailsHostMessage = { type: 'header', header: sampleHeader };

describe('The details page', function () {
  this.timeout(60_000);
  let site: DetailsPageSite;
  let opened: OpenDetailsPage[] = [];

  before(async () => {
    site = await DetailsPageSite.start();
  });
  after(() => site.close());
  afterEach(async function () {
    const pages = opened;
    opened = [];
    for (const page of pages) await page.close(this.currentTest?.isPassed() === true);
  });

  async function open(options?: OpenOptions): Promise<OpenDetailsPage> {
    const page = await site.open(options);
    opened.push(page);
    return page;
  }

  async function openedAt(
    tab: 'Exceptions' | 'Logs',
    ...messages: DetailsHostMessage[]
  ): Promise<OpenDetailsPage> {
    const it = await open();
    await it.openTab(tab);
    await it.post(...messages);
    return it;
  }

  function cells(it: OpenDetailsPage, panel: string, row: number): Promise<string[]> {
    return it.page
      .locator(`.${panel} tbody tr`)
      .nth(row)
      .locator('th, td')
      .evaluateAll((all) =>
        all.map((cell) => (cell as HTMLElement).innerText.trim().replaceAll(/\s+/g, ' ')),
      );
  }

  describe('first paint', () => {
    const opening: DetailsOpening = { document: 'first', header: sampleHeader };
    afterEach(() => {
      site.opening = undefined;
    });

    it('contains the header from the document, before the script of the page has loaded', async () => {
      site.opening = opening;
      const it = await open({ changesTab: true });
      const { page } = it;
      const held = Promise.withResolvers<undefined>();
      await page.route('**/details.js', async (route) => {
        await held.promise;
        await route.continue();
      });
      it.sent.length = 0;
      // Resolves at the document's `load` event, which does not wait for the script.
      await page.reload();
      const shown = (): Promise<string> => page.locator('body > header').innerHTML();
      const words = (html: string): string => html.replaceAll(/<!--.*?-->/g, '');
      const first = words(await shown());
      assert.match(first, /Harbour wiki.*Retrying, attempt 2.*Renew Credentials.*48,210/s);
      assert.deepEqual([it.sent, await page.locator('[role="tab"]').count()], [[], 0]);
      const top = (): Promise<number | undefined> =>
        page
          .locator('dl')
          .boundingBox()
          .then((box) => box?.y);
      const before = await top();
      await page.getByRole('button', { name: 'Sync Now' }).click();
      assert.equal((await it.waitFor('action')).action, 'sync', 'the header works already');
      held.resolve(undefined);
      await it.waitFor('ready');
      assert.equal(words(await shown()), first);
      assert.equal(await page.locator('header').count(), 1);
      await page.evaluate(() => document.fonts.ready);
      assert.equal(await top(), before, 'the icons did not move the text');
    });

    it('shows hostile texts as texts', async () => {
      // The host truncates long texts.
      const facts = hostileStrings.map(({ name, text }) => ({ label: name, value: text.slice(0, 5_000) }));
      const title = facts[3]?.value ?? '';
      site.opening = { ...opening, header: { ...sampleHeader, title, facts } };
      const it = await open();
      assert.equal(await it.page.locator('h1').textContent(), title);
      assert.deepEqual(
        await it.page.locator('dd bdi').allTextContents(),
        facts.map(({ value }) => value),
      );
    });

    it('shows the newest known header: the last received one if VS Code creates the page again, but the one in the document after a reload of the window', async () => {
      site.opening = opening;
      const it = await open();
      const title = (): Promise<string | null> => it.page.locator('h1').textContent();
      assert.equal(await title(), 'Harbour wiki');
      await it.post({ type: 'header', header: { ...sampleHeader, title: 'Renamed wiki' } });
      await it.reload();
      assert.equal(await title(), 'Renamed wiki');
      site.opening = { document: 'second', header: { ...sampleHeader, title: 'Newest wiki' } };
      await it.reload();
      assert.equal(await title(), 'Newest wiki');
    });

    it('opens the tab that the document names, unless the page has saved another tab', async () => {
      site.opening = { ...opening, tab: 'logs' };
      const it = await open();
      assert.equal((await it.waitFor('ready')).tab, 'logs');
      await it.openTab('Exceptions');
      await it.reload();
      assert.equal((await it.waitFor('ready')).tab, 'exceptions');
    });
  });

  describe('header', () => {
    it('shows the title, type, status, current activity, failure reason and facts of the Datasource', async () => {
      const it = await open();
      await it.post(header);
      const { page } = it;
      await page.getByRole('heading', { level: 1, name: 'Harbour wiki' }).waitFor();
      await page.locator('.status .tone-error').getByText('Failed', { exact: true }).waitFor();
      await page.locator('.status .activity').getByText('Retrying, attempt 2').waitFor();
      assert.equal(await page.locator('.status time').textContent(), 'Jun 9, 2021, 11:30 AM');
      await page
        .getByRole('status')
        .getByText(/can no longer sign in/)
        .waitFor();
      const facts = await page.locator('dl > div').allInnerTexts();
      assert.equal(facts.length, sampleHeader.facts.length);
      assert.match(facts[0] ?? '', /Connection\s+lumenfjord/);
      assert.match(facts[3] ?? '', /Created\s+Feb 3, 2020/);
      assert.match(facts[6] ?? '', /Size\s+–/);
    });

    it('sends each action once, even if the user double-clicks', async () => {
      const it = await open();
      await it.post(header);
      const buttons = it.page.getByRole('group', { name: 'Actions' }).getByRole('button');
      assert.equal(await buttons.first().getAttribute('class'), 'text-button');
      await buttons.first().click();
      await it.waitFor('action', ({ action }) => action === 'credentials');
      await it.page.getByRole('button', { name: 'Sync Now' }).dblclick();
      await it.page.getByRole('button', { name: 'Pause' }).click();
      await it.waitFor('action', ({ action }) => action === 'pause');
      assert.deepEqual(
        it.sentOf('action').map(({ action }) => action),
        ['credentials', 'sync', 'pause'],
      );
    });

    it('reports that the Datasource was removed, and offers no actions', async () => {
      const it = await open();
      await it.post({ type: 'header', header: { ...sampleHeader, isGone: true } });
      await it.page.getByText(/This Datasource was removed/).waitFor();
      assert.equal(await it.page.getByRole('button', { name: 'Sync Now' }).count(), 0);
    });

    it('keeps the rows of a removed Datasource, but offers no actions in any tab', async () => {
      const it = await open();
      const { page } = it;
      await it.post(header, historyMessage(3), exceptionsMessage(5), logMessage(4));
      await it.openTab('Exceptions');
      await page.getByLabel(`Select ${sampleException(1).file}`).check();
      await it.post({ type: 'header', header: { ...sampleHeader, isGone: true } });
      await page.getByText(/This Datasource was removed/).waitFor();
      for (const [tab, rows] of [
        ['Exceptions', 5],
        ['Logs', 4],
        ['History', 3],
      ] as const) {
        await it.openTab(tab);
        const panel = page.getByRole('tabpanel');
        await panel
          .locator('tbody tr')
          .nth(rows - 1)
          .waitFor();
        assert.equal(await panel.locator('tbody tr').count(), rows, tab);
        assert.equal(await panel.locator('button:visible, input:visible:enabled').count(), 0, tab);
        await checkAccessibility(page);
      }
      await it.post(logMessage(4, { load: { phase: 'failed', notice: 'It is gone.' } }));
      await it.openTab('Logs');
      await page.getByRole('tabpanel').getByText('It is gone.').waitFor();
      assert.equal(await page.getByRole('tabpanel').locator('button:visible').count(), 0);
      // A removed Datasource may reappear. The page then offers its actions again.
      await it.post(header);
      await it.openTab('Exceptions');
      await page.getByRole('button', { name: /Send to Processing/ }).waitFor();
    });

    it('keeps the focus on the same button when the host sends a new header', async () => {
      const it = await open();
      await it.post(header);
      await it.page.getByRole('button', { name: 'Pause' }).focus();
      const status = { ...sampleHeader.status, result: 'Synced', tone: 'ok' as const, icon: 'pass' };
      await it.post({ type: 'header', header: { ...sampleHeader, status } });
      await it.page.getByText('Synced', { exact: true }).waitFor();
      assert.equal(await it.focusedName(), 'Pause');
    });
  });

  describe('tab bar', () => {
    it('requests the content of a tab when the tab is opened, and supports the keyboard', async () => {
      const it = await open();
      const { page } = it;
      const { tab } = await it.waitFor('ready');
      assert.equal(tab, 'history');
      await page.getByRole('tab', { name: 'History' }).focus();
      await page.keyboard.press('ArrowRight');
      await it.waitFor('tab', (message) => message.tab === 'exceptions');
      await page.getByRole('tabpanel', { name: 'Exceptions' }).waitFor();
      assert.equal(await it.focusedName(), 'Exceptions');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Home');
      assert.equal(await it.focusedName(), 'History');
      await page.getByRole('tabpanel', { name: 'History' }).waitFor();
      assert.deepEqual(
        it.sentOf('tab').map((message) => message.tab),
        ['exceptions', 'logs', 'history', 'logs', 'history'],
      );
      const stops = await page
        .getByRole('tab')
        .evaluateAll((all) => all.map((each) => (each as HTMLElement).tabIndex));
      assert.deepEqual(stops, [0, -1, -1]);
    });

    it('opens the tab and the log that the host selects', async () => {
      const it = await open();
      await it.post({ type: 'show', tab: 'logs', choice: { log: 'processing', errorsOnly: false } });
      await it.page.getByRole('tabpanel', { name: 'Logs' }).waitFor();
      assert.equal(await it.page.getByLabel('Log', { exact: true }).inputValue(), 'processing');
      await it.waitFor('tab', ({ tab }) => tab === 'logs');
      const { choice } = await it.waitFor('chooseLog');
      assert.deepEqual(choice, { log: 'processing', errorsOnly: false });
    });

    it('shows whether a tab is loading, has failed to load or is empty', async () => {
      const it = await open();
      const { page } = it;
      const panel = page.getByRole('tabpanel');
      await panel.getByText('Loading…').waitFor();
      await panel.getByRole('button', { name: 'Cancel' }).click();
      await it.waitFor('cancel');
      const failed = { phase: 'failed', notice: 'The host cannot be reached.' } as const;
      await it.post({ type: 'history', load: failed, runs: [] });
      await panel.getByText('The host cannot be reached.').waitFor();
      await panel.getByRole('status').getByRole('button', { name: 'Refresh' }).click();
      await it.waitFor('refresh', ({ tab }) => tab === 'history');
      await panel.getByRole('button', { name: 'Show Log' }).click();
      await it.waitFor('showLog');
      await it.post({ type: 'history', load: { phase: 'ready' }, runs: [] });
      await panel.getByText('No runs are known yet.').waitFor();
      await it.post({ ...historyMessage(3), load: failed });
      await panel.getByText('The host cannot be reached.').waitFor();
      assert.equal(await panel.locator('tbody tr').count(), 3);
    });
  });

  describe('history tab', () => {
    it('shows sync runs in a table, with a dash instead of a zero for each unknown value', async () => {
      const it = await open();
      const run = {
        source: 'journal',
        outcome: 'mixed',
        failedAttempts: 2,
        start: sampleNow,
        end: sampleNow + 4_325_000,
      } as const;
      await it.post({
        type: 'history',
        load: { phase: 'ready' },
        runs: [
          { ...run, added: 1234, changed: 0, removed: 1, reason: 'It worked in the end.' },
          { source: 'audit', outcome: 'unknown', failedAttempts: 0 },
          { ...run, failedAttempts: 1, end: sampleNow + 1_500 },
        ],
      });
      assert.deepEqual(await cells(it, 'history', 0), [
        'Jun 9, 2021, 2:30 PM',
        '3:42 PM',
        '1 hr 12 min',
        'Synced after 2 failed attempts',
        '1,234',
        '0',
        '1',
        'It worked in the end.',
        'Observed',
      ]);
      const unknown = await it.page.locator('.history tbody tr').nth(1).locator('.unknown').allTextContents();
      assert.deepEqual(
        unknown,
        Array.from({ length: 7 }, () => '–unknown'),
      );
      assert.equal((await cells(it, 'history', 1))[3], 'Unknown');
      assert.deepEqual((await cells(it, 'history', 2)).slice(2, 4), [
        '1.5 sec',
        'Synced after 1 failed attempt',
      ]);
      const scopes = await it.page
        .locator('.history thead th')
        .evaluateAll((all) => all.map((each) => each.getAttribute('scope')));
      assert.deepEqual(new Set(scopes), new Set(['col']));
    });

    it('draws a chart of the last 60 runs, in which height shows the duration and style shows the outcome', async () => {
      const it = await open();
      await it.post(historyMessage(75));
      const chart = it.page.getByRole('img', { name: /^Durations and outcomes of the last 60 runs/ });
      const bars = chart.locator('.bar');
      assert.equal(await bars.count(), 60);
      assert.equal(await it.page.locator('.history tbody tr').count(), 75);
      assert.match((await bars.last().locator('title').textContent()) ?? '', /^Running · Jun 9, 2021/);
      const heights = await bars
        .locator('.base')
        .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))));
      const lengths = Array.from({ length: 60 }, (_, index) => {
        const { start = 0, end = start } = sampleRun(59 - index);
        return end - start;
      });
      assert.equal(heights.indexOf(Math.max(...heights)), lengths.indexOf(Math.max(...lengths)));
      const looks = await chart.evaluate((svg) =>
        ['synced', 'mixed', 'failed', 'error', 'paused', 'running', 'unknown'].map((outcome) => {
          const bar = svg.querySelector(`.bar.outcome-${outcome}`);
          const base = bar?.querySelector('.base');
          const style = base ? getComputedStyle(base) : undefined;
          const fill = style?.fill === 'none' ? `outline ${style.strokeDasharray}` : 'solid';
          return `${fill} ${bar?.querySelector('[fill]')?.getAttribute('fill') ?? ''}`;
        }),
      );
      assert.equal(new Set(looks).size, looks.length, looks.join(', '));
    });
  });

  describe('exceptions tab', () => {
    it('requests exceptions from the host by kind, title words and sort order', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(5, { total: 5 }));
      const { page } = it;
      await page
        .getByRole('group', { name: 'Notes' })
        .getByRole('button', { name: /^Empty 2,000/ })
        .waitFor();
      await page.getByRole('button', { name: /^Encrypted 2,000/ }).click();
      await it.waitFor('chooseExceptions', ({ choice }) => choice.kind === 'Encrypted');
      assert.equal(
        await page.getByRole('button', { name: /^Encrypted/ }).getAttribute('aria-pressed'),
        'true',
      );
      const box = page.getByLabel('Filter files by title');
      await box.pressSequentially('tide tables');
      await it.waitFor('chooseExceptions', ({ choice }) => choice.text === 'tide tables');
      assert.ok(it.sentOf('chooseExceptions').length < 6, 'typing is debounced');
      // A late response must not overwrite the text in the filter box.
      await it.post(exceptionsMessage(5, { choice: { kind: 'Encrypted', text: 'tide', sort: 'newest' } }));
      assert.equal(await box.inputValue(), 'tide tables');
      await page.getByLabel('Sort by').selectOption('File A to Z');
      await it.waitFor('chooseExceptions', ({ choice }) => choice.sort === 'file');
      await it.post(exceptionsMessage(0, { choice: { text: 'tide', sort: 'file' } }));
      await page.getByText('No file matches the filter.').waitFor();
      await page.getByRole('button', { name: 'Clear Filter' }).click();
      await it.waitFor('chooseExceptions', ({ choice }) => choice.text === '' && choice.kind === undefined);
      await it.post(exceptionsMessage(0, { kinds: [] }));
      await page.getByText('No file has an exception.').waitFor();
    });

    it('can open, reveal and reprocess files, and save the list as CSV', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(5));
      const { page } = it;
      const { file } = sampleException(2);
      assert.deepEqual(await cells(it, 'exceptions', 1), [
        '',
        `${sampleException(1).file} Pilotage / 1991 / Scanned sheets of the northern berth`,
        'Encrypted',
        'Jun 9, 2021, 1:43 PM',
        'Sent to Processing',
        '',
      ]);
      await page.getByRole('button', { name: `Open ${file}` }).click();
      assert.equal((await it.waitFor('open')).id, 'resource-2');
      await page.getByRole('button', { name: `Reveal ${file} in Datasources` }).click();
      assert.equal((await it.waitFor('revealResource')).id, 'resource-2');
      const send = page.getByRole('button', { name: /^Send to Processing/ });
      assert.ok(await send.isDisabled());
      await page.getByLabel(`Select ${file}`).check();
      await page.getByLabel(`Select ${sampleException(0).file}`).check();
      await page.getByRole('button', { name: 'Send to Processing (2)' }).click();
      assert.deepEqual((await it.waitFor('process')).ids, ['resource-0', 'resource-2']);
      await it.post({
        type: 'outcomes',
        outcomes: [{ id: 'resource-2', outcome: 'Refused', isSelected: false }],
      });
      assert.equal((await cells(it, 'exceptions', 2))[4], 'Refused');
      await page.getByRole('button', { name: 'Send to Processing (1)' }).waitFor();
      const all = page.getByLabel('Select all loaded files');
      assert.ok(await all.evaluate((box: HTMLInputElement) => box.indeterminate));
      await all.check();
      await page.getByRole('button', { name: 'Send to Processing (5)' }).waitFor();
      await page.getByRole('button', { name: 'Save as CSV' }).click();
      await it.waitFor('saveExceptions');
      // A refresh keeps the selection of all rows that still exist.
      await it.post(exceptionsMessage(3));
      await page.getByRole('button', { name: 'Send to Processing (3)' }).waitFor();
      await all.uncheck();
      assert.ok(await send.isDisabled());
    });

    it('sends a large selection in several messages, and leaves unprocessed rows selected', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(1_200, { total: 1_200 }));
      const { page } = it;
      await page.getByLabel('Select all loaded files').check();
      await page.getByRole('button', { name: 'Send to Processing (1,200)' }).click();
      await it.waitFor('process', ({ isLast }) => isLast);
      const parts = it.sentOf('process');
      assert.deepEqual(
        parts.map(({ ids, isLast }) => [ids.length, isLast]),
        [
          [500, false],
          [500, false],
          [200, true],
        ],
      );
      const ids = parts.flatMap((part) => part.ids);
      assert.deepEqual(
        ids,
        Array.from({ length: 1_200 }, (_, index) => `resource-${index}`),
      );
      await it.post({
        type: 'outcomes',
        outcomes: ids.map((id, index) => ({ id, outcome: 'Done', isSelected: index >= 500 })),
      });
      await page.getByRole('button', { name: 'Send to Processing (700)' }).waitFor();
      assert.equal((await cells(it, 'exceptions', 0))[4], 'Done');
    });

    it('loads 10,000 rows while the user scrolls, and keeps at most 120 rows in the document', async () => {
      const it = await open({ viewport: { width: 1000, height: 5000 } });
      await it.openTab('Exceptions');
      const { page } = it;
      const rows = page.locator('.exceptions tbody tr');
      for (let from = 0; from < 10_000; from += 2_500) {
        await it.post(exceptionsMessage(2_500, { from, total: 10_000, hasMore: from < 7_500 }));
        if (from === 7_500) break;
        await page
          .locator('.exceptions .scroller')
          .evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
        await it.waitFor('moreExceptions', ({ loaded }) => loaded === from + 2_500);
        assert.ok((await rows.count()) <= 120);
      }
      await page.getByText('10,000 of 10,000 loaded').waitFor();
      const most = await page.locator('.exceptions .scroller').evaluate(async (scroller) => {
        let max = 0;
        for (let top = 0; top < scroller.scrollHeight; top += 20_000) {
          scroller.scrollTop = top;
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          max = Math.max(max, scroller.querySelectorAll('tr').length);
        }
        scroller.scrollTop = scroller.scrollHeight;
        return max;
      });
      assert.ok(most > 20 && most <= 120, `${most} rows`);
      await page.locator('tr[data-index="9999"]').waitFor();
      assert.equal(await page.locator('tr[data-index="9999"]').getAttribute('aria-rowindex'), '10001');
      assert.equal(
        await page.getByRole('table', { name: 'Exceptions' }).getAttribute('aria-rowcount'),
        '10001',
      );
      const requests = it.sentOf('moreExceptions').map(({ loaded }) => loaded);
      assert.deepEqual(requests, [...new Set(requests)]);
    });

    it('keeps the focus on the same row when the user scrolls, and moves the focus only with the arrow keys', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(1_000, { total: 1_000 }));
      const { page } = it;
      await page.getByLabel(`Select ${sampleException(1).file}`).focus();
      await page.keyboard.press('ArrowDown');
      assert.equal(await it.focusedName(), `Select ${sampleException(2).file}`);
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Send to Processing (1)' }).waitFor();
      await page.locator('.exceptions .scroller').evaluate((scroller) => (scroller.scrollTop = 30_000));
      await page.locator('tr[data-index="670"]').waitFor();
      assert.equal(await it.focusedName(), `Select ${sampleException(2).file}`);
      await page.keyboard.press('ArrowDown');
      assert.equal(await it.focusedName(), `Select ${sampleException(3).file}`);
      for (let turn = 0; turn < 40; turn++) await page.keyboard.press('ArrowDown');
      assert.equal(await it.focusedName(), `Select ${sampleException(43).file}`);
      const isVisible = await page.evaluate(() => {
        const box = document.activeElement?.getBoundingClientRect();
        return box !== undefined && box.top > 0 && box.bottom <= window.innerHeight;
      });
      assert.ok(isVisible);
      // The refreshed list has one additional row at the top.
      const rows = exceptionsMessage(1_000).rows;
      await it.post(exceptionsMessage(0, { rows: [{ ...sampleException(0), id: 'new' }, ...rows] }));
      assert.equal(await it.focusedName(), `Select ${sampleException(43).file}`);
    });

    it('keeps the focus on a row when the user jumps from the rows below it to the rows above it', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(1_000, { total: 1_000 }));
      const { page } = it;
      const jump = async (top: number, row: number): Promise<void> => {
        await page.locator('.exceptions .scroller').evaluate((it, to) => (it.scrollTop = to), top);
        await page.locator(`tr[data-index="${row}"]`).waitFor();
      };
      await jump(20_000, 445);
      await page.getByLabel(`Select ${sampleException(445).file}`).focus();
      for (const [top, row] of [
        [40_000, 890],
        [0, 0],
        [30_000, 670],
        [900, 25],
        [20_000, 445],
      ] as const) {
        await jump(top, row);
        assert.equal(await it.focusedName(), `Select ${sampleException(445).file}`, `at row ${row}`);
      }
    });

    it('shows each row with its own texts and selection after any jump', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(1_000, { total: 1_000 }));
      const { page } = it;
      for (const row of [3, 5]) await page.getByLabel(`Select ${sampleException(row).file}`).check();
      await page.locator('.exceptions .file').first().click();
      const tops = [0, 45, 900, 700, 30_000, 29_900, 44_000, 20, 0];
      for (const top of tops) {
        await page.locator('.exceptions .scroller').evaluate((it, to) => (it.scrollTop = to), top);
        await page.locator(`tr[data-index="${Math.min(990, Math.ceil(top / 45))}"]`).waitFor();
        // In one call: the page may draw between two calls.
        const rows = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('.exceptions tbody tr[data-index]')].map((row) => ({
            index: Number(row.dataset['index']),
            label: row.querySelector('input')?.getAttribute('aria-label'),
            isChecked: row.querySelector('input')?.checked,
            top: Math.round(row.getBoundingClientRect().top),
          })),
        );
        const origin = (rows[0]?.top ?? 0) - 45 * (rows[0]?.index ?? 0);
        assert.deepEqual(
          rows,
          rows.map(({ index }) => ({
            index,
            label: `Select ${sampleException(index).file}`,
            isChecked: index === 3 || index === 5,
            top: origin + 45 * index,
          })),
        );
        assert.deepEqual(
          rows.map(({ index }) => index),
          rows.map((_, at) => (rows[0]?.index ?? 0) + at),
        );
      }
    });

    it('ignores rows that do not follow the loaded rows, and shows a row twice if the service sends it twice', async () => {
      const it = await openedAt('Exceptions', exceptionsMessage(3));
      await it.post(exceptionsMessage(3, { from: 7 }));
      assert.equal(await it.page.locator('.exceptions tbody tr').count(), 3);
      await it.post(exceptionsMessage(0, { from: 3, rows: [sampleException(1), sampleException(5)] }));
      assert.equal(await it.page.locator('.exceptions tbody tr').count(), 5);
      await it.page.getByLabel('Select all loaded files').check();
      await it.page.getByRole('button', { name: 'Send to Processing (4)' }).waitFor();
    });
  });

  describe('logs tab', () => {
    it('shows log entries in the order of the service, newest first, and loads older entries on request', async () => {
      const it = await openedAt('Logs', logMessage(4, { hasOlder: true }));
      const { page } = it;
      assert.deepEqual(
        await cells(it, 'logs', 3),
        [
          'Jun 9, 2021, 1:51 PM',
          'Info',
          'started',
          '–unknown',
          'Started a full collection.',
          'ines@example.com',
        ].map((text) => text.replace('–unknown', '– unknown')),
      );
      await page.getByRole('button', { name: 'Tide tables, sheet 0.html' }).click();
      assert.equal((await it.waitFor('open')).id, 'resource-0');
      const older = page.getByRole('button', { name: 'Load Older Entries' });
      await older.click();
      assert.equal((await it.waitFor('olderLog')).loaded, 4);
      assert.equal(await older.getAttribute('aria-disabled'), 'true');
      await it.post(logMessage(2, { from: 4 }));
      assert.equal(await page.locator('.logs tbody tr').count(), 6);
      assert.equal(await older.count(), 0);
      await page.getByRole('button', { name: 'Open as Document' }).click();
      await it.waitFor('openLogDocument');
      await it.post(logMessage(0, { choice: { log: 'collection', errorsOnly: true } }));
      await page.getByText('The log has no errors in this period.').waitFor();
    });

    it('filters entries by log, by errors and by days in the time zone of the page', async () => {
      const it = await open({ timeZone: 'Asia/Tokyo' });
      await it.openTab('Logs');
      await it.post(logMessage(1));
      const { page } = it;
      assert.equal(await page.locator('.logs time').textContent(), 'Jun 9, 2021, 11:30 PM');
      await page.getByLabel('Log', { exact: true }).selectOption('Changes');
      await it.waitFor('chooseLog', ({ choice }) => choice.log === 'audit');
      await page.getByLabel('Errors only').check();
      await it.waitFor('chooseLog', ({ choice }) => choice.errorsOnly);
      await page.getByLabel('From').fill('2021-06-01');
      await page.getByLabel('To', { exact: true }).fill('2021-06-09');
      const { choice } = await it.waitFor(
        'chooseLog',
        ({ choice: { from, to } }) => from !== undefined && to !== undefined,
      );
      assert.equal(choice.from, Date.UTC(2021, 4, 31, 15));
      assert.equal(choice.to, Date.UTC(2021, 5, 9, 15));
      await it.post(logMessage(1, { choice }), { type: 'timeZone', timeZone: 'America/Lima' });
      assert.equal(await page.locator('.logs time').textContent(), 'Jun 9, 2021, 9:30 AM');
      assert.match((await page.locator('.logs time').getAttribute('title')) ?? '', /GMT-5$/);
      assert.equal(await page.getByLabel('From').inputValue(), '2021-05-31');
      await page.getByLabel('From').fill('');
      await it.waitFor('chooseLog', ({ choice: { from, to } }) => from === undefined && to !== undefined);
    });
  });

  it('restores the header, tab, filter and scroll position after a reload', async () => {
    const it = await openedAt('Exceptions', header, exceptionsMessage(300, { total: 300 }));
    const { page } = it;
    await page.getByLabel('Filter files by title').fill('tide');
    await it.waitFor('chooseExceptions', ({ choice }) => choice.text === 'tide');
    await it.post(exceptionsMessage(300, { choice: { ...firstExceptionChoice, text: 'tide' } }));
    await page.locator('.exceptions .scroller').evaluate((scroller) => (scroller.scrollTop = 2_000));
    await page.waitForFunction(() => sessionStorage.getItem('state')?.includes('"scrollTop":2000'));
    await it.reload();
    // The page restores its saved state before the host sends a message.
    await page.getByRole('heading', { name: 'Harbour wiki' }).waitFor();
    assert.equal(await page.getByLabel('Filter files by title').inputValue(), 'tide');
    const ready = await it.waitFor('ready');
    assert.equal(ready.tab, 'exceptions');
    assert.equal(ready.exceptions.text, 'tide');
    await it.post(exceptionsMessage(300, { choice: ready.exceptions }));
    assert.equal(await page.locator('.exceptions .scroller').evaluate(({ scrollTop }) => scrollTop), 2_000);
  });

  for (const [tab, panel, older] of [
    ['Logs', 'logs', 'olderLog'],
    ['Exceptions', 'exceptions', 'moreExceptions'],
  ] as const) {
    const rows = (from: number, count: number): DetailsHostMessage =>
      tab === 'Logs'
        ? logMessage(count, { from, hasOlder: true })
        : exceptionsMessage(count, { from, hasMore: true, total: 9_000 });
    const scrollTop = (it: OpenDetailsPage): Promise<number> =>
      it.page.locator(`.${panel} .scroller`).evaluate((scroller) => Math.round(scroller.scrollTop));
    /** Loads 600 rows, scrolls to one of the last rows, and restarts the page. */
    const restartedFarDown = async (): Promise<OpenDetailsPage> => {
      const it = await openedAt(tab, header, rows(0, 600));
      await it.page.locator(`.${panel} .scroller`).evaluate((scroller) => (scroller.scrollTop = 20_000));
      await it.page.waitForFunction(() => sessionStorage.getItem('state')?.includes('"scrollTop":20000'));
      await it.reload();
      return it;
    };
    const restoring = (it: OpenDetailsPage): number[] =>
      it.sentOf(older).flatMap(({ loaded, isRestoring }) => (isRestoring ? [loaded] : []));

    it(`requests rows of the tab “${tab}” after a restart until the tab can scroll to its last position`, async () => {
      const it = await restartedFarDown();
      for (let from = 0; from < 600; from += 200) {
        await it.post(rows(from, 200));
        if (from < 400) await it.waitFor(older, ({ loaded }) => loaded === from + 200);
      }
      assert.equal(await scrollTop(it), 20_000);
      assert.deepEqual(restoring(it), [200, 400]);
    });

    it(`stays at the last loaded row of the tab “${tab}” after a restart if the host sends no more rows`, async () => {
      const it = await restartedFarDown();
      await it.post(rows(0, 200));
      await it.waitFor(older, ({ loaded, isRestoring }) => loaded === 200 && isRestoring);
      await it.post(rows(200, 0));
      const top = await scrollTop(it);
      assert.ok(top > 5_000 && top < 9_000, String(top));
      await it.post(rows(200, 200));
      assert.equal(await scrollTop(it), top);
      assert.deepEqual(restoring(it), [200]);
    });

    it(`does not request rows of the tab “${tab}” after a restart once the user scrolls or opens another tab`, async () => {
      const it = await restartedFarDown();
      await it.openTab('History');
      await it.post(rows(0, 200));
      assert.deepEqual(restoring(it), []);
      await it.openTab(tab);
      const scroller = it.page.locator(`.${panel} .scroller`);
      await scroller.evaluate((element) => {
        element.addEventListener('wheel', () => element.setAttribute('data-test-wheel', ''));
      });
      await scroller.hover();
      await it.page.mouse.wheel(0, 100);
      // `mouse.wheel` returns before the page has handled the event.
      await it.page.locator(`.${panel} .scroller[data-test-wheel]`).waitFor();
      await it.post(rows(0, 200));
      assert.deepEqual(restoring(it), []);
    });
  }

  it('discards its saved state if the state is invalid or belongs to another Datasource', async () => {
    const it = await open({ changesTab: true });
    await it.post(header);
    await it.openTab('Logs');
    await it.page.waitForFunction(() => sessionStorage.getItem('state')?.includes('"tab":"logs"'));
    const state = (await it.page.evaluate(() => sessionStorage.getItem('state'))) ?? '';
    for (const other of [state.replace('"wiki"', '"mail"'), '{"version":1,"header":"<b>"}', '7']) {
      await it.page.evaluate(() => document.body.remove());
      await it.page.addInitScript((text) => sessionStorage.setItem('state', text), other);
      await it.reload();
      assert.equal((await it.waitFor('ready')).tab, 'history');
      assert.equal(await it.page.getByRole('heading').count(), 0);
    }
  });

  it('ignores invalid messages from the host', async () => {
    const it = await open();
    await it.post(header, historyMessage(3));
    await it.postAny(
      null,
      'header',
      { type: '__proto__' },
      { type: 'header', header: { title: '<b>' } },
      { type: 'history', load: { phase: 'ready' }, runs: 'none' },
      { type: 'show', tab: 'constructor' },
      { type: 'timeZone', timeZone: 'Middle/Earth' },
    );
    assert.equal(await it.page.locator('.history tbody tr').count(), 3);
    await it.page.getByRole('heading', { name: 'Harbour wiki' }).waitFor();
  });

  it('shows hostile strings as plain text in every field', async () => {
    // Tall, because the page draws only the visible rows.
    const it = await open({ viewport: { width: 1000, height: 20_000 } });
    const { page } = it;
    const before = await page.evaluate(() => document.querySelectorAll('script, style, link').length);
    // The host truncates long texts before it sends them, so the test uses at most 5,000 characters.
    const texts = hostileStrings.map(({ text }) => text.slice(0, 5_000));
    for (const text of texts.slice(0, 12)) {
      await it.post({
        type: 'header',
        header: {
          title: text,
          type: text,
          status: { tone: 'warning', icon: text, result: text, activity: text, at: 9e99 },
          reason: text,
          facts: [{ label: text, value: text }],
          actions: [{ id: 'sync', label: text, icon: text }],
          isGone: false,
        },
      });
      assert.equal(await page.locator('h1').textContent(), text);
      assert.equal(
        await page
          .locator('dd')
          .textContent()
          .then((shown) => shown?.trim()),
        text.trim(),
      );
    }
    await it.post({
      type: 'history',
      load: { phase: 'ready', notice: texts[0] ?? '' },
      runs: texts.map((reason) => ({ ...sampleRun(3), start: 9e99, reason })),
    });
    assert.deepEqual(await page.locator('.history .long').allTextContents(), texts);
    await it.openTab('Exceptions');
    await it.post(
      exceptionsMessage(0, {
        choice: { kind: texts[1] ?? '', text: texts[1] ?? '', sort: 'newest' },
        kinds: texts.map((kind) => ({ kind, isNote: false, count: 1 })),
        rows: texts.map((text) => ({
          id: text,
          file: text,
          place: text,
          kind: text,
          isNote: true,
          outcome: text,
        })),
      }),
    );
    const files = await page.locator('.exceptions .file').allTextContents();
    assert.deepEqual(files, texts.slice(0, files.length));
    await it.openTab('Logs');
    await it.post(
      logMessage(0, {
        items: texts.map((text) => ({
          ...sampleLogItem(0),
          file: text,
          id: text,
          message: text,
          action: text,
          user: text,
        })),
      }),
    );
    const shown = await page.locator('.logs .file bdi').allTextContents();
    assert.deepEqual(shown, texts);
    await it.post(logMessage(0, { load: { phase: 'failed', notice: texts[1] ?? '' } }));
    await page
      .getByRole('tabpanel')
      .getByText(texts[1] ?? '')
      .waitFor();
    assert.equal(await page.locator('img, iframe, a, textarea, body svg script').count(), 0);
    assert.equal(await page.evaluate(() => document.querySelectorAll('script, style, link').length), before);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1000);
  });

  describe('appearance (with screenshots in test-results/details-page)', () => {
    const themes = {
      light: lightModern,
      dark: darkModern,
      'high-contrast': darkHighContrast,
      'high-contrast-light': lightHighContrast,
    };
    for (const [name, theme] of Object.entries(themes)) {
      it(`is accessible and fits into wide and narrow windows in ${name} colors`, async () => {
        const isLight = name.endsWith('light');
        const rules = theme === lightModern ? 'all' : 'colors';
        const it = await open({ theme, isLight, viewport: { width: 1400, height: 800 } });
        const { page } = it;
        for (const width of [1400, 400]) {
          await page.setViewportSize({ width, height: 800 });
          await it.openTab('History');
          await it.post(header, historyMessage(75));
          if (width > 400) await checkAccessibility(page, rules);
          await it.picture(`${name}-${width}-history`);
          await it.openTab('Exceptions');
          await it.post(exceptionsMessage(40, { total: 10_000, hasMore: true }));
          await page.getByLabel(`Select ${sampleException(1).file}`).check();
          await checkAccessibility(page, rules);
          await it.picture(`${name}-${width}-exceptions`);
          await it.openTab('Logs');
          await it.post(logMessage(40, { hasOlder: true }));
          if (width > 400) await checkAccessibility(page, rules);
          await it.picture(`${name}-${width}-logs`);
          await it.post(logMessage(0, { load: { phase: 'failed', notice: 'The host cannot be reached.' } }));
          if (width > 400) await checkAccessibility(page, rules);
          const overflow = await page.evaluate(() => ({
            width: document.body.scrollWidth - window.innerWidth,
            // Hidden content must not make the page taller than its header and panel.
            height:
              document.body.scrollHeight -
              Math.max(window.innerHeight, (document.querySelector('header')?.offsetHeight ?? 0) + 560),
          }));
          assert.deepEqual(overflow, { width: 0, height: 0 });
        }
      });
    }

    it('is accessible with forced system colors', async () => {
      const it = await open({ theme: darkHighContrast, forcedColors: true });
      await it.post(header, historyMessage(75));
      await checkAccessibility(it.page);
      await it.picture('forced-colors-history');
    });

    it('shows no animation if the user prefers reduced motion', async () => {
      const it = await open({ reducedMotion: true });
      await it.post(header);
      const animation = await it.page
        .locator('.codicon-modifier-spin')
        .first()
        .evaluate((spinner) => getComputedStyle(spinner).animationName);
      assert.equal(animation, 'none');
    });
  });
});
