import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { dragFromExplorer } from '../support/dragging.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const olaf = 'olaf@sandbox.test';
const fileCount = 1_000;
const filesPerFolder = 100;
/** Maximum time for an upload or a download of the files on a busy machine, in ms. The usual time is some seconds. */
const transferMs = 150_000;

function md5(content: Uint8Array | string): string {
  return createHash('md5').update(content).digest('hex');
}

describe('A folder Datasource from its creation to its deletion, with two users and a host that is killed', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let password: string;
  /** The MD5 of each file, by its path. */
  const expected = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-end-to-end-'));
    const shelf = path.join(folder, 'workspace/shelf');
    await mkdir(path.join(folder, 'target'));
    for (let index = 0; index < fileCount; index++) {
      const inner = `box ${Math.floor(index / filesPerFolder)}`;
      const content = `Letter ${index}\n`.repeat(1 + (index % 50));
      await mkdir(path.join(shelf, inner), { recursive: true });
      await writeFile(path.join(shelf, inner, `letter ${index}.txt`), content);
      expected.set(`shelf/${inner}/letter ${index}.txt`, md5(content));
    }
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Archive', 'archive');
    sandbox.addWorkspace('Cellar', 'cellar');
    sandbox.addDatasource({ parent: '/workspaces/archive', title: 'Chat', type: 'slack', status: 'synced' });
    ({ password } = await sandbox.addUser({ login: olaf, name: 'Olaf', surname: 'Berg', at: '/wallet' }));
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      folder: path.join(folder, 'workspace'),
      env,
    });
    await workbench.openView();
    await row('Chat').waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const row = (text: string | RegExp): Locator => workbench.treeRow(text).first();
  const input = (words: string | RegExp): Promise<void> =>
    workbench.quickInput.getByText(words).first().waitFor();
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');
  const letters = (): string => sandbox.find('/workspaces/archive', 'Letters')?.path ?? '';

  /** Kills the extension host, and opens the window again. */
  async function killAndReopen(): Promise<void> {
    await workbench.killExtensionHost();
    await workbench.reload();
    await workbench.openView();
    await row('Letters').waitFor();
  }

  function storedResources(): ReturnType<typeof sandbox.stores.resources.some> {
    const { nodes, resources } = sandbox.stores;
    return resources.some(nodes.byPath(letters())?.id ?? 0, 0, fileCount * 2);
  }

  /** The MD5 of each stored file, by its path. */
  function stored(): ReadonlyMap<string, string> {
    const { contents } = sandbox.stores;
    return new Map(
      storedResources().map(({ originKey, contentId }) => [originKey, contents.md5(contentId ?? 0) ?? '']),
    );
  }

  async function downloadedFiles(): Promise<string[]> {
    const root = path.join(folder, 'target/Letters');
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
      .map(({ parentPath, name }) => path.join(parentPath, name));
  }

  /** The MD5 of each downloaded file, by its path. */
  async function downloaded(): Promise<ReadonlyMap<string, string>> {
    const root = path.join(folder, 'target/Letters');
    const sums = await Promise.all(
      (await downloadedFiles()).map(async (file) => {
        const at = path.relative(root, file).replaceAll(path.sep, '/');
        return [at, md5(await readFile(file))] as const;
      }),
    );
    return new Map(sums);
  }

  it('is created, shared with a second user, and accepted by that user', async () => {
    await workbench.rowAction(row(/^Archive/), 'New Datasource');
    await workbench.quickInput.getByPlaceholder('Choose the source').waitFor();
    await workbench.typeInQuickInput('Folder', false);
    await workbench.quickPick('for files that you upload');
    await input('The title of the new Datasource');
    await workbench.typeInQuickInput('Letters');
    await row(/^Letters/).waitFor();
    await workbench.chooseFromContextMenu(row(/^Letters/), 'Share');
    await workbench.quickPick('Add Users or Groups');
    await workbench.quickInput
      .getByPlaceholder('Type an email address, or the name of a user or group')
      .waitFor();
    await workbench.typeInQuickInput('berg', false);
    await workbench.quickPick('Olaf Berg');
    await workbench.quickPick('Owner');
    await workbench.quickPickRow(olaf).first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await row(/^Letters.*Invited/s).waitFor();

    await workbench.runCommand('Onna: Sign In…');
    for (const [index, answer] of [sandbox.baseUrl, 'rel0', 'sandbox'].entries()) {
      await workbench.quickInput.filter({ hasText: `(${index + 1}/6)` }).waitFor();
      await workbench.typeInQuickInput(answer);
    }
    await workbench.quickPick('User and password');
    await input('Your user');
    await workbench.typeInQuickInput(olaf);
    await input(`The password of ${olaf}`);
    await workbench.typeInQuickInput(password);
    const invited = workbench.treeRow(/^Letters.*Invited/s);
    await until('both users see the Datasource', async () => (await invited.count()) === 2);
    await workbench.rowAction(invited.last(), 'Accept Invitation');
    await until('the invitation is accepted', async () => (await invited.count()) === 0);
  });

  it('receives a dropped folder of 1,000 files, although the extension host is killed halfway', async function () {
    this.timeout(2 * transferMs + 60_000);
    sandbox.setSwitches({ latencyMs: 40 });
    await dragFromExplorer(workbench, 'shelf', row('Letters'));
    await until('half of the files have arrived', () => storedResources().length > fileCount / 2, transferMs);
    await killAndReopen();
    sandbox.setSwitches({ latencyMs: 0 });
    const before = stored().size;
    assert.ok(before < fileCount, `${before} files have arrived`);
    const resume = await workbench.viewAction('Datasources', 'Resume Uploads…');
    await resume.click();
    await workbench.quickPickRow(/Letters.*of 1,000 files left/s).waitFor();
    await workbench.screenshot('end-to-end-resume-dark');
    await workbench.quickPick('Letters');
    await until('all files have arrived', () => storedResources().length === fileCount, transferMs);
    assert.deepEqual(new Map([...stored()].sort()), new Map([...expected].sort()));
    await resume.waitFor({ state: 'detached' });
  });

  it('is downloaded as a whole, although the extension host is killed halfway', async function () {
    this.timeout(2 * transferMs + 60_000);
    sandbox.setSwitches({ latencyMs: 20 });
    await workbench.chooseFromContextMenu(row('Letters'), 'Download Datasource…');
    await workbench.chooseFile(`${path.join(folder, 'target')}/`);
    await until('some files exist', async () => (await downloadedFiles()).length > 100, transferMs);
    await killAndReopen();
    sandbox.setSwitches({ latencyMs: 0 });
    const before = await downloaded();
    assert.ok(before.size < fileCount, `${before.size} files exist`);
    for (const [at, sum] of before) assert.equal(sum, expected.get(at), `${at} is incomplete`);
    await workbench.chooseFromContextMenu(row('Letters'), 'Download Datasource…');
    await workbench.chooseFile(`${path.join(folder, 'target')}/`);
    await dialog().getByText('is not empty').waitFor();
    await workbench.screenshotInBothThemes('end-to-end-continue');
    await dialog().getByRole('button', { name: 'Continue There' }).click();
    await until('all files exist', async () => (await downloadedFiles()).length === fileCount, transferMs);
    assert.deepEqual(new Map([...(await downloaded())].sort()), new Map([...expected].sort()));
    await until('no partial file is left', async () =>
      (await readdir(path.join(folder, 'target/Letters'))).every((name) => name !== '.onna-download'),
    );
  });

  it('is renamed and moved, and keeps its sync type and its Resources', async () => {
    const menu = await workbench.contextMenu(row('Letters'));
    await menu.filter({ hasText: 'Rename' }).first().waitFor();
    assert.equal(await menu.filter({ hasText: 'Change Sync Type' }).count(), 0);
    await workbench.page.keyboard.press('Escape');
    await workbench.chooseFromContextMenu(row('Letters'), 'Rename');
    await input('Rename “Letters”');
    await workbench.typeInQuickInput('Old letters');
    await row(/^Old letters/).waitFor();
    await workbench.chooseFromContextMenu(row(/^Old letters/), 'Move to');
    await workbench.quickPick('Cellar');
    await until(
      'the sandbox has moved it',
      () => sandbox.find('/workspaces/cellar', 'Old letters') !== undefined,
    );
    const moved = sandbox.find('/workspaces/cellar', 'Old letters');
    const { nodes, resources } = sandbox.stores;
    assert.equal(
      resources.some(nodes.byPath(moved?.path ?? '')?.id ?? 0, 0, fileCount * 2).length,
      fileCount,
    );
  });

  it('is deleted for both users after one of them types its title', async () => {
    // Its Workspace was empty before, so it is collapsed.
    await workbench.expand(row(/^Cellar/));
    await workbench.chooseFromContextMenu(row(/^Old letters/), 'Delete');
    await dialog()
      .getByText(/Delete “Old letters” and its 1,000 Resources\?/)
      .waitFor();
    await workbench.screenshot('end-to-end-delete-dark');
    await dialog().getByRole('button', { name: 'Delete…' }).click();
    await input('Type “Old letters” to delete it');
    await workbench.typeInQuickInput('Old letters');
    await until(
      'both rows are gone',
      async () => (await workbench.treeRow(/^Old letters/).count()) === 0,
      60_000,
    );
    assert.equal(sandbox.find('/workspaces/cellar', 'Old letters'), undefined);
  });
});
