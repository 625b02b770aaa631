import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { addSamples } from '../../src/sandbox/samples/addSamples.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeCanary } from '../support/secrets/usedSecrets.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

/** Returns the path of a sample Datasource in the service. */
function pathOf(sandbox: Sandbox, workspace: string, title: string): string {
  const parent = sandbox.find('/workspaces', workspace);
  const found = parent && sandbox.find(parent.path, title);
  assert.ok(found, `${title} exists`);
  return found.path;
}

describe('The main workflow with the sample data of npm start', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-main-job-'));
    sandbox = await startSandbox({ user: 'ines@sandbox.test', minRunMs: 4_000 });
    await addSamples(sandbox);
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      env,
      settings: { 'onna.pageSize': 10 },
    });
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  /** Waits until the row with this title shows text that matches `words`. */
  async function rowSays(title: string, words: RegExp): Promise<void> {
    await workbench
      .treeRow(new RegExp(`^${title}.*${words.source}`, 's'))
      .first()
      .waitFor();
  }

  it('signs in and shows Datasources under their workspaces, starting with the user’s own Datasources', async () => {
    await workbench.openView();
    await workbench.treeRow('Harbour wiki').first().waitFor();
    const rows = (await workbench.treeRows()).join('\n');
    assert.match(
      rows,
      /^sandbox\s*ines@sandbox\.test\n(?:Needs Renewal\s*1\n.*\nCharter contracts.*\n)?My Sources\s*2\nDrafts[\s\S]*My notes[\s\S]*Harbour office\s*3/,
    );
  });

  it('sends only three requests before it shows the list: for a code, for a token and for the Datasources', () => {
    const sent = sandbox
      .requests()
      .map(({ method, path: sentPath }) => `${method} ${sentPath.split('/').at(-1)}`);
    assert.deepEqual(sent.slice(0, 3), ['GET @oauthgetcode', 'POST get_auth_token', 'GET @data']);
    // Of the later requests, at most one counts the exceptions of the account, and at most one the uses of its expired
    // credentials. All others poll for changes or read the wallet.
    const later = sent.slice(3).filter((one) => one !== 'GET @data');
    assert.equal(new Set(later).size, later.length, later.join());
    assert.ok(
      later.every((one) => one === 'POST @frontsearch' || one === 'GET @wallet'),
      later.join(),
    );
  });

  it('shows status changes without user action', async () => {
    await rowSays('Harbour wiki', /Synced (?:just now|\d+ min ago)/);
    await rowSays('Berth plans', /Failed (?:just now|\d+ min ago)/);
    await rowSays('Charter contracts', /Error (?:just now|\d+ min ago) · credentials expired/);
    await rowSays('Claims board', /Not configured/);
    await rowSays('Insurer letters', /Invited/);
    await rowSays('Casualty reports', /Paused/);
    await sandbox.setStatus(pathOf(sandbox, 'Harbour office', 'Tide tables'), 'failed', 'The bucket is gone');
    await rowSays('Tide tables', /Failed (?:just now|\d+ min ago) · The bucket is gone · will retry/);
    await workbench.screenshot('main-job-tree-dark');
  });

  it('shows an unknown status exactly as the service sends it', async () => {
    await sandbox.setStatus(pathOf(sandbox, 'Legal', 'Casualty reports'), 'quarantined');
    await rowSays('Casualty reports', /quarantined/);
    await sandbox.setStatus(pathOf(sandbox, 'Legal', 'Casualty reports'), 'paused');
    await rowSays('Casualty reports', /Paused/);
  });

  it('shows the number of syncing Datasources in the status bar, and opens the details of a Datasource that needs attention', async () => {
    await until('the status bar shows the count', async () =>
      /syncing.*1/s.test(await workbench.statusBarText()),
    );
    await workbench.statusBarItem.first().click();
    await workbench.quickPickRow('Charter contracts').waitFor();
    await workbench.screenshot('main-job-attention-dark');
    await workbench.quickPick('Charter contracts');
    await workbench.editorTab('Charter contracts').waitFor();
    await workbench.webviewFrame().getByRole('heading', { name: 'Charter contracts' }).waitFor();
    await workbench.runCommand('View: Close All Editors');
  });

  it('loads the next page of Resources without requesting the first page again', async () => {
    sandbox.clearRequests();
    await workbench.treeRow('Harbour log').first().click();
    await workbench.treeRow('Load More').waitFor();
    await workbench.treeRow(/10 of about 1,300 loaded/).waitFor();
    await workbench.treeRow('Load More').click();
    await workbench.treeRow(/20 of about 1,300 loaded/).waitFor();
    const pages = sandbox.requests().filter(({ path: sentPath }) => sentPath.includes('@getAllChildren'));
    assert.equal(pages.length, 2);
  });

  it('loads all Resources of a Datasource and groups them in sections', async () => {
    await workbench.chooseFromContextMenu(workbench.treeRow('Harbour log').first(), 'Load All Resources');
    for (const section of ['1–500', '501–1,000', '1,001–1,300'])
      await workbench.treeRow(section).first().waitFor();
    await workbench.screenshot('main-job-sections-dark');
    await workbench.collapse(workbench.treeRow('Harbour log').first());
  });

  it('shows that a Datasource is waiting or syncing after Sync Now, and then shows the result of the sync', async () => {
    sandbox.clearRequests();
    await workbench.rowAction(workbench.treeRow('Harbour wiki').first(), 'Sync Now');
    await rowSays('Harbour wiki', /Synced (just now|\d+ min ago) · (waiting|syncing)/);
    await until('the Datasource is synced again', async () =>
      /Synced (?:just now|\d+ min ago)( · 1 exception)?$/.test(
        (await workbench.treeRow('Harbour wiki').first().innerText()).trim(),
      ),
    );
    const sent = sandbox.requests().filter(({ path: sentPath }) => sentPath.includes('@sendToSpyder'));
    assert.equal(sent.length, 1);
  });

  it('syncs a Datasource with expired credentials after the user enters a new secret', async () => {
    await workbench.chooseFromContextMenu(
      workbench.treeRow('Charter contracts').first(),
      'Renew Credentials',
    );
    await workbench.quickPick('Use a Secret');
    await workbench.typeInQuickInput(makeCanary('secret'));
    await rowSays('Charter contracts', /Synced (?:just now|\d+ min ago)/);
  });

  it('restores the previous status and explains the failure if an action fails', async () => {
    sandbox.setSwitches({ burst: { status: 503, count: 1, path: '@sendToSpyder' } });
    await workbench.rowAction(workbench.treeRow('Harbour wiki').first(), 'Sync Now');
    // VS Code’s smoke-test driver suppresses toasts, so the test reads the notification center.
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center .notification-list-item')
      .filter({
        hasText: '“Harbour wiki”: the service did not confirm “Sync Now”. The service failed (503).',
      })
      .waitFor();
    assert.match(await workbench.treeRow('Harbour wiki').first().innerText(), /Synced/);
    await workbench.screenshot('main-job-refused-dark');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('keeps the tree and shows the error while the service fails, and recovers without user action', async () => {
    sandbox.setSwitches({ burst: { status: 502, count: 1, path: '@data' } });
    await workbench.sidebar.getByText(/The service failed \(502\).*Last updated/).waitFor();
    await workbench.treeRow('Harbour wiki').first().waitFor();
    await workbench.sidebar.getByText(/The service failed/).waitFor({ state: 'detached' });
  });

  it('signs in again without user action after the token has expired', async () => {
    sandbox.expireTokens();
    await sandbox.setStatus(pathOf(sandbox, 'Legal', 'Casualty reports'), 'synced');
    await rowSays('Casualty reports', /Synced/);
  });

  it('finds Resources by their text, and opens a hit', async () => {
    await workbench.rowAction(workbench.treeRow('sandbox').first(), 'Search');
    await workbench.editorTab('Search: sandbox').waitFor();
    const page = workbench.webviewFrame();
    const box = page
      .getByRole('combobox')
      .or(page.getByRole('combobox', { name: 'Search' }))
      .or(page.locator('input'))
      .first();
    await box.fill('"ebb tide"');
    await box.press('Enter');
    await page.locator('[role="option"]').first().waitFor();
    assert.match(await page.locator('[role="option"]').first().innerText(), /ebb tide/i);
    await workbench.screenshot('main-job-search-dark');
    await page.locator('[role="option"]').first().dblclick();
    await until('the text of the Resource is shown', async () =>
      /ebb tide/i.test(await workbench.editorText()),
    );
    await workbench.screenshot('main-job-document-dark');
  });

  it('restores the tree and the hits on the search page after a window reload', async () => {
    sandbox.setSwitches({ latencyMs: 3_000 });
    await workbench.editorTab('Search: sandbox').click();
    // The page moves the focus to itself when it has loaded, so wait for its content first.
    await workbench.webviewFrame().locator('[role="option"]').first().waitFor();
    await workbench.reload();
    await workbench.treeRow('Harbour wiki').first().waitFor();
    await workbench.webviewFrame().locator('[role="option"]').first().waitFor();
    sandbox.setSwitches({ latencyMs: 0 });
    await workbench.screenshot('main-job-reloaded-dark');
  });

  it('renders the tree in the light and high-contrast themes', async () => {
    for (const theme of ['light', 'hc'] as const) {
      await workbench.setTheme(theme);
      await workbench.treeRow('Harbour wiki').first().waitFor();
      await workbench.screenshot(`main-job-${theme}`);
    }
  });
});
