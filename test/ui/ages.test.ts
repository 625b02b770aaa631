import { generateDatasources } from '../../src/sandbox/samples/generatedDatasources.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { ExtensionClock } from '../support/extensionClock.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const minuteMs = 60_000;
const count = 150;

describe('The tree while time passes', () => {
  let clock: ExtensionClock;
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let syncedAt: number;
  /** Total time by which the clock was advanced, in ms. */
  let aheadMs = 0;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-ages-'));
    clock = await ExtensionClock.start();
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      isUnwatched: true,
      sharesSecrets: true,
      env: { ...env, ...clock.env },
      addExtensions: (extensionsFolder) => clock.install(extensionsFolder),
    });
    // The extension opens the view automatically when it signs in with ONNA_SANDBOX_CONNECTION.
    await workbench.treeRow('sandbox').first().waitFor();
    // Race: the extension refreshes rows of new Datasources before VS Code has requested these rows.
    await generateDatasources(sandbox, count);
    syncedAt = Date.now();
    await workbench.runCommand('Onna: Refresh');
    await workbench.treeRow('Datasource').first().waitFor();
  });
  after(async () => {
    await workbench.close();
    clock.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  async function pass(ms: number): Promise<void> {
    aheadMs += ms;
    await clock.advance(ms);
  }

  /** The visible texts and the screen-reader labels of the Datasource rows. */
  async function rows(window: Workbench): Promise<readonly { text: string; label: string }[]> {
    const shown = await window.treeRow(/^Datasource \d+/).all();
    return Promise.all(
      shown.map(async (row) => ({
        text: await row.innerText({ timeout: 1_000 }),
        label: (await row.getAttribute('aria-label', { timeout: 1_000 })) ?? '',
      })),
    );
  }

  function age(minutes: number): string {
    if (minutes <= 0) return 'just now';
    return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
  }

  /** Waits until every row on screen shows its current age, or the age that was correct one minute ago. */
  async function agesAreTrue(window = workbench, ahead = aheadMs): Promise<void> {
    let state = '';
    await until(
      'all ages are correct',
      async () => {
        const minutes = Math.floor((Date.now() + ahead - syncedAt) / minuteMs);
        const right = new RegExp(`Synced (${age(minutes)}|${age(minutes - 1)})`);
        const shown = await rows(window);
        const wrong = shown.filter(({ text, label }) => !right.test(text) || !right.test(label));
        state = `${shown.length} rows, ${wrong.length} wrong: ${JSON.stringify(wrong[0])}, expected ${right.source}`;
        return shown.length >= 5 && wrong.length === 0;
      },
      15_000,
    ).catch((error: unknown) => assert.fail(`${String(error)} ${state}`));
  }

  it('shows correct ages for ten minutes in rows of Datasources that are added while the window is open', async () => {
    await agesAreTrue();
    for (let minute = 0; minute < 10; minute++) {
      await pass(minuteMs);
      await agesAreTrue();
    }
  });

  it('shows correct ages in rows that the user scrolls into view, in either direction', async () => {
    await workbench.treeRow('Datasource 00000').first().click();
    for (const key of ['End', 'Home', 'PageDown', 'Home']) {
      await workbench.page.keyboard.press(key);
      await agesAreTrue();
      await pass(3 * minuteMs);
      await agesAreTrue();
    }
  });

  it('shows correct ages in a group that the user collapses and expands again', async () => {
    const group = workbench.treeRow(/^Generated 000/).first();
    await workbench.collapse(group);
    await pass(3 * minuteMs);
    await workbench.expand(group);
    await agesAreTrue();
    await pass(minuteMs);
    await agesAreTrue();
  });

  it('shows correct ages while a filter is active, and after the filter is cleared', async () => {
    await workbench.runCommand('Onna: Filter Datasources…');
    await workbench.typeInQuickInput('slack');
    await pass(3 * minuteMs);
    await agesAreTrue();
    await workbench.runCommand('Onna: Clear Filter');
    await workbench.treeRow('Datasource 00000').first().waitFor();
    await agesAreTrue();
    await pass(minuteMs);
    await agesAreTrue();
  });

  it('shows correct ages after the user changes the grouping', async () => {
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Status');
    await workbench
      .treeRow(/^Synced\s*150/)
      .first()
      .waitFor();
    await pass(3 * minuteMs);
    await agesAreTrue();
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Workspace');
    await workbench
      .treeRow(/^Generated 000/)
      .first()
      .waitFor();
    await pass(minuteMs);
    await agesAreTrue();
  });

  it('shows correct ages when the view is shown again after seven minutes', async () => {
    await workbench.runCommand('View: Show Explorer');
    await workbench.treeRow('Datasource').first().waitFor({ state: 'detached' });
    await pass(7 * minuteMs);
    await workbench.openView();
    await agesAreTrue();
    await pass(minuteMs);
    await agesAreTrue();
  });

  it('shows correct ages in two windows of the same profile', async () => {
    const second = await workbench.openWindow('second');
    await second.openView();
    await second.treeRow('Datasource').first().waitFor();
    assert.equal(clock.windows, 2);
    // The clock of the second window has not been advanced yet.
    for (const ahead of [0, 2, 4]) {
      await agesAreTrue(second, ahead * minuteMs);
      await agesAreTrue();
      await pass(2 * minuteMs);
    }
    await second.page.close();
  });

  it('shows correct ages within one minute after the computer wakes up', async () => {
    aheadMs += 8 * 60 * minuteMs;
    await clock.jump(8 * 60 * minuteMs);
    await pass(minuteMs);
    await agesAreTrue();
  });
});
