import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { setImmediate } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { until } from '../../support/until.ts';
import { checkAccessibility } from './accessibility.ts';
import { Library, libraryEntry } from './library.ts';
import { SearchPageSite, wholeAccount } from './searchPageHarness.ts';
import type { OpenSearchPage } from './searchPageHarness.ts';
import type { OpenOptions } from './browserTab.ts';
import { darkHighContrast, darkModern, lightHighContrast, lightModern } from './themes.ts';

function libraryOf(count: number): Library {
  return new Library(Array.from({ length: count }, (_, number) => libraryEntry(number)));
}

const tenThousand = 10_000;

describe('The search page', function () {
  this.timeout(60_000);
  let site: SearchPageSite;
  let opened: OpenSearchPage[] = [];

  before(async () => {
    site = await SearchPageSite.start();
  });
  after(() => site.close());
  afterEach(async function () {
    const pages = opened;
    opened = [];
    for (const page of pages) await page.close(this.currentTest?.isPassed() === true);
  });

  async function open(library: Library, options?: OpenOptions): Promise<OpenSearchPage> {
    const page = await site.open(library, options);
    opened.push(page);
    return page;
  }

  async function found(count: number, options?: OpenOptions): Promise<OpenSearchPage> {
    const it = await open(libraryOf(count), options);
    await it.search('ebb tide');
    await it.page.locator('#hit-0').waitFor();
    return it;
  }

  describe('given a query', () => {
    it('shows the number of hits, and the title, location, date, icon and highlighted matches of each hit', async () => {
      const it = await found(20);
      const hit = it.page.locator('#hit-1');
      assert.equal(await hit.locator('.title bdi').textContent(), 'Pilot notes 1991, sheet 1');
      assert.equal(await hit.locator('.datasource').textContent(), 'Harbour wiki');
      assert.equal(await hit.locator('.path').textContent(), '1991/sheets/1.pdf');
      assert.equal(await hit.locator('time').textContent(), 'Jun 8, 2021');
      assert.equal(await hit.locator('.codicon-file-pdf').count(), 1);
      assert.deepEqual(await hit.locator('mark').allTextContents(), ['ebb', 'tide']);
      await it.page.getByText(/^20 results in \d+\.\d\d s$/).waitFor();
      assert.equal(await it.page.getByRole('listbox').getAttribute('aria-label'), 'Search results');
      assert.equal(await hit.getAttribute('aria-setsize'), '-1');
      assert.equal(await hit.getAttribute('aria-posinset'), '2');
    });

    it('interprets and shows dates in the browser’s time zone or in the time zone that the user chose', async () => {
      const it = await open(libraryOf(5), { timeZone: 'Asia/Tokyo' });
      await it.search('ebb before:2021-06-09');
      const date = it.page.locator('#hit-1 time');
      // In UTC, the hit was modified at 23:00 on June 8.
      assert.equal(await date.textContent(), 'Jun 9, 2021');
      assert.match((await date.getAttribute('title')) ?? '', /8:00:00 AM GMT\+9$/);
      const request = JSON.stringify(it.library.requests.at(-1));
      assert.ok(request.includes(String(Date.UTC(2021, 5, 8, 15) / 1000)), request);
      it.chosenZone = 'America/Lima';
      it.zone.update();
      await it.page.locator('#hit-1 time').getByText('Jun 8, 2021').waitFor();
      await it.search('ebb after:2021-06-08');
      await it.page.locator('#hit-1').waitFor();
      const nextRequest = JSON.stringify(it.library.requests.at(-1));
      assert.ok(nextRequest.includes(String(Date.UTC(2021, 5, 8, 5) / 1000 - 1)), nextRequest);
    });

    it('marks the number of hits as an estimate until all hits are loaded', async () => {
      const it = await found(3000);
      await it.page.getByText(/^About 3,000 results in/).waitFor();
    });

    it('shows query errors while the user types, selects an error on click, and does not run an invalid query', async () => {
      const it = await open(libraryOf(3));
      const box = it.page.getByRole('combobox', { name: 'Search' });
      await box.fill('tide after:soon');
      const remark = it.page.getByRole('button', { name: /^soon is not a date/ });
      await remark.waitFor();
      assert.equal(await box.getAttribute('aria-invalid'), 'true');
      await remark.click();
      const selection = await box.evaluate((input: HTMLInputElement) => [
        input.selectionStart,
        input.selectionEnd,
      ]);
      assert.deepEqual(selection, [11, 15]);
      await box.press('Enter');
      await box.fill('tide "ebb');
      await it.page.getByText(/has no closing quotation mark/).waitFor();
      assert.equal(it.library.requests.length, 0);
      await box.press('Enter');
      await it.page.locator('#hit-0').waitFor();
    });

    it('can cancel a search before the service responds', async () => {
      const it = await open(libraryOf(3));
      let answer = (): void => undefined;
      it.library.gate = new Promise((resolve) => (answer = resolve));
      await it.search('ebb');
      await it.page.getByText('Searching…').waitFor();
      await it.page.getByRole('button', { name: 'Cancel' }).click();
      await it.page.getByRole('button', { name: 'Search', exact: true }).waitFor();
      answer();
      assert.equal(await it.rowCount(), 0);
    });

    it('lets the service sort hits and filter them by type, and still shows the counts of all types', async () => {
      const it = await found(70);
      const pdf = it.page.getByRole('button', { name: 'pdf: 10 results' });
      await pdf.click();
      await it.page.getByText(/^10 results/).waitFor();
      assert.equal(await pdf.getAttribute('aria-pressed'), 'true');
      assert.equal(await it.page.getByRole('button', { name: 'html: 10 results' }).count(), 1);
      await it.page.getByLabel('Sort by').selectOption('Newest first');
      await it.page.waitForFunction(() => document.querySelector('.progress.active') === null);
      assert.deepEqual(it.library.requests.at(-1)?.sort, { field: 'date_modified', direction: 'desc' });
      await pdf.click();
      await it.page.getByText(/^(About )?70 results/).waitFor();
    });

    it('restricts hits by Datasource, date and exception with one request each, and can undo each choice', async () => {
      const it = await found(72);
      const { page, library } = it;
      const chip = (name: string | RegExp): Locator => page.getByRole('button', { name });
      await page.getByRole('group', { name: 'Datasources' }).waitFor();
      const before = library.requests.length;
      await chip('Pilots’ mail: 18 results').click();
      await page.getByText(/^18 results/).waitFor();
      assert.equal(await chip('Pilots’ mail: 18 results').getAttribute('aria-pressed'), 'true');
      // The counts of the other facets now belong to this Datasource.
      await chip('Encrypted Document: 2 results').click();
      await page.getByText(/^2 results/).waitFor();
      const dates = async (): Promise<string[]> => {
        await page.waitForFunction(() => document.querySelector('.progress.active') === null);
        const { advanced } = library.requests.at(-1) ?? { advanced: { and: [] } };
        return advanced.and.flatMap((term) => ('>' in term ? ['>'] : '<' in term ? ['<'] : []));
      };
      const pressed = async (name: string): Promise<void> => {
        await page.locator('.chip[aria-pressed="true"]').filter({ hasText: name }).waitFor();
      };
      await chip('Older').click();
      await pressed('Older');
      assert.deepEqual(await dates(), ['<']);
      // A hit is modified in one range only, so another choice replaces the first one.
      await chip('Today').click();
      await pressed('Today');
      assert.deepEqual(await dates(), ['>']);
      assert.equal(await chip('Older').getAttribute('aria-pressed'), 'false');
      assert.equal(library.requests.length, before + 4);
      await chip('Today').click();
      await page
        .locator('.chip[aria-pressed="true"]')
        .filter({ hasText: 'Today' })
        .waitFor({ state: 'detached' });
      assert.deepEqual(await dates(), []);
      await chip(/^Encrypted Document/).click();
      await page.getByText(/^18 results/).waitFor();
      await page.locator('.facets').getByRole('button', { name: 'Clear Filters' }).click();
      await page.getByText(/^(About )?72 results/).waitFor();
      assert.equal(await page.locator('.chip[aria-pressed="true"]').count(), 0);
      assert.equal(await chip('Clear Filters').count(), 0);
    });

    it('keeps the focus on the chosen value while its hits are loaded', async () => {
      const it = await found(72);
      const chip = it.page.getByRole('button', { name: /^Encrypted Document/ });
      await chip.focus();
      await it.page.keyboard.press('Space');
      await it.page.getByText(/^8 results/).waitFor();
      assert.equal(await chip.evaluate((button) => document.activeElement === button), true);
    });

    it('opens or reveals a hit on click, and passes the id of the hit to the context menu', async () => {
      const it = await found(3);
      const id = String(libraryEntry(1)['@id']);
      await it.page.locator('#hit-1').click();
      await it.page.locator('#hit-1').getByRole('button', { name: 'Reveal in Datasources' }).click();
      await it.acted(2);
      assert.deepEqual(it.acts, [`open ${id}`, `reveal ${id}`]);
      const context = await it.page.locator('#hit-1').getAttribute('data-vscode-context');
      assert.deepEqual(JSON.parse(context ?? ''), { webviewSection: 'hit', onnaHit: id });
    });

    it('repeats the search when the user chooses another scope', async () => {
      const it = await found(3);
      it.picked = { ...wholeAccount, id: 'c1/wiki', kind: 'datasource', label: 'Harbour wiki' };
      await it.page.getByRole('button', { name: 'Searching in lumenfjord. Choose where to search' }).click();
      await it.page.getByRole('button', { name: /^Searching in Harbour wiki/ }).waitFor();
      await it.page.locator('#hit-0').waitFor();
      assert.equal(it.library.requests.length, 2);
    });

    it('explains the query language in a help panel', async () => {
      const it = await open(libraryOf(0));
      await it.page.getByRole('button', { name: 'Search syntax' }).click();
      await it.page.getByText('type:pdf,docx').waitFor();
      await it.page.keyboard.press('Escape');
    });
  });

  describe('given 10,000 hits', () => {
    it('keeps at most 120 rows in the document at every scroll position, and loads at most 10,000 hits', async () => {
      const it = await found(12_000);
      const maxRows = await it.page.evaluate(async () => {
        const list = document.querySelector<HTMLElement>('.hits');
        if (!list) throw new Error('The list is missing.');
        let most = 0;
        while (document.querySelector('#hit-9999') === null) {
          list.scrollTop += 20_000;
          await new Promise((resolve) => requestAnimationFrame(resolve));
          most = Math.max(most, document.querySelectorAll('.hit').length);
        }
        return most;
      });
      assert.ok(maxRows <= 120, `${maxRows} rows`);
      await it.page.getByText(/These are the first 10,000 results/).waitFor();
      await it.page.getByText(/^About 12,000 results/).waitFor();
      assert.ok(it.library.requests.every(({ from, size }) => from + size <= tenThousand));
      const offsets = it.library.requests.map(({ from }) => from);
      assert.deepEqual(offsets, [...new Set(offsets)]);
    });

    it('keeps at most 120 rows in the document even in a very tall window', async () => {
      const it = await found(600, { viewport: { width: 900, height: 12_000 } });
      await it.page.locator('#hit-100').waitFor();
      assert.ok((await it.rowCount()) <= 120);
    });

    it('lets the user navigate, open and reveal hits with the keyboard alone', async () => {
      const it = await found(tenThousand);
      const { page } = it;
      const press = (key: string): Promise<void> => page.keyboard.press(key);
      await press('ArrowDown');
      assert.equal(await it.selectedTitle(), 'Tide tables 1990, sheet 0');
      assert.equal(await page.getByRole('listbox').getAttribute('aria-activedescendant'), 'hit-0');
      await press('ArrowDown');
      await press('ArrowDown');
      await press('ArrowUp');
      assert.match((await it.selectedTitle()) ?? '', /sheet 1$/);
      await press('Enter');
      await press('Control+Enter');
      const id = String(libraryEntry(1)['@id']);
      await it.acted(2);
      assert.deepEqual(it.acts, [`open ${id}`, `reveal ${id}`]);
      await press('PageDown');
      const paged = Number(/\d+$/.exec((await it.selectedTitle()) ?? '')?.[0]);
      assert.ok(paged > 3, `one page down is sheet ${paged}`);
      await press('PageUp');
      const back = Number(/\d+$/.exec((await it.selectedTitle()) ?? '')?.[0]);
      assert.ok(back < 3, `one page up again is sheet ${back}`);
      await page.getByText(/^About/).waitFor();
      await press('End');
      await page.locator('.hit[aria-selected="true"]').waitFor();
      assert.ok((await page.getByRole('listbox').getAttribute('aria-activedescendant')) !== null);
      await press('Home');
      assert.match((await it.selectedTitle()) ?? '', /sheet 0$/);
      await press('Escape');
      assert.ok(
        await page
          .getByRole('combobox', { name: 'Search' })
          .evaluate((box) => box === document.activeElement),
      );
      await press('ArrowDown');
      await press('/');
      assert.ok(
        await page
          .getByRole('combobox', { name: 'Search' })
          .evaluate((box) => box === document.activeElement),
      );
    });

    it('restores the query, hits, selection and scroll position after a window reload, without flicker', async () => {
      const it = await found(tenThousand);
      const { page } = it;
      await page.keyboard.press('ArrowDown');
      for (let turn = 0; turn < 6; turn++) await page.keyboard.press('PageDown');
      await page.waitForFunction(() => (document.querySelector('.hits')?.scrollTop ?? 0) > 1000);
      const selected = await it.selectedTitle();
      await page.waitForFunction(() => {
        const kept = JSON.parse(sessionStorage.getItem('state') ?? '{}') as { scrollTop?: number };
        return kept.scrollTop === document.querySelector('.hits')?.scrollTop;
      });
      const top = await page.locator('.hits').evaluate((list) => list.scrollTop);
      let letIn = (): void => undefined;
      it.library.gate = new Promise((resolve) => (letIn = resolve));
      await it.reloadWindow(() => (it.scopes = []));
      await page.getByText(/lumenfjord is not available at the moment/).waitFor();
      assert.equal(await page.getByRole('combobox', { name: 'Search' }).inputValue(), 'ebb tide');
      assert.equal(await it.selectedTitle(), selected);
      it.scopes = [wholeAccount];
      it.scopesChanged.fire();
      await page.locator('.progress.active').waitFor({ state: 'attached' });
      assert.equal(await it.selectedTitle(), selected);
      assert.match((await page.locator('.total').textContent()) ?? '', /^About 10,000 results/);
      letIn();
      await page.waitForFunction(() => document.querySelector('.progress.active') === null);
      assert.equal(await it.selectedTitle(), selected);
      assert.equal(await page.locator('.hits').evaluate((list) => list.scrollTop), top);
      await page.keyboard.press('Enter');
      await it.acted(1);
      assert.match(it.acts[0] ?? '', /^open https:/);
    });

    it('restores its state after the tab was hidden, without a search request', async () => {
      const it = await found(300);
      await it.page.keyboard.press('ArrowDown');
      await it.page.keyboard.press('PageDown');
      const selected = await it.selectedTitle();
      const requestCount = it.library.requests.length;
      await it.page.waitForFunction(() => sessionStorage.getItem('state')?.includes('selectedId'));
      await it.reloadPage();
      await it.page.locator('.hit[aria-selected="true"]').waitFor();
      assert.equal(await it.selectedTitle(), selected);
      assert.equal(it.library.requests.length, requestCount);
    });

    it('shows the query and the hits again if the tab was hidden before the page could save its state', async () => {
      const it = await found(300);
      const requestCount = it.library.requests.length;
      // VS Code loses the last messages of a page that it hides.
      await it.page.evaluate(() => {
        sessionStorage.removeItem('state');
        Storage.prototype.setItem = () => undefined;
      });
      await it.reloadPage();
      await it.page.locator('#hit-0').waitFor();
      assert.equal(await it.page.getByRole('combobox', { name: 'Search' }).inputValue(), 'ebb tide');
      assert.equal(it.library.requests.length, requestCount);
    });

    it('saves the selection before it opens a hit, because the document may hide the page', async () => {
      const it = await found(300);
      await it.page.evaluate(() => (window.setTimeout = (() => 0) as unknown as typeof window.setTimeout));
      await it.page.locator('#hit-2').click();
      await it.acted(1);
      const kept = await it.page.evaluate(() => sessionStorage.getItem('state'));
      assert.match(kept ?? '', /"selectedId":"https:/);
    });
  });

  describe('restored by the workbench', () => {
    /** Simulates a reload of the window while the user types in another part of the workbench. */
    async function restoredInBackground(selects: boolean): Promise<OpenSearchPage> {
      const it = await found(20, { changesTab: true });
      if (selects) await it.page.locator('#hit-1').click();
      await it.page.waitForFunction((isSelected) => {
        const state = sessionStorage.getItem('state');
        return state?.includes('"hits":[{') === true && state.includes('"selectedId"') === isSelected;
      }, selects);
      await it.page.addInitScript(() => (document.hasFocus = () => false));
      await it.reloadWindow();
      await it.page.locator('#hit-0').waitFor();
      return it;
    }
    const focusWindow = (it: OpenSearchPage): Promise<unknown> =>
      it.page.evaluate(() => window.dispatchEvent(new FocusEvent('focus')));

    for (const [place, selects, focused] of [
      ['search box', false, '[role=combobox]:focus'],
      ['selected hit', true, '.hits:focus'],
    ] as const) {
      it(`takes no focus until the workbench gives it the focus, and then focuses the ${place}`, async () => {
        const it = await restoredInBackground(selects);
        assert.equal(await it.page.evaluate(() => document.activeElement?.tagName), 'BODY');
        await focusWindow(it);
        await it.page.locator(focused).waitFor();
      });
    }

    it('keeps the focus where the user has put it meanwhile', async () => {
      const it = await restoredInBackground(false);
      await it.page.getByRole('button', { name: 'Save Search' }).focus();
      await focusWindow(it);
      assert.match((await it.page.evaluate(() => document.activeElement?.textContent)) ?? '', /Save/);
    });

    it('focuses the search box of a page that the user opens', async () => {
      const it = await open(libraryOf(3));
      await it.page.locator('[role=combobox]:focus').waitFor();
    });
  });

  describe('given an empty search box', () => {
    it('lists recent searches, which the user can run again or remove', async () => {
      const it = await found(3);
      const { page } = it;
      await it.search('flow');
      await page.getByRole('combobox', { name: 'Search' }).fill('');
      const entries = page.locator('.history-run bdi');
      assert.deepEqual(await entries.allTextContents(), ['flow', 'ebb tide']);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Delete');
      await page.waitForFunction(() => document.querySelectorAll('.history-run').length === 1);
      assert.deepEqual(await entries.allTextContents(), ['ebb tide']);
      await page.keyboard.press('Enter');
      await page.locator('#hit-0').waitFor();
      assert.equal(await page.getByRole('combobox', { name: 'Search' }).inputValue(), 'ebb tide');
      await page.getByRole('combobox', { name: 'Search' }).fill('');
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Searches that you run are listed here.').waitFor();
    });
  });

  describe('given a failure or no results', () => {
    it('shows the error instead of hits, and repeats the search when the user presses Retry', async () => {
      const it = await open(libraryOf(3));
      it.library.failure = new Error('onna.example.test can not be reached. Check the network.');
      await it.search('ebb');
      await it.page.getByText('onna.example.test can not be reached.').waitFor();
      await it.page.getByRole('button', { name: 'Show Log' }).click();
      await it.acted(1);
      it.library.failure = undefined;
      await it.page.getByRole('button', { name: 'Retry' }).click();
      await it.page.locator('#hit-0').waitFor();
      assert.deepEqual(it.acts, ['log']);
    });

    it('keeps the loaded hits when a later page fails, and loads the rest when the user presses Retry', async () => {
      const it = await open(libraryOf(500));
      let failing = true;
      const { search } = it.library;
      Object.assign(it.library, {
        search: (...[request, signal]: Parameters<Library['search']>) =>
          failing && request.from > 0
            ? Promise.reject(new Error('The connection broke.'))
            : search(request, signal),
      });
      await it.search('ebb');
      await it.page.locator('#hit-0').waitFor();
      await it.page.locator('.hits').evaluate((list) => (list.scrollTop = list.scrollHeight));
      await it.page.getByText('The connection broke.').waitFor();
      await it.page.locator('#hit-49').waitFor({ state: 'attached' });
      failing = false;
      await it.page.getByRole('button', { name: 'Retry' }).click();
      await it.page.getByText(/^(About )?500 results/).waitFor();
      await it.page.waitForFunction(() => document.querySelector('.notice.banner:not([hidden])') === null);
    });

    it('reports that there are no results, and suggests other search words', async () => {
      const it = await open(libraryOf(0));
      await it.search('nowhere');
      await it.page.getByText('No results found.').waitFor();
      await it.page.getByText(/Try fewer or different words/).waitFor();
    });
  });

  describe('given hostile content', () => {
    const hostile = [
      '<img src=x onerror="document.body.dataset.pwned=1">',
      '<script>document.body.dataset.pwned=1</script>',
      '"><svg onload=alert(1)>',
      '[link](command:workbench.action.quit)',
      '$(sync~spin) \u001b[31mred',
      'invoice\u202egpj.exe',
      '\ud800 lone',
      '__proto__',
      '../../etc/passwd\0',
      'CON',
      'x'.repeat(1_000_000),
    ];

    it('shows hostile content as plain text in every field', async () => {
      const entries = hostile.map((text, number) => ({
        '@id': `https://evil.test/${text.slice(0, 100)}/${number}`,
        title: text,
        path: text,
        extension: text,
        type_name: text,
        parent_datasource: { uuid: text, title: text },
        date_modified: text,
        '@highlight': { extracted_text: [`<em>${text}</em> ${text}`], [text.slice(0, 100)]: [text] },
      }));
      const it = await open(new Library(entries), { viewport: { width: 1000, height: 1500 } });
      it.scopes = [{ ...wholeAccount, label: hostile[0] ?? '' }];
      it.scopesChanged.fire();
      await it.search('"<b>ebb</b>" OR');
      await it.page.locator('#hit-10').waitFor();
      const titles = await it.page.locator('.hit .title bdi').allTextContents();
      assert.deepEqual(titles.slice(0, 4), hostile.slice(0, 4));
      assert.equal(titles[5], 'invoice\ufffdgpj.exe');
      assert.ok(titles.every((title) => title.length <= 201));
      const foreign = await it.page.locator('img, svg, iframe, a, .hit script, .hit style').count();
      assert.equal(foreign, 0);
      assert.equal(await it.page.evaluate(() => document.body.dataset['pwned']), undefined);
      assert.equal(await it.page.locator('.scope bdi').textContent(), hostile[0]);
      assert.ok((await it.page.evaluate(() => document.documentElement.outerHTML.length)) < 200_000);
      await it.picture('hostile');
    });

    it('ignores invalid messages from the host', async () => {
      const it = await found(3);
      await it.page.evaluate(() => {
        const messages: unknown[] = [
          null,
          7,
          'view',
          { type: 'view' },
          { type: 'view', view: { query: '<b>' } },
          { type: 'hits', revision: 99, from: 1, hits: [], keepsPlace: true },
          { type: 'hits', revision: -1, from: 0, hits: 'none', keepsPlace: true },
          { type: '__proto__' },
          { type: 'checked', requestId: 0, diagnostics: [{ problem: 'constructor' }] },
          // This is the only valid message. When its text appears, the page has processed all messages before it.
          { type: 'history', queries: ['read to the end'] },
        ];
        for (const message of messages) window.postMessage(message, '*');
      });
      await it.page.getByText('read to the end').waitFor({ state: 'attached' });
      assert.equal(await it.rowCount(), 3);
    });

    it('starts with an empty search if its saved state is invalid', async () => {
      const it = await open(libraryOf(3));
      await it.page.evaluate(() =>
        sessionStorage.setItem('state', JSON.stringify({ version: 1, view: '<b>' })),
      );
      await it.reloadPage();
      await it.page.getByText('Searches that you run are listed here.').waitFor();
    });
  });

  describe('completing a query', () => {
    const box = (it: OpenSearchPage): Locator => it.page.getByRole('combobox', { name: 'Search' });
    const options = (it: OpenSearchPage): Locator =>
      it.page.getByRole('listbox', { name: 'Completions' }).getByRole('option');
    const highlighted = async (it: OpenSearchPage): Promise<string | null> => {
      const id = await box(it).getAttribute('aria-activedescendant');
      return id === null ? null : it.page.locator(`#${id} bdi`).textContent();
    };

    it('offers field names and then their values, and inserts them on Tab or Enter', async () => {
      const it = await open(libraryOf(3));
      await box(it).pressSequentially('ebb in');
      await options(it).first().waitFor();
      assert.equal(await box(it).getAttribute('aria-expanded'), 'true');
      assert.equal(await highlighted(it), null);
      await it.page.keyboard.press('ArrowDown');
      assert.equal(await highlighted(it), 'in:');
      await it.page.keyboard.press('Tab');
      assert.equal(await box(it).inputValue(), 'ebb in:');
      await options(it).getByText('Harbour wiki').waitFor();
      await it.page.getByRole('status').getByText('1 completion', { exact: true }).waitFor();
      await it.page.keyboard.press('ArrowUp');
      await it.page.keyboard.press('Enter');
      assert.equal(await box(it).inputValue(), 'ebb in:"Harbour wiki"');
      assert.equal(await box(it).getAttribute('aria-expanded'), 'false');
      assert.equal(it.library.requests.length, 0);
      await it.page.keyboard.press('Enter');
      await it.page.locator('#hit-0').waitFor();
    });

    it('runs the search on Enter if no completion is highlighted, and moves the focus out of the box on Tab', async () => {
      const it = await open(libraryOf(3));
      await box(it).pressSequentially('ti');
      await options(it).first().waitFor();
      await it.page.keyboard.press('Enter');
      await it.page.locator('#hit-0').waitFor();
      assert.equal(await options(it).count(), 0);
      await box(it).pressSequentially('t');
      await box(it).press('Backspace');
      await options(it).first().waitFor();
      await it.page.keyboard.press('Tab');
      assert.equal(await options(it).count(), 0);
      assert.equal(await box(it).inputValue(), 'ti');
      assert.equal(await box(it).evaluate((input) => input === document.activeElement), false);
    });

    it('closes only the list on Escape, and opens the list again on Ctrl+Space', async () => {
      const it = await open(libraryOf(3));
      await box(it).pressSequentially('ex');
      await options(it).first().waitFor();
      await it.page.keyboard.press('Escape');
      assert.equal(await options(it).count(), 0);
      await it.page.keyboard.press('Control+Space');
      await options(it).getByText('exception:').waitFor();
      await box(it).fill('');
      await options(it).first().waitFor({ state: 'detached' });
      await it.page.keyboard.press('Control+Space');
      await options(it).getByText('type:').waitFor();
      assert.deepEqual(
        it.asked.filter((term) => term.trim() === ''),
        [],
      );
    });

    it('lists the words that the service suggests, and inserts a word on click', async () => {
      const it = await open(libraryOf(3));
      await box(it).pressSequentially('tide har');
      await options(it).getByText('harvest').click();
      assert.equal(await box(it).inputValue(), 'tide harvest');
      assert.deepEqual(it.asked, ['har']);
      assert.equal(await box(it).evaluate((input) => input === document.activeElement), true);
    });

    it('keeps the list closed after Escape, even if the service answers later, until Alt+Down is pressed', async () => {
      const it = await open(libraryOf(3));
      let answer = (): void => undefined;
      it.wordsGate = new Promise((resolve) => (answer = resolve));
      await box(it).pressSequentially('ti');
      await options(it).first().waitFor();
      await until('the service was asked', () => Promise.resolve(it.asked.length > 0));
      await it.page.keyboard.press('Escape');
      answer();
      await setImmediate();
      // This message of the host arrives after the late completions.
      it.scopes = [{ ...wholeAccount, label: 'renamed' }];
      it.scopesChanged.fire();
      await it.page.getByRole('button', { name: /^Searching in renamed/ }).waitFor();
      assert.equal(await options(it).count(), 0);
      await it.page.keyboard.press('Alt+ArrowDown');
      await options(it).first().waitFor();
    });

    it('moves the focus to the hits on the down arrow key once the list is closed', async () => {
      const it = await found(3);
      await box(it).pressSequentially(' ty');
      await options(it).first().waitFor();
      await it.page.keyboard.press('Escape');
      await it.page.keyboard.press('ArrowDown');
      await it.page.locator('.hits:focus').waitFor();
    });
  });

  describe('checked with axe', () => {
    const themes = {
      light: lightModern,
      dark: darkModern,
      'high-contrast': darkHighContrast,
      'high-contrast-light': lightHighContrast,
    };
    for (const [name, theme] of Object.entries(themes)) {
      it(`is accessible in ${name} colors`, async () => {
        const rules = theme === lightModern ? 'all' : 'colors';
        const it = await found(30, { theme, isLight: name.endsWith('light') });
        const { page } = it;
        await page.getByRole('button', { name: /^pdf/ }).click();
        await page.getByText(/^\d results/).waitFor();
        await checkAccessibility(page, rules);
        await page.getByRole('combobox', { name: 'Search' }).fill('in:"Harbor wiki" tide "ebb');
        await page.getByText('No Datasource is called Harbor wiki.').waitFor();
        await page.getByRole('button', { name: 'Search syntax' }).click();
        await checkAccessibility(page, rules);
        await page.getByRole('combobox', { name: 'Search' }).fill('');
        await page.locator('.history-run').first().waitFor();
        await checkAccessibility(page, rules);
        await page.getByRole('combobox', { name: 'Search' }).pressSequentially('type:');
        await page.getByRole('option', { name: /^docx/ }).waitFor();
        await page.keyboard.press('ArrowDown');
        await checkAccessibility(page, rules);
      });
    }
  });

  describe('appearance (with screenshots in test-results/search-page)', () => {
    const themes = { dark: darkModern, light: lightModern, 'high-contrast': darkHighContrast };
    for (const [name, theme] of Object.entries(themes)) {
      it(`shows results, help, an error and the search history in ${name} colors`, async () => {
        const it = await found(3000, { theme, isLight: name === 'light' });
        await it.page.getByRole('button', { name: /^pdf/ }).click();
        await it.page.getByText(/^About 429/).waitFor();
        await it.page.keyboard.press('/');
        await it.page.keyboard.press('ArrowDown');
        await it.page.keyboard.press('ArrowDown');
        await it.page.evaluate(() => document.fonts.ready);
        await it.picture(`${name}-results`);
        await it.page.getByRole('combobox', { name: 'Search' }).fill('in:"Harbor wiki" tide "ebb');
        await it.page.getByText('No Datasource is called Harbor wiki.').waitFor();
        await it.page.getByRole('button', { name: 'Search syntax' }).click();
        await it.picture(`${name}-help`);
        await it.page.keyboard.press('Escape');
        await it.page.getByRole('button', { name: 'Search syntax' }).click();
        it.library.failure = new Error(
          'onna.example.test can not be reached. Check the network, then retry.',
        );
        await it.search('flow');
        await it.page.getByText(/can not be reached/).waitFor();
        await it.picture(`${name}-offline`);
        await it.page.getByRole('combobox', { name: 'Search' }).fill('');
        await it.page.keyboard.press('ArrowDown');
        await it.picture(`${name}-history`);
        await it.page.getByRole('combobox', { name: 'Search' }).pressSequentially('type:p');
        await it.page.getByRole('option', { name: /^pptx/ }).waitFor();
        await it.page.keyboard.press('ArrowDown');
        await it.picture(`${name}-completions`);
      });
    }
  });
});
