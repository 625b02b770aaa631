import { generateDatasources } from '../../src/sandbox/samples/generatedDatasources.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const count = 600;
const title = (index: number): string => `Datasource ${String(index).padStart(5, '0')}`;

describe('The tree with 600 Datasources', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let paths: string[];

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-large-'));
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    await generateDatasources(sandbox, count);
    paths = Array.from({ length: count }, (_, index) => {
      const workspace = sandbox.find(
        '/workspaces',
        `Generated ${String(Math.floor(index / 100)).padStart(3, '0')}`,
      );
      const found = workspace && sandbox.find(workspace.path, title(index));
      assert.ok(found);
      return found.path;
    });
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({ env });
    await workbench.openView();
    await workbench.treeRow(title(0)).first().waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  async function rowSays(index: number, words: RegExp): Promise<void> {
    await workbench
      .treeRow(new RegExp(`^${title(index)}.*${words.source}`, 's'))
      .first()
      .waitFor();
  }

  /** Presses End repeatedly until all `rows` are visible, because VS Code may still be loading rows. */
  async function goDownTo(...rows: readonly Locator[]): Promise<void> {
    await until('the last rows are visible', async () => {
      await workbench.page.keyboard.press('End');
      const visible = await Promise.all(rows.map((row) => row.isVisible()));
      return visible.every(Boolean);
    });
  }

  it('shows the current status in the first and last rows when 599 Datasources fail at once', async () => {
    await rowSays(0, /Synced/);
    for (const changed of paths.slice(0, count - 1))
      await sandbox.setStatus(changed, 'failed', 'The origin is gone');
    await workbench.runCommand('Onna: Refresh');
    await rowSays(0, /Failed (?:just now|\d+ min ago) · The origin is gone · will retry/);
    await workbench.screenshot('large-account-failed');
    await workbench.treeRow(title(0)).first().click();
    await goDownTo(workbench.treeRow(title(count - 2)).first());
    await rowSays(count - 2, /Failed (?:just now|\d+ min ago) · The origin is gone · will retry/);
    await workbench.page.keyboard.press('Home');
    await rowSays(0, /Failed/);
  });

  it('shows the first 100 matches of a filter, and the other matches on request', async () => {
    await workbench.runCommand('Onna: Filter Datasources…');
    await workbench.typeInQuickInput('dropbox');
    await workbench.treeRow(title(3)).first().click();
    const heldBack = workbench
      .treeRow(/^Generated 005\s*20/)
      .and(workbench.page.locator('[aria-expanded="false"]'))
      .first();
    await goDownTo(workbench.treeRow(title(498)).first(), heldBack);
    await workbench.screenshot('large-account-filtered');
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Type');
    const more = workbench.treeRow(/^Show All\s*20 more matches/).first();
    await workbench
      .treeRow(/^Dropbox\s*120/)
      .first()
      .waitFor();
    await goDownTo(more);
    await more.click();
    await more.waitFor({ state: 'detached' });
    await goDownTo(workbench.treeRow(title(count - 2)).first());
    await rowSays(count - 2, /Failed/);
    await workbench.screenshot('large-account-all-matches');
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Workspace');
    await workbench.runCommand('Onna: Clear Filter');
    await workbench
      .treeRow(/^Generated 000\s*100/)
      .first()
      .waitFor();
  });
});
