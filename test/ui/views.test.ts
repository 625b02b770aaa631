import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Locator } from 'playwright-core';
import { addSamples } from '../../src/sandbox/samples/addSamples.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeCanary } from '../support/secrets/usedSecrets.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

describe('The Onna view', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-views-'));
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    await addSamples(sandbox);
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({ env });
    await workbench.openView();
    await workbench.treeRow('Harbour wiki').waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const attention = (text: string | RegExp): Locator =>
    workbench.section('Needs Attention').locator('[role="treeitem"]').filter({ hasText: text });
  const press = (key: string): Promise<void> => workbench.page.keyboard.press(key);

  it('lists the Datasources that need attention with the reasons, and counts each only once', async () => {
    const header = workbench.section('Needs Attention').locator('.pane-header');
    await header.filter({ hasText: /Needs Attention\s*1/ }).waitFor();
    await header.click();
    await attention(/^Charter contracts.*Error (?:just now|\d+ min ago) · credentials expired/s).waitFor();
    const office = sandbox.find('/workspaces', 'Harbour office');
    const wiki = office && sandbox.find(office.path, 'Harbour wiki');
    assert.ok(wiki);
    await sandbox.setStatus(wiki.path, 'error', 'The disk of the origin is full');
    await attention(/^Harbour wiki.*The disk of the origin is full/s).waitFor();
    await workbench.screenshotInBothThemes('views-attention');
    const badge = workbench.page.locator('.activitybar .action-item.checked .badge-content');
    await until('the badge counts 2', async () => (await badge.innerText()) === '2');
  });

  it('opens the details of a row', async () => {
    await attention('Harbour wiki').click();
    await workbench.editorTab('Harbour wiki').waitFor();
    await workbench.webviewFrame().getByRole('heading', { name: 'Harbour wiki' }).waitFor();
    await workbench.runCommand('View: Close All Editors');
  });

  it('offers the same menu as the tree', async () => {
    const menuOf = async (row: Locator): Promise<readonly string[]> => {
      const items = await workbench.contextMenu(row);
      const texts = await items.allInnerTexts();
      await press('Escape');
      await items.first().waitFor({ state: 'detached' });
      return texts;
    };
    const expected = await menuOf(workbench.treeRow(/^Harbour wiki/));
    assert.deepEqual(await menuOf(attention('Harbour wiki')), expected);
    assert.ok(expected.length > 10);
  });

  it('renames the focused row with F2, and asks for confirmation before it deletes the row with Delete', async () => {
    const keyboard = async (key: string): Promise<void> => {
      await workbench.runCommand('Onna: Focus on Needs Attention View');
      await press('Home');
      await press(key);
    };
    await keyboard('F2');
    await workbench.quickInput.getByText('Rename “Charter contracts”').first().waitFor();
    await workbench.typeInQuickInput('Charter parties');
    await attention('Charter parties').waitFor();
    await keyboard('Delete');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete “Charter parties”').first().waitFor();
    await workbench.screenshotInBothThemes('views-delete');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await attention('Charter parties').waitFor();
  });

  it('filters the Datasources after Ctrl+F in the tree', async () => {
    await workbench.treeRow(/^Legal/).click();
    await press('Control+f');
    await workbench.quickInput.getByText('Filter Datasources').waitFor();
    await workbench.typeInQuickInput('attention', false);
    await workbench.treeRow(/^Harbour log/).waitFor({ state: 'detached' });
    await workbench.treeRow(/^Charter parties/).waitFor();
    await workbench.screenshotInBothThemes('views-filter');
    await press('Escape');
    await workbench.treeRow(/^Harbour log/).waitFor();
  });

  it('removes each row after its problem is solved, and finally says that nothing needs attention', async () => {
    await workbench.rowAction(attention('Harbour wiki'), 'Sync Now');
    await attention('Harbour wiki').waitFor({ state: 'detached' });
    await workbench.treeRow(/^Harbour wiki.*Synced/s).waitFor();
    await workbench.rowAction(attention('Charter parties'), 'Renew Credentials');
    await workbench.quickPick('Use a Secret');
    await workbench.typeInQuickInput(makeCanary('secret'));
    await workbench.section('Needs Attention').getByText('Nothing needs attention.').waitFor();
    await workbench.screenshotInBothThemes('views-nothing');
  });

  it('shows favorites in a group on top of the tree, and stores them in the service', async () => {
    const office = sandbox.find('/workspaces', 'Harbour office');
    const tides = office && sandbox.find(office.path, 'Tide tables');
    const node = tides && sandbox.stores.nodes.byPath(tides.path);
    assert.ok(node);
    await workbench.chooseFromContextMenu(workbench.treeRow(/^Tide tables/), 'Add to Favorites');
    await workbench.treeRow(/^Favorites/).waitFor();
    assert.match((await workbench.treeRows()).join('\n'), /^sandbox[^\n]*\nFavorites\s*1\nTide tables/);
    assert.equal(await workbench.treeRow(/^Tide tables/).count(), 1);
    assert.deepEqual(sandbox.stores.favorites.of(node.id), [sandbox.user]);
    await workbench.screenshotInBothThemes('views-favorites');
    await workbench.chooseFromContextMenu(workbench.treeRow(/^Tide tables/), 'Remove from Favorites');
    await workbench.treeRow(/^Favorites/).waitFor({ state: 'detached' });
    await workbench.treeRow(/^Tide tables/).waitFor();
    assert.deepEqual(sandbox.stores.favorites.of(node.id), []);
  });

  it('shows a favorite that was marked in another client', async () => {
    const office = sandbox.find('/workspaces', 'Harbour office');
    const log = office && sandbox.find(office.path, 'Harbour log');
    const node = log && sandbox.stores.nodes.byPath(log.path);
    assert.ok(node);
    sandbox.stores.favorites.add(sandbox.user, node.id);
    sandbox.stores.nodes.touch(node.id);
    await workbench.runCommand('Onna: Refresh');
    await workbench.treeRow(/^Favorites/).waitFor();
  });

  it('shows the diagnostics, and then saves them as a zip file without secrets or names', async () => {
    await workbench.runCommand('Onna: Collect Diagnostics…');
    await workbench.quickPickRow('Without Names').waitFor();
    await workbench.screenshotInBothThemes('views-diagnostics-question');
    await workbench.quickPick('Without Names');
    await workbench.editorTab('Onna diagnostics.txt').waitFor();
    await until('the document shows the versions', async () =>
      (await workbench.editorText()).includes('===== versions.txt ====='),
    );
    const shown = await workbench.editorText();
    await workbench.screenshotInBothThemes('views-diagnostics');
    const saved = path.join(folder, 'diagnostics.zip');
    await workbench.runCommand('Onna: Save Diagnostics…');
    // Until the dialog is open, the quick input is still the Command Palette.
    await until('the dialog is open', async () =>
      (await workbench.quickInput.locator('input.input').inputValue({ timeout: 1_000 })).startsWith('/'),
    );
    await workbench.chooseFile(saved);
    await until('the zip is saved', async () => (await stat(saved)).size > 0);
    const files = Object.entries(unzipSync(await readFile(saved))).map(
      ([name, bytes]) => [name, strFromU8(bytes)] as const,
    );
    assert.deepEqual(
      files.map(([name]) => name),
      ['versions.txt', 'settings.txt', 'accounts.txt', 'log.txt'],
    );
    const texts = new Map(files);
    for (const line of (texts.get('versions.txt') ?? '').trim().split('\n'))
      assert.ok(shown.includes(line), line);
    assert.match(texts.get('accounts.txt') ?? '', /Test Connection: answered in \d+ ms, using undici\n/);
    assert.match(texts.get('log.txt') ?? '', /debug GET \/.*\/@data 200 \d+ ms\n/);
    const all = files.map(([, text]) => text).join('\n');
    const { password, user, baseUrl } = sandbox;
    const tokens = sandbox.stores.database.all('SELECT id FROM tokens').map(({ id }) => String(id));
    for (const hidden of [password, user, new URL(baseUrl).hostname, folder, ...tokens])
      assert.equal(all.includes(hidden), false, 'the zip contains a secret, a user, a server or a folder');
    assert.doesNotMatch(all, /Harbour|Charter|Tide|Legal|Pilot|eyJ/i);
  });
});
