import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const names = ['berths.md', 'pilots.md', 'tides.md'];

// The extension runs on a server in UTC; the browser is in Tokyo.
describe('A browser window in a different time zone from the server', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let home: string;
  let workspace: string;
  let downloads: string;

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'onna-several-'));
    const [origin, ...rest] = ['origin', 'workspace/.vscode', 'downloads'].map((name) =>
      path.join(home, name),
    );
    assert.ok(origin);
    for (const folder of [origin, ...rest]) await mkdir(folder, { recursive: true });
    workspace = path.join(home, 'workspace');
    downloads = path.join(home, 'downloads');
    const modified = new Date('2024-05-05T20:00:00Z');
    for (const name of names) {
      await writeFile(path.join(origin, name), `Tide tables: ${name}`);
      await utimes(path.join(origin, name), modified, modified);
    }
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    const harbour = sandbox.addWorkspace('Harbour');
    for (const title of ['Wiki', 'Chat', 'Drive'])
      sandbox.addDatasource({
        ...{ parent: harbour.path, title, type: 'confluence', sync: 'auto' },
        origin: title === 'Wiki' ? origin : path.join(home, 'downloads'),
      });
    await sandbox.settled();
    const env = await connectionEnv(home, sandbox);
    workbench = await openWorkbench({
      env: { ...env, TZ: 'UTC' },
      folder: workspace,
      timezoneId: 'Asia/Tokyo',
      settings: {
        // With this setting, a click on a row only selects the row.
        'workbench.tree.expandMode': 'doubleClick',
        'onna.groupBy': 'type',
      },
    });
    await workbench.openView();
    await workbench.expand(workbench.treeRow('Wiki').first());
    await workbench.treeRow('tides.md').first().waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(home, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const requestCount = (service: string): number =>
    sandbox.requests().filter((request) => request.path.includes(service)).length;

  /** Waits for a notification, clears all notifications, and returns its text. */
  async function readNotification(words: RegExp): Promise<string> {
    // A dialog that is still closing would also close the Command Palette.
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.runCommand('Notifications: Show Notifications');
    const message = workbench.page.locator('.notifications-center').getByText(words).first();
    await message.waitFor();
    const text = await message.innerText();
    await workbench.runCommand('Notifications: Clear All Notifications');
    return text;
  }

  async function select(first: string, last: string): Promise<void> {
    await workbench.treeRow(first).first().click();
    await workbench
      .treeRow(last)
      .first()
      .click({ modifiers: ['Shift'] });
  }

  /**
   * Moves the mouse to a row until its tooltip contains `words`.
   * @param screenshot the name of the screenshot of the tooltip
   * @returns the text of the tooltip
   */
  async function tooltipOf(row: string, words: string, screenshot: string): Promise<string> {
    let text = '';
    await workbench.withTooltips(async () => {
      await until('the tooltip is shown', async () => {
        await workbench.page.mouse.move(900, 500);
        await workbench
          .treeRow(row)
          .first()
          .hover({ position: { x: 80, y: 10 }, timeout: 2_000 });
        await workbench.tooltip.getByText(words).waitFor({ timeout: 3_000 });
        return true;
      });
      text = await workbench.tooltip.innerText();
      await workbench.screenshot(screenshot);
    });
    return text.replaceAll(/\s/g, ' ');
  }

  it('shows times in the server’s time zone, with its name, while the user’s time zone is unknown', async () => {
    const tooltip = await tooltipOf('berths.md', 'Modified', 'download-tooltip-utc');
    assert.match(tooltip, /Modified: May 5, 2024, 8:00 PM UTC/);
  });

  it('interprets and shows dates in the user’s time zone after a search page has reported the zone', async () => {
    await workbench.rowAction(workbench.treeRow('sandbox').first(), 'Search');
    const page = workbench.webviewFrame();
    const box = page.locator('input').first();
    const hit = page.locator('[role="option"]');
    await box.fill('tide after:2024-05-06');
    await box.press('Enter');
    await hit.first().waitFor();
    assert.equal(await hit.first().locator('time').innerText(), 'May 6, 2024');
    await workbench.screenshot('download-search-tokyo');
    await box.fill('tide before:2024-05-06');
    await box.press('Enter');
    await page.getByText('No results found.').waitFor();
    const tooltip = await tooltipOf('pilots.md', 'Modified', 'download-tooltip-tokyo');
    assert.match(tooltip, /Modified: May 6, 2024, 5:00 AM(?! UTC)/);
  });

  it('copies the URLs of all selected rows', async () => {
    await select('berths.md', 'tides.md');
    await workbench.chooseFromContextMenu(workbench.treeRow('pilots.md').first(), 'Copy URL');
    await workbench.page.getByText('3 lines were copied').first().waitFor();
  });

  it('downloads one Resource to the file that the user chooses in the dialog', async () => {
    await workbench.chooseFromContextMenu(workbench.treeRow('Wiki').first(), 'Refresh');
    await workbench.treeRow('tides.md').first().click();
    await workbench.chooseFromContextMenu(workbench.treeRow('tides.md').first(), 'Download');
    await workbench.quickInput.locator('input.input').waitFor();
    await workbench.screenshot('download-dialog');
    await workbench.chooseFile(path.join(downloads, 'tides.md'));
    await readNotification(/“tides\.md” was downloaded\./);
    assert.equal(await readFile(path.join(downloads, 'tides.md'), 'utf8'), 'Tide tables: tides.md');
  });

  it('downloads all selected Resources into one folder, and asks before it replaces a file', async () => {
    await writeFile(path.join(downloads, 'tides.md'), 'Mine.');
    await select('berths.md', 'tides.md');
    await workbench.chooseFromContextMenu(workbench.treeRow('pilots.md').first(), 'Download');
    await workbench.chooseFile(`${downloads}/`);
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(/A file with this name is already in “downloads”: tides\.md/).waitFor();
    await workbench.screenshot('download-keep-both');
    await dialog.getByRole('button', { name: 'Keep Both' }).click();
    const whole = ['berths.md', 'pilots.md', 'tides (2).md', 'tides.md'];
    await until('all files exist', async () => (await readdir(downloads)).sort().join() === whole.join());
    assert.equal(await readFile(path.join(downloads, 'tides.md'), 'utf8'), 'Mine.');
    assert.equal(await readFile(path.join(downloads, 'tides (2).md'), 'utf8'), 'Tide tables: tides.md');
  });

  it('syncs all selected Datasources, and rejects a command that supports only one Datasource', async () => {
    await workbench.collapse(workbench.treeRow('Wiki').first());
    await select('Chat', 'Wiki');
    sandbox.clearRequests();
    await workbench.chooseFromContextMenu(workbench.treeRow('Drive').first(), 'Sync Now');
    await workbench.page.getByText('Sync requested for 3 Datasources.').first().waitFor();
    assert.equal(requestCount('@sendToSpyder'), 3);
    await sandbox.settled();
    await workbench.chooseFromContextMenu(workbench.treeRow('Drive').first(), 'Renew Credentials');
    await readNotification(/Renew Credentials works on one Datasource at a time/);
  });

  it('applies the chosen grouping to the current window if the setting cannot be written', async () => {
    // VS Code reads the valid part of a broken settings file, but does not write to the file.
    await writeFile(path.join(workspace, '.vscode/settings.json'), '{ "onna.groupBy": "status", "broken": ');
    await workbench.reload();
    await workbench.openView();
    await workbench
      .treeRow(/^Synced\s*3/)
      .first()
      .waitFor();
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Type');
    await workbench
      .treeRow(/^Confluence\s*3/)
      .first()
      .waitFor();
    await readNotification(
      /Datasources are grouped by Type in this window only: the setting “onna\.groupBy” keeps its/,
    );
    await workbench.screenshot('download-group-by');
  });

  it('writes the grouping to the workspace settings if those settings define it', async () => {
    const file = path.join(workspace, '.vscode/settings.json');
    await writeFile(file, '{ "onna.groupBy": "status" }');
    await workbench.reload();
    await workbench.openView();
    await workbench
      .treeRow(/^Synced\s*3/)
      .first()
      .waitFor();
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Workspace');
    await until('the workspace settings have the grouping', async () =>
      (await readFile(file, 'utf8')).includes('"workspace"'),
    );
    await workbench
      .treeRow(/^Harbour\s*3/)
      .first()
      .waitFor();
  });
});
