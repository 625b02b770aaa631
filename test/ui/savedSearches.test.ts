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

describe('The search in the workbench', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-saved-'));
    const origin = path.join(folder, 'origin');
    await mkdir(origin);
    for (let index = 0; index < 30; index++)
      await writeFile(path.join(origin, `plan ${index}.md`), `The harbour plan number ${index}\n`);
    for (let index = 0; index < 5; index++)
      await writeFile(path.join(origin, `table ${index}.csv`), `harbour,tide\n${index},${index}\n`);
    await writeFile(path.join(origin, 'harbour broken.pdf'), '%PDF-1.4 no more');
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Harbour', 'harbour');
    for (const [title, id] of [
      ['Wiki', 'wiki'],
      ['Pilots’ mail', 'mail'],
    ] as const)
      sandbox.addDatasource({ parent: '/workspaces/harbour', ...{ title, id, type: 'confluence', origin } });
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
  const section = (name: string): Locator =>
    workbench.sidebar.locator('.pane-header').filter({ hasText: name });

  /** Saves a screenshot in both themes. */
  const bothThemes = (name: string): Promise<void> => workbench.screenshotInBothThemes(name);

  async function search(query: string): Promise<void> {
    const box = workbench.webviewFrame().locator('input').first();
    await box.fill(query);
    await box.press('Enter');
    await workbench.webviewFrame().locator('.hit').first().waitFor();
  }

  it('explains how to save a search if no search is saved', async () => {
    await section('Saved Searches').click();
    await workbench.sidebar.getByText('Run a search, and choose Save Search…').waitFor();
    await bothThemes('saved-searches-empty');
  });

  it('lists searches that were saved with the button on the search page or with the command', async () => {
    await workbench.rowAction(row('Wiki'), 'Search');
    await workbench.editorTab('Search: Wiki').waitFor();
    await search('harbour type:csv');
    await workbench.webviewFrame().getByLabel('Sort by').selectOption('Title A–Z');
    await workbench
      .webviewFrame()
      .getByText(/^5 results/)
      .waitFor();
    await workbench.webviewFrame().getByRole('button', { name: 'Save Search…' }).click();
    await workbench.typeInQuickInput('Tide tables');
    await row('Tide tables').waitFor();
    assert.equal(
      await row('Tide tables').locator('.label-description').innerText(),
      'harbour type:csv · Wiki',
    );
    await search('plan');
    await workbench.runCommand('Onna: Save Search…');
    await workbench.typeInQuickInput('Plans');
    await row('Plans').waitFor();
    await bothThemes('saved-searches');
  });

  it('runs a saved search with its query and order when the user clicks its row', async () => {
    await row('Tide tables').click();
    const page = workbench.webviewFrame();
    await page.getByText(/^5 results/).waitFor();
    assert.equal(await page.locator('input').first().inputValue(), 'harbour type:csv');
    assert.equal(await page.getByLabel('Sort by').inputValue(), 'title');
    await workbench.runCommand('View: Close All Editors');
    await row('Tide tables').click();
    await page.getByText(/^5 results/).waitFor();
    assert.equal(await page.locator('input').first().inputValue(), 'harbour type:csv');
  });

  it('renames the focused row when the user presses F2, and deletes it when the user presses Delete', async () => {
    await row('Plans').click();
    await workbench
      .webviewFrame()
      .getByText(/^30 results/)
      .waitFor();
    await workbench.runCommand('Onna: Focus on Saved Searches View');
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('F2');
    await workbench.typeInQuickInput('Harbour plans');
    await row('Harbour plans').waitFor();
    await workbench.runCommand('Onna: Focus on Saved Searches View');
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('Delete');
    const dialog = workbench.page.getByRole('dialog');
    await dialog.getByText('Delete the saved search “Tide tables”?').waitFor();
    await workbench.screenshot('saved-searches-delete-dark');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row('Tide tables').waitFor({ state: 'detached' });
    assert.equal(await workbench.treeRow('Harbour plans').count(), 1);
  });

  it('copies a query, and shows another window’s saved search once the view is collapsed and expanded', async () => {
    await workbench.chooseFromContextMenu(row('Harbour plans'), 'Copy Query of Saved Search');
    const [file = ''] = (await workbench.storedFiles()).filter((name) => name.startsWith('savedSearches'));
    const connection = path.basename(file).split('.', 1)[0] ?? '';
    await section('Saved Searches').click();
    const other = { name: 'From another window', query: 'ebb', sort: 'relevance', filters: {} };
    await writeFile(
      path.join(workbench.storageFolder, 'savedSearches', `${connection}.other.json`),
      JSON.stringify(other),
    );
    await section('Saved Searches').click();
    await row('From another window').waitFor();
  });

  it('completes words with suggestions of the service, and completes titles of Datasources', async () => {
    await workbench.runCommand('Onna: Search…');
    await workbench.editorTab('Search: sandbox').waitFor();
    const page = workbench.webviewFrame();
    const box = page.getByRole('combobox', { name: 'Search' });
    await box.fill('');
    await box.pressSequentially('har');
    // The words come from the index of the sandbox.
    await page.getByRole('option', { name: /^harbour/ }).click();
    assert.equal(await box.inputValue(), 'harbour');
    await box.pressSequentially(' in:');
    await page.getByRole('option', { name: /^Pilots’ mail/ }).waitFor();
    await workbench.page.keyboard.press('ArrowDown');
    await bothThemes('search-completion');
    await box.focus();
    await box.press('End');
    await box.pressSequentially('P');
    await page.getByRole('option', { name: /^Pilots’ mail/ }).waitFor();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Tab');
    assert.equal(await box.inputValue(), 'harbour in:"Pilots’ mail"');
    await workbench.page.keyboard.press('Enter');
    await page.getByText(/^36 results/).waitFor();
  });

  it('restricts hits by Datasource, date and exception', async () => {
    await section('Saved Searches').click();
    await workbench.runCommand('Onna: Search…');
    await workbench.editorTab('Search: sandbox').waitFor();
    await search('harbour');
    const page = workbench.webviewFrame();
    await page.getByRole('button', { name: 'md: 60 results' }).waitFor();
    await page.getByRole('button', { name: 'Wiki: 36 results' }).click();
    await page.getByText(/^36 results/).waitFor();
    await bothThemes('search-facets');
    await page.getByRole('group', { name: 'Exceptions' }).getByRole('button').first().click();
    await page.getByText(/^1 result /).waitFor();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.locator('.chip[aria-pressed="true"]').filter({ hasText: 'Last 7 days' }).waitFor();
    await page.getByText(/^1 result /).waitFor();
    await workbench.screenshot('search-facets-chosen-dark');
    await page.locator('.facets').getByRole('button', { name: 'Clear Filters' }).click();
    await page.getByText(/^(About )?72 results/).waitFor();
  });

  it('deletes the saved searches and hides their view after the user signs out', async () => {
    await workbench.runCommand('Onna: Sign Out…');
    await workbench.page.getByRole('dialog').getByRole('button', { name: 'Sign Out' }).click();
    await section('Saved Searches').waitFor({ state: 'detached' });
    await until('the files are deleted', async () =>
      (await workbench.storedFiles()).every((name) => !name.startsWith('savedSearches')),
    );
    // The check for secrets reads the clipboard, which needs the focus. The closed page had it.
    await workbench.sidebar.locator('.title').first().click();
  });
});
