import assert from 'node:assert/strict';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const sentence = /Onna could not be loaded\. Try again/;

describe('The extension with a missing file', () => {
  let workbench: Workbench;
  /** The original path of the file that the test removes. `elsewhere` is the path to which the test moves the file. */
  let file: string;
  let elsewhere: string;

  before(async function () {
    this.timeout(120_000);
    workbench = await openWorkbench({
      addExtensions: async (extensionsFolder) => {
        const found = (await readdir(extensionsFolder, { recursive: true })).find((name) =>
          /runtime-\w+\.cjs$/.test(name),
        );
        assert.ok(found !== undefined);
        file = path.join(extensionsFolder, found);
        elsewhere = path.join(extensionsFolder, 'runtime.cjs');
        await rename(file, elsewhere);
      },
    });
  });
  after(() => workbench.close());
  keepPicturesOfFailures(() => workbench);

  async function notifications(): Promise<Locator> {
    await workbench.runCommand('Notifications: Show Notifications');
    const center = workbench.page.locator('.notifications-center');
    await center.waitFor();
    return center.locator('.notification-list-item');
  }

  it('shows an error row and a single notification', async () => {
    await workbench.openView();
    await workbench.treeRow('Could not load. Select to try again.').waitFor();
    await workbench.runCommand('Onna: Sign In…');
    const shown = await notifications();
    await shown.filter({ hasText: sentence }).waitFor();
    assert.equal(await shown.count(), 1);
    await workbench.screenshot('failed-load');
  });

  it('shows the log, which contains the cause of the failure, when the user presses “Show Log”', async () => {
    const shown = (await notifications()).filter({ hasText: sentence });
    await shown.hover();
    await shown.getByRole('button', { name: 'Show Log' }).click();
    await workbench.page
      .locator('.part.panel .view-lines')
      // Only the end of the stack trace is on screen.
      .filter({ hasText: /extension\.cjs/ })
      .waitFor();
  });

  it('loads the extension on the next attempt after the missing file is restored, without a window reload', async () => {
    await rename(elsewhere, file);
    await workbench.treeRow('Select to try again').click();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).waitFor();
  });
});
