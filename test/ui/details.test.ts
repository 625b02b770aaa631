import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { encryptedPdf, pdfOf } from '../support/pdf.ts';
import { until } from '../support/until.ts';
import { Caller } from '../unit/sandbox/support/wire.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench, type Workbench } from '../support/workbench.ts';

/** Starts like a PDF file, but has no valid content. */
const brokenPdf = '%PDF-1.4\nthis is no PDF';
const wholePdf = pdfOf('Tide tables of the harbour');

describe('The details page of a Datasource', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let origin: string;
  let wiki: ReturnType<Sandbox['addDatasource']>;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-details-'));
    origin = path.join(folder, 'origin');
    await mkdir(origin);
    for (const name of ['one', 'two', 'three', 'four'])
      await writeFile(path.join(origin, `${name}.txt`), name);
    await writeFile(path.join(origin, 'broken.pdf'), brokenPdf);
    sandbox = await startSandbox({ user: 'ines@sandbox.test', minRunMs: 1_000 });
    const workspace = sandbox.addWorkspace('Harbour office');
    wiki = sandbox.addDatasource({
      parent: workspace.path,
      title: 'Harbour wiki',
      type: 'confluence',
      origin,
    });
    await sandbox.settled();
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({ env });
    await workbench.openView();
    await workbench.treeRow('Harbour wiki').first().waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const page = (): FrameLocator => workbench.webviewFrame();

  async function sync(): Promise<void> {
    sandbox.clearRequests();
    await page().getByRole('button', { name: 'Sync Now' }).click();
    // The page shows the new status for about a second, which a busy machine may miss.
    await until('the sync was requested', () =>
      sandbox.requests().some(({ path: sentPath }) => sentPath.includes('@sendToSpyder')),
    );
    await sandbox.settled();
  }

  it('opens from a row, shows the settings and runs of the Datasource, and sends at most five requests besides polls', async () => {
    sandbox.clearRequests();
    await workbench.rowAction(workbench.treeRow('Harbour wiki').first(), 'Show Details');
    await workbench.editorTab('Harbour wiki').waitFor();
    await page().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
    await page().getByText('auto: mirrored, including deletions').waitFor();
    await page()
      .getByRole('row', { name: /Synced/ })
      .first()
      .waitFor();
    const sent = sandbox.requests().filter(({ path: sentPath }) => !sentPath.includes('@data'));
    const names = sent.map(({ path: sentPath }) => sentPath.split('/').at(-1)?.split('?')[0]);
    assert.ok(names.length <= 5, names.join());
    assert.equal(names.filter((name) => name !== '@frontsearch').length, 3, names.join());
  });

  it('opens when the user presses Enter on a Datasource, but Enter on a group expands or collapses the group', async () => {
    const { page: window } = workbench;
    const wikiRow = workbench.treeRow('Harbour wiki').first();
    const group = workbench.treeRow(/^Harbour office/).first();
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Onna: Focus on Datasources View');
    await window.keyboard.press('End');
    await until('the Datasource has the focus', async () =>
      /\bfocused\b/.test((await wikiRow.getAttribute('class')) ?? ''),
    );
    await window.keyboard.press('Enter');
    await workbench.editorTab('Harbour wiki').waitFor();
    assert.equal(await wikiRow.getAttribute('aria-expanded'), 'false');
    assert.equal(await wikiRow.getAttribute('aria-selected'), 'true');
    await workbench.runCommand('Onna: Focus on Datasources View');
    await window.keyboard.press('ArrowUp');
    for (const isExpanded of ['false', 'true']) {
      await window.keyboard.press('Enter');
      await until(
        'the group was toggled',
        async () => (await group.getAttribute('aria-expanded')) === isExpanded,
      );
    }
    assert.equal(await workbench.editorTab('Harbour wiki').count(), 1);
  });

  it('is not needed to find exceptions, because the tree marks Resources with exceptions and can hide all others', async () => {
    const wikiRow = workbench.treeRow('Harbour wiki').first();
    await workbench.expand(wikiRow);
    const broken = workbench.treeRow(/broken\.pdf.*Has Error/s).first();
    await broken.waitFor();
    assert.equal(await broken.getAttribute('aria-label'), 'broken.pdf, Could not be processed: Has Error');
    const badge = broken.locator('[class*="monaco-decoration-itemBadge"]').first();
    await badge.waitFor();
    await workbench.treeRow('one.txt').first().waitFor();
    await workbench.screenshot('exceptions-marks-dark');
    await workbench.chooseFromContextMenu(wikiRow, 'Show Only Resources with Exceptions');
    await workbench.treeRow('one.txt').waitFor({ state: 'detached' });
    await workbench.runCommand('Onna: Refresh');
    const filterRow = workbench.treeRow(/Only exceptions and notes\s*1/).first();
    await filterRow.waitFor();
    const rows = await workbench.treeRows();
    assert.match(rows.at(-3) ?? '', /^Harbour wiki.* · only exceptions shown/);
    assert.match(rows.at(-1) ?? '', /^broken\.pdf\s*Has Error/);
    await workbench.screenshot('exceptions-only-dark');
    await workbench.rowAction(filterRow, 'Show All Resources');
    await workbench.treeRow('one.txt').first().waitFor();
    await filterRow.waitFor({ state: 'detached' });
    await workbench.collapse(wikiRow);
  });

  it('shows how many Resources the next run added, changed and removed', async () => {
    for (const name of ['five', 'six', 'seven']) await writeFile(path.join(origin, `${name}.txt`), name);
    await writeFile(path.join(origin, 'one.txt'), 'one, changed');
    for (const name of ['three', 'four']) await rm(path.join(origin, `${name}.txt`));
    await sync();
    const run = page().getByRole('table').first().getByRole('row').nth(1);
    await until(
      'the run is listed',
      async () => /Synced/.test(await run.innerText()) && /\b3\s+1\s+2\b/.test(await run.innerText()),
    );
    await workbench.screenshot('details-history-dark');
  });

  it('lists a broken and an encrypted PDF until the user replaces the files and syncs the Datasource', async () => {
    await writeFile(path.join(origin, 'locked.pdf'), encryptedPdf());
    await sync();
    await page().getByRole('tab', { name: 'Exceptions' }).click();
    const row = (name: RegExp): Locator => page().getByRole('row', { name });
    await row(/broken\.pdf.*Has Error/s).waitFor();
    await row(/locked\.pdf.*Encrypted Document/s).waitFor();
    await workbench.screenshot('details-exceptions-dark');
    await page().getByLabel('Select all loaded rows').check();
    await page().getByRole('button', { name: 'Send to Processing (2)' }).click();
    for (const name of [/broken\.pdf/, /locked\.pdf/])
      await row(name).getByText('Sent to processing').waitFor();
    for (const name of ['broken.pdf', 'locked.pdf']) await writeFile(path.join(origin, name), wholePdf);
    await sync();
    await page().getByText('No Resource has an exception or a note.').waitFor();
  });

  it('reports in three places that a run failed because the source folder is missing', async () => {
    await rename(origin, `${origin}-away`);
    await page().getByRole('tab', { name: 'History' }).click();
    const failed = workbench
      .treeRow(/Harbour wiki.*Failed (?:just now|\d+ min ago) · The origin folder does not exist/s)
      .first();
    const run = page().getByRole('table').first().getByRole('row').nth(1);
    await page().getByRole('button', { name: 'Sync Now' }).click();
    await failed.waitFor();
    await until('the failed run is listed', async () =>
      /Failed[^]*The origin folder does not exist/.test(await run.innerText()),
    );
    await page().locator('header').getByText('The origin folder does not exist').waitFor();
    await workbench.screenshot('details-failed-dark');
    // A single failure is not notified, because most Datasources recover after it.
    await sync();
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: /“Harbour wiki” keeps failing\. The origin folder does not exist/ })
      .waitFor();
    await workbench.screenshot('details-failing-notification-dark');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await rename(`${origin}-away`, origin);
    await page().getByRole('tab', { name: 'Logs' }).click();
    await page().getByRole('checkbox', { name: 'Errors only' }).uncheck();
    await page()
      .getByRole('row', { name: /five\.txt/ })
      .first()
      .waitFor();
    await workbench.screenshot('details-logs-dark');
  });

  it('opens a log in a read-only editor', async () => {
    await page().getByRole('button', { name: 'Open as Document' }).click();
    await workbench.editorTab(/Harbour wiki\.collection\.log/).waitFor();
    await until('the log is shown', async () => /five\.txt/.test(await workbench.editorText()));
  });

  it('reopens with its content after a window reload', async () => {
    await workbench.editorTab('Harbour wiki').first().click();
    await page().getByRole('tab', { name: 'Logs' }).waitFor();
    await workbench.reload();
    await page().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
    await page()
      .getByRole('row', { name: /five\.txt/ })
      .first()
      .waitFor();
  });

  it('is rendered in the light and high-contrast themes', async () => {
    await page().getByRole('tab', { name: 'History' }).click();
    for (const theme of ['light', 'hc'] as const) {
      await workbench.setTheme(theme);
      await page().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
      await workbench.screenshot(`details-${theme}`);
    }
  });

  it('opens from a button in the notification about an error', async () => {
    await workbench.setTheme('dark');
    await sandbox.setStatus(wiki.path, 'error', 'The bucket is gone');
    await workbench.runCommand('Onna: Refresh');
    // VS Code’s smoke-test driver suppresses toasts, so the test reads the notification center.
    await workbench.runCommand('Notifications: Show Notifications');
    const notification = workbench.page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: '“Harbour wiki” stopped with an error. The bucket is gone' });
    await notification.waitFor();
    await workbench.screenshot('details-notification-dark');
    await notification.hover();
    await notification.getByRole('button', { name: 'Show Details' }).click();
    await page().getByText('The bucket is gone.').first().waitFor();
    await workbench
      .treeRow(/Harbour wiki.*Error (?:just now|\d+ min ago) · The bucket is gone/s)
      .first()
      .waitFor();
  });

  it('renders only the visible part of a long log, and can scroll to the oldest entry', async () => {
    await workbench.runCommand('Notifications: Clear All Notifications');
    await mkdir(path.join(origin, 'many'));
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        writeFile(path.join(origin, 'many', `tide-${index}.txt`), String(index)),
      ),
    );
    await page().getByRole('tab', { name: 'History' }).click();
    await sync();
    await page().getByRole('tab', { name: 'Logs' }).click();
    const rows = page().locator('.logs tbody tr[data-index]');
    await rows.first().waitFor();
    const older = page().getByRole('button', { name: 'Older' });
    const table = page().locator('.logs table');
    let count = 0;
    await until('all entries are loaded', async () => {
      if (await older.isVisible()) await older.click();
      count = Number(await table.getAttribute('aria-rowcount'));
      return count > 400;
    });
    assert.ok((await rows.count()) < 120, String(await rows.count()));
    await workbench.screenshot('details-long-log-dark');
    const scroller = page().locator('.logs .scroller');
    await scroller.press('End');
    await page().locator(`.logs tr[aria-rowindex="${count}"]`).waitFor();
    assert.ok((await rows.count()) < 120, String(await rows.count()));
    await workbench.setTheme('light');
    await page().locator(`.logs tr[aria-rowindex="${count}"]`).waitFor();
    await workbench.screenshot('details-long-log-light');
    await workbench.setTheme('dark');
  });

  it('keeps its content after the Datasource is deleted, reports the deletion, and hides buttons that no longer work', async () => {
    const rows = page().locator('.logs tbody tr[data-index]');
    await rows.first().waitFor();
    const user = await Caller.signedIn(sandbox);
    const { status } = await user.call(wiki.path, { method: 'DELETE' });
    assert.ok(status < 300, String(status));
    await workbench.runCommand('Onna: Refresh');
    await page()
      .getByText('This Datasource was removed, or you signed out of its account.')
      .first()
      .waitFor();
    assert.equal(await page().getByRole('button', { name: 'Sync Now' }).count(), 0);
    assert.equal(await page().getByRole('button', { name: 'Refresh' }).count(), 0);
    assert.ok((await rows.count()) > 0);
    await page().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
    await workbench.screenshot('details-deleted-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('details-deleted-light');
  });
});
