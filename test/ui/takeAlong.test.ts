import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

/** A red square of 2 × 2 pixels. */
const redSquare =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP8zwACTGCSAQANHQEDgslx/wAAAABJRU5ErkJggg==';

describe('The extension in a window with one Datasource', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let target: string;
  let wikiUid: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-take-'));
    target = path.join(folder, 'target');
    const origin = path.join(folder, 'origin');
    await mkdir(path.join(origin, 'plans'), { recursive: true });
    await mkdir(target);
    for (let index = 0; index < 30; index++)
      await writeFile(path.join(origin, 'plans', `plan ${index}.md`), `The harbour plan number ${index}\n`);
    await writeFile(path.join(origin, 'a square.png'), Buffer.from(redSquare, 'base64'));
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Harbour', 'harbour');
    ({ uid: wikiUid } = sandbox.addDatasource({
      parent: '/workspaces/harbour',
      ...{ title: 'Wiki', type: 'confluence', id: 'wiki', origin },
    }));
    await sandbox.settled();
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({ folder, env });
    await workbench.openView();
    await row('Wiki').waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const row = (text: string | RegExp): Locator => workbench.treeRow(text).first();

  /** Saves a screenshot in both themes. */
  const bothThemes = (name: string): Promise<void> => workbench.screenshotInBothThemes(name);

  it('opens an image in VS Code’s image viewer', async () => {
    await workbench.expand(row('Wiki'));
    await workbench.chooseFromContextMenu(row('a square.png'), 'Open File');
    await workbench.editorTab('a square.png').waitFor();
    await workbench.page.locator('.statusbar-item').filter({ hasText: '2x2' }).waitFor();
    await bothThemes('take-along-image');
  });

  it('downloads a whole Datasource with its folders', async () => {
    await workbench.chooseFromContextMenu(row('Wiki'), 'Download Datasource…');
    await workbench.chooseFile(`${target}/`);
    await until('all files exist', async () => {
      const names = await readdir(path.join(target, 'Wiki'), { recursive: true }).catch((): string[] => []);
      return (
        names.includes('onna-download.csv') && names.filter((name) => name.endsWith('.md')).length === 30
      );
    });
    for (let index = 0; index < 30; index++) {
      const file = path.join('plans', `plan ${index}.md`);
      assert.deepEqual(
        await readFile(path.join(target, 'Wiki', file)),
        await readFile(path.join(folder, 'origin', file)),
      );
    }
    await workbench.screenshotInBothThemes('take-along-downloaded');
  });

  it('exports all hits of a search', async () => {
    await workbench.rowAction(row('Wiki'), 'Search');
    await workbench.editorTab('Search: Wiki').waitFor();
    const page = workbench.webviewFrame();
    await page.locator('input').first().fill('harbour');
    await page.locator('input').first().press('Enter');
    await page.locator('[role="option"]').first().waitFor();
    await bothThemes('take-along-export');
    await page.getByRole('button', { name: 'Export Hits…' }).click();
    const file = path.join(folder, 'Wiki hits.csv');
    const box = workbench.quickInput.locator('input.input');
    await until('the dialog suggests a file', async () => (await box.inputValue()) === file);
    await box.press('Enter');
    await until('the file is complete', async () => {
      const lines = (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n');
      return lines.length === 31;
    });
  });

  it('selects the row of the object with the given UID, or explains that there is no such object', async () => {
    await workbench.runCommand('Onna: Go to UID…');
    await workbench.typeInQuickInput('0'.repeat(32));
    await workbench.quickInput.getByText('No signed-in account has an object with this UID').waitFor();
    await workbench.typeInQuickInput(wikiUid);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.page
      .locator('.part.sidebar .monaco-list-row.selected')
      .filter({ hasText: 'Wiki' })
      .waitFor();
  });
});
