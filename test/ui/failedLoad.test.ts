import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { ToolCaller } from '../support/toolCaller.ts';
import { until } from '../support/until.ts';
import { isVsCode105 } from '../support/vscode.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const sentence = /Onna could not be loaded\. Try again/;

/** Opens the notification center and locates its notifications. */
async function notificationsOf(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Notifications: Show Notifications');
  const center = workbench.page.locator('.notifications-center');
  await center.waitFor();
  return center.locator('.notification-list-item');
}

describe('The extension with a missing file', () => {
  let workbench: Workbench;
  /** The original path of the file that the test moves to `elsewhere`. */
  let file: string;
  let elsewhere: string;

  before(async () => {
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

  it('shows an error row and a single notification', async () => {
    await workbench.openView();
    await workbench.treeRow('Could not load. Select to try again.').waitFor();
    await workbench.runCommand('Onna: Sign In…');
    const shown = await notificationsOf(workbench);
    await shown.filter({ hasText: sentence }).waitFor();
    assert.equal(await shown.count(), 1);
    await workbench.screenshot('failed-load');
  });

  it('shows the log, which contains the cause of the failure, when the user presses “Show Log”', async () => {
    const shown = (await notificationsOf(workbench)).filter({ hasText: sentence });
    await shown.hover();
    await shown.getByRole('button', { name: 'Show Log' }).click();
    const lines = workbench.page.locator('.part.panel .view-lines');
    await lines.waitFor();
    // The server of VS Code 1.105.1 writes no logs of extensions, not even those of Git. So the log is open, but empty.
    if (isVsCode105) return;
    // Only the end of the stack trace is on screen.
    await lines.filter({ hasText: /extension\.cjs/ }).waitFor();
  });

  it('works on the next attempt after the missing file is restored, without a window reload', async () => {
    await rename(elsewhere, file);
    await workbench.treeRow('Select to try again').click();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).waitFor();
  });
});

describe('The extension with parts that cannot be loaded', () => {
  const partSentence = /A part of Onna could not be loaded\. Try again/;
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let extension: string;
  let caller: ToolCaller;
  /** The original contents of the changed files, by absolute path. */
  const originals = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-parts-'));
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    const harbour = sandbox.addWorkspace('Harbour');
    sandbox.addDatasource({ parent: harbour.path, title: 'Wiki', type: 'confluence', status: 'synced' });
    caller = new ToolCaller(folder);
    workbench = await openWorkbench({
      folder,
      env: { ...(await connectionEnv(folder, sandbox)), ...caller.env },
      addExtensions: async (extensionsFolder) => {
        const [name] = await readdir(extensionsFolder);
        extension = path.join(extensionsFolder, name ?? '');
        await caller.install(extensionsFolder);
      },
    });
    await workbench.openView();
    await workbench.treeRow('Wiki').first().waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  /** Replaces a built file by `text`. Without a text, deletes the file. */
  async function spoil(part: string, text?: string): Promise<void> {
    const start = path.join('dist', part);
    const files = await readdir(extension, { recursive: true });
    const found = files.find((file) => file.startsWith(start) && /\.c?js$/.test(file));
    assert.ok(found !== undefined, `there is no file ${start}…`);
    const file = path.join(extension, found);
    originals.set(file, await readFile(file, 'utf8'));
    if (text === undefined) await rm(file);
    else await writeFile(file, text);
  }

  async function repair(): Promise<void> {
    for (const [file, text] of originals) await writeFile(file, text);
    originals.clear();
  }

  /** Waits for the notification, and checks that VS Code reports nothing else. Then clears the notifications. */
  async function failureIsShown(): Promise<void> {
    // VS Code closes an empty list of notifications, so open it again until the notification is in it.
    const shown = await until('the failure is in the list of notifications', async () => {
      const list = await notificationsOf(workbench);
      return (await list.filter({ hasText: partSentence }).count()) > 0 ? list : undefined;
    });
    assert.deepEqual(
      (await shown.allInnerTexts()).filter((text) => !partSentence.test(text)),
      [],
    );
    await workbench.runCommand('Notifications: Clear All Notifications');
  }

  for (const [title, part, text, command] of [
    ['has a syntax error', 'manageCommands-', 'exports.ManageCommands = class {', 'New Workspace…'],
    ['throws an exception', 'uploadCommands-', 'throw new Error("The disk is broken");', 'Upload…'],
    [
      'throws an exception in a constructor',
      'detailsCommands-',
      'exports.DetailsCommands = class { constructor() { throw new Error("no such API"); } };',
      'Show Details',
    ],
  ] as const)
    it(`shows an error if the file of a command ${title}`, async () => {
      await spoil(`extension/${part}`, text);
      await workbench.runCommand(`Onna: ${command}`);
      await failureIsShown();
      assert.equal(await workbench.treeRow('Wiki').count(), 1);
      await repair();
    });

  it('shows an error if the file of a command is missing, and works after the file is repaired', async () => {
    await spoil('extension/diagnosticsCommands-');
    await workbench.runCommand('Onna: Collect Diagnostics…');
    await failureIsShown();
    await repair();
    await workbench.runCommand('Onna: Collect Diagnostics…');
    await workbench.quickPickRow('Without Names').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('shows an error if the script of a page is missing, and works after the file is repaired', async () => {
    await spoil('webview/search');
    await workbench.runCommand('Onna: Search…');
    await failureIsShown();
    assert.equal(await workbench.editorTab(/Search/).count(), 0);
    await repair();
    await workbench.runCommand('Onna: Search…');
    await workbench.webviewFrame().locator('input').first().waitFor();
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows a sentence in a page whose script cannot run', async () => {
    await spoil('webview/search', 'new SearchPage(');
    await workbench.runCommand('Onna: Search…');
    await workbench.webviewFrame().getByText('This page could not be loaded.').waitFor();
    await repair();
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows an error if the program of the MCP server is missing', async () => {
    await spoil('mcp/server');
    await caller.changeSetting('onna.mcp.enabled', true);
    await failureIsShown();
    await repair();
    await caller.changeSetting('onna.mcp.enabled', false);
    await caller.changeSetting('onna.mcp.enabled', true);
    await until('the program is copied', () =>
      access(path.join(workbench.storageFolder, 'mcp', 'server.cjs')).then(() => true),
    );
    await caller.changeSetting('onna.mcp.enabled', false);
  });

  it('shows an error if a page cannot be restored after a reload', async () => {
    await workbench.runCommand('Onna: Search…');
    await workbench.webviewFrame().locator('input').first().waitFor();
    await spoil('extension/searchCommands-');
    await workbench.reload();
    await failureIsShown();
    await repair();
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows an error and the last known rows if the connection to the service cannot be loaded', async () => {
    await spoil('extension/undiciTransport-');
    await workbench.reload();
    await failureIsShown();
    await workbench.openView();
    await workbench.treeRow('Wiki').first().waitFor();
    await repair();
  });
});
