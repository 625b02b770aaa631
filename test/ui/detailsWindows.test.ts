import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { NodeReference } from '../../src/sandbox/sandboxHandle.ts';
import { until } from '../support/until.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const user = 'ines@sandbox.test';
/** Time until the service responds, in ms. Longer than a sign-out takes. */
const slowMs = 20_000;

/** A sandbox with a Datasource of three files, one of which cannot be processed. */
class Harbour {
  readonly sandbox: Sandbox;
  readonly wiki: NodeReference;
  /** The file from which a window signs in. */
  readonly connectionFile: string;
  readonly origin: string;
  readonly #folder: string;

  private constructor(parts: { sandbox: Sandbox; wiki: NodeReference; folder: string }) {
    this.sandbox = parts.sandbox;
    this.wiki = parts.wiki;
    this.#folder = parts.folder;
    this.origin = path.join(parts.folder, 'origin');
    this.connectionFile = path.join(parts.folder, 'connection.json');
  }

  static async open(): Promise<Harbour> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'onna-details-windows-'));
    const origin = path.join(folder, 'origin');
    await mkdir(origin);
    for (const name of ['one', 'two']) await writeFile(path.join(origin, `${name}.txt`), name);
    await writeFile(path.join(origin, 'broken.pdf'), '%PDF-1.4\nthis is no PDF');
    const sandbox = await startSandbox({ user, minRunMs: 1_000 });
    const { path: parent } = sandbox.addWorkspace('Harbour office');
    const wiki = sandbox.addDatasource({ parent, title: 'Harbour wiki', type: 'confluence', origin });
    await sandbox.settled();
    // While a Datasource syncs, windows poll every few seconds.
    const busy = sandbox.addDatasource({ parent, title: 'Busy chat', type: 'slack', status: 'synced' });
    await sandbox.setStatus(busy.path, 'syncing');
    const harbour = new Harbour({ sandbox, wiki, folder });
    const { baseUrl, container, account, password } = sandbox;
    await writeFile(harbour.connectionFile, JSON.stringify({ baseUrl, container, account, user, password }), {
      mode: 0o600,
    });
    return harbour;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true });
  }
}

async function openDetails(window: Workbench): Promise<void> {
  await window.rowAction(window.treeRow('Harbour wiki').first(), 'Show Details');
  await window.webviewFrame().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
}

describe('The details page of one Datasource in two windows:', () => {
  let harbour: Harbour;
  let first: Workbench;
  let second: Workbench;

  before(async () => {
    harbour = await Harbour.open();
    first = await openWorkbench({
      isUnwatched: true,
      sharesSecrets: true,
      env: { ONNA_SANDBOX_CONNECTION: harbour.connectionFile },
    });
    await first.openView();
    await first.treeRow('Harbour wiki').first().waitFor();
    // Without this file, SecretStorage is the only place where the second window can find the account.
    await rm(harbour.connectionFile);
    second = await first.openWindow('second');
    await second.openView();
    await second.treeRow('Harbour wiki').first().waitFor();
  });
  after(async () => {
    await first.close();
    await harbour.close();
  });
  keepPicturesOfFailures(() => first);
  keepPicturesOfFailures(() => second, 'second-');

  const both = <T>(act: (window: Workbench) => Promise<T>): Promise<T[]> =>
    Promise.all([first, second].map(act));
  const page = (window: Workbench): FrameLocator => window.webviewFrame();
  const newestRun = (window: Workbench): Promise<string> =>
    page(window).getByRole('table').first().getByRole('row').nth(1).innerText();
  /** The facts and the runs, without texts that depend on the time. */
  const shown = async (window: Workbench): Promise<unknown> => {
    const facts = await page(window).locator('dl.facts > div').allInnerTexts();
    const runs = await page(window).getByRole('table').first().getByRole('row').allInnerTexts();
    return { facts: facts.map((text) => text.replaceAll(/\s+/g, ' ')), runs: runs.length };
  };

  it('both pages show the same facts and the same runs', async () => {
    // One after the other: if two windows of a browser open their first webview at the same moment, VS Code sometimes
    // waits for its service worker for ever, and the webview stays empty (1.139).
    for (const window of [first, second]) await openDetails(window);
    await until('both pages show the same facts and runs', async () => {
      const [one, other] = await both(shown);
      assert.deepEqual(one, other);
      return /Synced/.test(await newestRun(first));
    });
    assert.deepEqual(
      ((await shown(first)) as { facts: string[] }).facts.filter((fact) => /Exceptions/.test(fact)),
      ['Exceptions 1'],
    );
  });

  it('a sync that the user starts on one page adds the same run to both pages, and is sent once', async () => {
    const { sandbox, origin } = harbour;
    for (const name of ['three', 'four']) await writeFile(path.join(origin, `${name}.txt`), name);
    sandbox.clearRequests();
    await page(first).getByRole('button', { name: 'Sync Now' }).click();
    await until('the sync was requested', () =>
      sandbox.requests().some(({ path: sent }) => sent.includes('@sendToSpyder')),
    );
    await sandbox.settled();
    await both((window) =>
      until(
        'the new run is listed',
        async () => /Synced[^]*\b2\s+0\s+0\b/.test(await newestRun(window)),
        60_000,
      ),
    );
    assert.equal(sandbox.requests().filter(({ path: sent }) => sent.includes('@sendToSpyder')).length, 1);
    assert.deepEqual(await shown(first), await shown(second));
  });

  it('both pages show that the user paused the Datasource on one of them', async () => {
    // A Datasource that is not active cannot be paused.
    await harbour.sandbox.setStatus(harbour.wiki.path, 'syncing');
    await both((window) => page(window).getByRole('button', { name: 'Pause' }).waitFor({ timeout: 60_000 }));
    await page(second).getByRole('button', { name: 'Pause' }).click();
    await both((window) => page(window).getByRole('button', { name: 'Resume' }).waitFor({ timeout: 60_000 }));
  });

  it('only one window shows a notification about an error, and both pages show its reason', async () => {
    await harbour.sandbox.settled();
    await both((window) => window.runCommand('Notifications: Clear All Notifications'));
    await harbour.sandbox.setStatus(harbour.wiki.path, 'error', 'The bucket is gone');
    await both((window) =>
      page(window).getByText('The bucket is gone.').first().waitFor({ timeout: 60_000 }),
    );
    const notified = async (window: Workbench): Promise<number> => {
      await window.runCommand('Notifications: Show Notifications');
      const center = window.page.locator('.notifications-center');
      await center.waitFor();
      return center.locator('.notification-list-item').filter({ hasText: 'Harbour wiki' }).count();
    };
    await until('a window shows a notification', async () => {
      const counts = await both(notified);
      return counts.some((count) => count > 0);
    });
    assert.deepEqual((await both(notified)).toSorted(), [0, 1]);
    await first.screenshot('details-window-one');
    await second.screenshot('details-window-two');
  });
});

describe('The details page when the user signs out while it is loading', () => {
  let harbour: Harbour;
  let workbench: Workbench;

  before(async () => {
    harbour = await Harbour.open();
    workbench = await openWorkbench({ env: { ONNA_SANDBOX_CONNECTION: harbour.connectionFile } });
    await workbench.openView();
    await workbench.treeRow('Harbour wiki').first().waitFor();
  });
  after(async () => {
    await workbench.close();
    await harbour.close();
  });
  keepPicturesOfFailures(() => workbench);

  it('closes, sends no further requests, and leaves no data of the account behind', async () => {
    const { sandbox } = harbour;
    await openDetails(workbench);
    await until('VS Code has stored the page', async () =>
      [...(await workbench.kept()).values()].some((content) => content.includes('Harbour wiki')),
    );
    sandbox.clearRequests();
    sandbox.setSwitches({ latencyMs: slowMs });
    await workbench.webviewFrame().getByRole('tab', { name: 'Logs' }).click();
    await workbench.webviewFrame().locator('.logs').getByText('Loading').waitFor();
    await workbench.screenshot('details-loading-dark');
    await workbench.chooseFromContextMenu(workbench.treeRow('sandbox').first(), 'Sign Out');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).waitFor();
    await workbench.editorTab('Harbour wiki').waitFor({ state: 'detached' });
    const signedOutAt = Date.now();
    sandbox.setSwitches({ latencyMs: 0 });
    await until('no data of the account is left', async () => {
      const places = [...(await workbench.kept())].filter(([, content]) =>
        /Harbour wiki|broken\.pdf|ines@sandbox/.test(content),
      );
      const keys = Object.keys(await workbench.secretStorage()).filter((key) => key.includes('onna'));
      return places.length + keys.length + (await workbench.storedFiles()).length === 0;
    });
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page.locator('.notifications-center').waitFor();
    assert.equal(await workbench.page.locator('.notifications-center .notification-list-item').count(), 0);
    assert.deepEqual(
      sandbox.requests().filter(({ at }) => at >= signedOutAt),
      [],
    );
    await workbench.screenshot('details-signed-out-dark');
  });
});
