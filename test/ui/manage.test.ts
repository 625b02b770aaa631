import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const olaf = 'olaf@sandbox.test';

describe('The extension with two users who share a Datasource', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let password: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-manage-'));
    const origin = path.join(folder, 'origin');
    await mkdir(origin);
    for (const name of ['berths.md', 'pilots.md']) await writeFile(path.join(origin, name), `About ${name}`);
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Harbour', 'harbour');
    sandbox.addDatasource({ parent: '/workspaces/harbour', title: 'Chat', type: 'slack', origin });
    ({ password } = await sandbox.addUser({ login: olaf, name: 'Olaf', surname: 'Berg', at: '/wallet' }));
    sandbox.stores.groups.save({ id: 'pilots', title: 'Pilots', members: [olaf] });
    await sandbox.settled();
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({ env });
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
  const list = (placeholder: string): Promise<void> =>
    workbench.quickInput.getByPlaceholder(placeholder).waitFor();
  /** Opens the input box for a user or group. Waits for its placeholder, because the access list has a box too. */
  const askPrincipal = async (): Promise<void> => {
    await workbench.quickPick('Add Users or Groups');
    await list('Type an email address, or the name of a user or group');
  };
  const press = (key: string): Promise<void> => workbench.page.keyboard.press(key);
  const requests = (method: string): number =>
    sandbox.requests().filter((request) => request.method === method).length;

  /** Selects a row and presses a key when the tree has the focus. */
  async function pressOn(text: string | RegExp, key: string): Promise<void> {
    await row(text).click();
    await press(key);
  }

  it('creates a Workspace with a Datasource, lets the user go back a step, and shows the new rows immediately', async () => {
    await workbench.runCommand('Onna: New Workspace…');
    await input('The title of the new Workspace');
    await workbench.typeInQuickInput('Quay');
    await row(/^Quay/).waitFor();
    await workbench.rowAction(row(/^Quay/), 'New Datasource');
    await list('Choose the source');
    await workbench.quickPickRow('Confluence').first().waitFor();
    await workbench.screenshotInBothThemes('manage-new-type');
    await workbench.quickPick('Confluence');
    await input('The title of the new Datasource');
    await workbench.typeInQuickInput('Wiki', false);
    await workbench.quickInput.getByRole('button', { name: 'Back' }).click();
    await workbench.quickPick('Confluence');
    await until(
      'the title is kept',
      async () => (await workbench.quickInput.locator('input.input').inputValue()) === 'Wiki',
    );
    await press('Enter');
    await list('Choose how the Datasource is kept up to date');
    await workbench.quickPick(/^auto/);
    await input('The address of the source');
    await workbench.typeInQuickInput('');
    await row(/^Wiki.*Not configured/s).waitFor();
  });

  it('configures the Datasource, which then syncs', async () => {
    await workbench.rowAction(row(/^Wiki/), 'Configure');
    await input('The address of the source');
    await workbench.typeInQuickInput('not an address');
    await input('This is not an address');
    await workbench.typeInQuickInput(new URL(`file://${path.join(folder, 'origin')}`).href);
    await row(/^Wiki.*Synced/s).waitFor();
  });

  it('renames the Datasource with F2 and the Workspace from its menu', async () => {
    await pressOn(/^Wiki/, 'F2');
    await input('Rename “Wiki”');
    await workbench.screenshotInBothThemes('manage-rename');
    await workbench.typeInQuickInput('Tide tables');
    await row(/^Tide tables/).waitFor();
    await workbench.chooseFromContextMenu(row(/^Quay/), 'Rename');
    await workbench.typeInQuickInput('Old Quay');
    await row(/^Old Quay/).waitFor();
  });

  it('changes the sync type, and first warns if deletions will be mirrored', async () => {
    const menu = await workbench.contextMenu(row(/^Tide tables/));
    await menu.filter({ hasText: 'Delete' }).first().waitFor();
    await workbench.screenshotInBothThemes('manage-menu');
    await press('Escape');
    for (const [type, isConfirmed] of [
      ['arch', false],
      ['auto', true],
    ] as const) {
      await workbench.chooseFromContextMenu(row(/^Tide tables/), 'Change Sync Type');
      await workbench.quickPick(new RegExp(`^${type}`));
      if (isConfirmed) {
        const dialog = workbench.page.locator('.monaco-dialog-box');
        await dialog.getByText(/deleted in Onna too/).waitFor();
        await dialog.getByRole('button', { name: 'Change Sync Type' }).click();
      }
      await until(`the sync type is ${type}`, () => {
        const found = sandbox.stores.nodes.ofType('ConfluenceDatasource')[0];
        return found && sandbox.stores.datasources.byId(found.id)?.typeSync === type;
      });
    }
  });

  it('moves the Datasource to another Workspace', async () => {
    await workbench.chooseFromContextMenu(row(/^Tide tables/), 'Move to');
    await list('Choose the new place');
    await workbench.quickPick('Harbour');
    await row(/^Harbour\s*2/).waitFor();
    await until(
      'the sandbox has moved it',
      () => sandbox.find('/workspaces/harbour', 'Tide tables') !== undefined,
    );
  });

  it('shares the Datasource with a suggested user and a group, and lists all users and groups with access', async () => {
    await workbench.chooseFromContextMenu(row(/^Tide tables/), 'Share');
    await askPrincipal();
    await workbench.typeInQuickInput('pilo', false);
    await workbench.quickPick('Pilots');
    await workbench.quickPick('View');
    await workbench.quickPickRow('pilots').first().waitFor();
    await askPrincipal();
    await workbench.typeInQuickInput('berg', false);
    await workbench.quickPickRow('Olaf Berg').first().waitFor();
    await workbench.screenshotInBothThemes('manage-share-suggestions');
    await workbench.quickPick('Olaf Berg');
    await workbench.quickPick('Owner');
    await workbench.quickPickRow(olaf).first().waitFor();
    await workbench
      .quickPickRow(/Inherited from “Harbour”/)
      .first()
      .waitFor();
    await workbench.screenshotInBothThemes('manage-share');
    await press('Escape');
    await row(/^Tide tables.*Invited/s).waitFor();
  });

  it('changes the user’s own role without a warning if the user still manages the whole account', async () => {
    await workbench.chooseFromContextMenu(row(/^Old Quay/), 'Share');
    await workbench.quickPick(/ines@sandbox\.test \(you\).*Owner/s);
    await workbench.quickPick('Edit');
    // The right to manage the whole account remains, so the user can still manage the Workspace.
    await workbench
      .quickPickRow(/\(you\).*Edit · guillotina\.Editor/s)
      .first()
      .waitFor();
    await press('Escape');
  });

  it('offers the invited user only the allowed actions, and lets this user accept the invitation', async () => {
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
    const invited = workbench.treeRow(/^Tide tables.*Invited/s);
    await until('both users see the Datasource', async () => (await invited.count()) === 2);
    // Only the invited user can accept the invitation.
    const accept = workbench.sidebar.locator('[aria-label^="Accept Invitation"]');
    await invited.last().hover();
    await workbench.screenshot('manage-invited');
    await workbench.rowAction(invited.last(), 'Accept Invitation');
    await until('the invitation is accepted', async () => (await invited.count()) === 0);
    await workbench
      .treeRow(/^Tide tables.*Synced/s)
      .last()
      .waitFor();
    assert.equal(await accept.count(), 0);
  });

  it('deletes the Datasource after the user types its title, and also removes the other user’s row', async () => {
    await pressOn(/^Tide tables/, 'Delete');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(/Delete “Tide tables” and its 2 Resources\?/).waitFor();
    await workbench.screenshotInBothThemes('manage-delete');
    await dialog.getByRole('button', { name: 'Delete…' }).click();
    await input('Type “Tide tables” to delete it');
    await workbench.typeInQuickInput('Tide');
    await input('This is not “Tide tables”');
    await workbench.screenshot('manage-delete-title');
    assert.equal(requests('DELETE'), 0);
    await workbench.typeInQuickInput('Tide tables');
    await until(
      'both rows are gone',
      async () => (await workbench.treeRow(/^Tide tables/).count()) === 0,
      60_000,
    );
    assert.equal(requests('DELETE'), 1);
  });
});
