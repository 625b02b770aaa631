import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { safeFileName } from '../../src/model/resources/fileName.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { displayText } from '../../src/shared/displayText.ts';
import { installBenchExtensions } from '../bench/benchExtensions.ts';
import { Forwarder } from '../support/forwarder.ts';
import { hostileCommand, hostileStrings } from '../support/hostileStrings.ts';
import { makeTemporaryFolder } from '../support/temporaryFolder.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';
import { until } from '../support/until.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';
import { throwUncaught } from '../support/throwUncaught.ts';

/** Joins the strings into a few titles that are short enough to be displayed without truncation. */
function titlesOf(texts: readonly string[]): string[] {
  const titles: string[] = [];
  for (const text of texts) {
    const last = titles.at(-1);
    if (last !== undefined && last.length + text.length < 180)
      titles[titles.length - 1] = `${last} ¦ ${text}`;
    else titles.push(`${titles.length + 1}: ${text}`);
  }
  return titles;
}

/**
 * Removes white space, because VS Code renders it in different ways. Also removes the invisible characters that the
 * extension inserts so that VS Code does not render links and icons.
 */
function compact(text: string): string {
  return text.replaceAll(/[\s\u200b\u2060\u00ad]/g, '');
}

/** Returns the text that the service sends as its error message for this title. */
const errorTextOf = (title: string): string => title.slice(0, 10_000);
/** Returns the part of the error message for this title that the extension quotes, in the form of `compact`. */
const asQuoted = (title: string): string =>
  compact(displayText(title.slice(0, 500), 80)).replace(/[.\s…]+$/, '');

/** Returns a title as the workbench displays it, in the form that `compact` returns. */
const asText = (title: string): string => compact(displayText(title, 200));

/** Hostile ids of Datasources. VS Code shows the id as the title of a document. An id contains no `/` and no `\`. */
const ids = hostileStrings.map(({ text }) => text).filter((text) => text.isWellFormed() && text.length < 100);
const idOf = (index: number): string => `${index + 1} ${ids[3 * index] ?? ''}`.replaceAll(/[/\\]/g, '');

/** The hostile strings that are valid file names on this system. The sandbox does not collect hidden files. */
const fileNames = hostileStrings
  .map(({ text }) => text)
  .filter((text) => !/^\.|[/\0]/.test(text) && text.isWellFormed() && Buffer.byteLength(text) < 250)
  .filter((text) => process.platform !== 'win32' || safeFileName(text) === text)
  .map((text) => `${text}.txt`);
const brokenFiles = fileNames.map((name) => name.replace(/txt$/, 'pdf'));

/** Writes the files. Each file contains the word “tide” between two copies of a hostile string. */
async function makeFiles(folder: string): Promise<void> {
  await mkdir(folder);
  const texts = hostileStrings.map(({ text }) => text.slice(0, 100).replaceAll('\0', ''));
  for (const [index, name] of fileNames.entries())
    await writeFile(path.join(folder, name), `${texts[index] ?? ''} tide ${texts[index] ?? ''}`);
}

/** A selector for elements that exist only if a text was parsed as markup. */
const madeOfMarkup =
  'script, img, iframe, svg[onload], h1, em, b, i, del, table, textarea, a[href^="http"], a[href^="command:"], ' +
  'a[href^="file:"], a[href^="javascript:"], a[data-href]';

/** Returns an extension whose command appends to `file`. No text from the service may ever run this command. */
function commandThatRecords(file: string): Parameters<typeof installBenchExtensions>[1] {
  const code = `'use strict';
const { appendFileSync } = require('node:fs');
const vscode = require('vscode');
exports.activate = (context) => {
  context.subscriptions.push(vscode.commands.registerCommand('${hostileCommand}', () =>
    appendFileSync(${JSON.stringify(file)}, 'ran\\n')));
};`;
  return [{ name: 'hostile', manifest: { activationEvents: ['onStartupFinished'] }, code }];
}

/** Records every dialog and every violation of the content security policy in a window. The test expects none. */
async function watch(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(throwUncaught);
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) problems.push(message.text());
  });
  await page.addInitScript(
    `window.violations = [];
     addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));`,
  );
  return problems;
}

describe('The workbench with hostile text from the service', function () {
  const titles = titlesOf(hostileStrings.map(({ text }) => text));
  let home: TemporaryFolder;
  let sandbox: Sandbox;
  let forwarder: Forwarder;
  let workbench: Workbench;
  let problems: string[] = [];
  /** The failure reason of the Datasource with broken files. */
  const reason = titles.find((title) => title.includes('](command:')) ?? '';
  /** The path of the Datasource whose files are not valid PDFs. */
  let broken: string;

  before(async () => {
    home = await makeTemporaryFolder('onna-hostile');
    sandbox = await startSandbox({ user: 'ines@sandbox.test', passwordCost: 16 });
    forwarder = await Forwarder.start(sandbox.baseUrl);
    const { path: parent } = sandbox.addWorkspace(`Workspace ${titles[3] ?? ''}`, 'hostile');
    for (const [index, title] of titles.entries()) {
      const id = idOf(index);
      const made = sandbox.addDatasource({ parent, title, id, type: 'confluence', status: 'synced' });
      await sandbox.setStatus(made.path, 'error', title);
    }
    const folder = path.join(home.path, 'origin');
    await makeFiles(folder);
    const brokenFolder = path.join(home.path, 'broken');
    await mkdir(brokenFolder);
    for (const name of brokenFiles)
      await writeFile(path.join(brokenFolder, name), '%PDF-1.4\nthis is no PDF');
    const options = { parent, title: 'Broken files', id: 'broken', type: 'confluence' } as const;
    broken = sandbox.addDatasource({ ...options, sync: 'one', origin: brokenFolder }).path;
    sandbox.addDatasource({
      parent,
      title: 'Files',
      id: 'files',
      type: 'confluence',
      sync: 'one',
      origin: folder,
    });
    await sandbox.settled();
    const { container, account, user, password } = sandbox;
    const known = { baseUrl: forwarder.baseUrl, container, account, user, password };
    const env = await connectionEnv(home.path, known);
    workbench = await openWorkbench({
      env,
      addExtensions: (folder) =>
        installBenchExtensions(folder, commandThatRecords(path.join(home.path, 'ran.txt'))),
      preparePage: async (page) => {
        await page.setViewportSize({ width: 1_600, height: 2_000 });
        problems = await watch(page);
      },
    });
  });
  after(async () => {
    await workbench.close();
    await forwarder.close();
    await sandbox.close();
    await home.remove();
  });
  keepPicturesOfFailures(() => workbench);
  afterEach(async () => {
    forwarder.refuse = () => undefined;
    assert.deepEqual(problems, []);
    for (const frame of workbench.page.frames())
      assert.deepEqual(await frame.evaluate('window.violations ?? []').catch(() => []), [], frame.url());
  });

  /** Returns the compact text of an element. Asserts that the element contains no parsed markup. */
  async function textOf(element: Locator): Promise<string> {
    assert.equal(await element.locator(madeOfMarkup).count(), 0, await element.innerHTML());
    return compact((await element.textContent()) ?? '');
  }

  /** The row of the Datasource with this index. Every title begins with its number. */
  function rowOf(index: number): Locator {
    return workbench.treeRow(new RegExp(`^\\s*${index + 1}:`)).first();
  }

  it('shows hostile titles and error messages as plain text in the tree', async () => {
    await workbench.openView();
    await rowOf(0).waitFor();
    for (const [index, title] of titles.entries()) {
      const label = rowOf(index).locator('.monaco-icon-label-container');
      assert.equal(await label.locator('.codicon').count(), 0);
      // The cause of the error follows, truncated to the width of the row.
      const shown = await textOf(label);
      assert.ok(shown.startsWith(asText(title) + compact('Error')), shown);
      const spoken = compact((await rowOf(index).getAttribute('aria-label')) ?? '');
      assert.ok(spoken.startsWith(`${asText(title)},Confluence,Error`), spoken);
    }
    await workbench.screenshot('hostile-tree-dark');
  });

  it('shows hostile titles and error messages as plain text in tooltips', async () => {
    const hover = workbench.tooltip;
    await workbench.withTooltips(async () => {
      for (const [index, title] of titles.entries()) {
        await until('the tooltip is shown', async () => {
          await workbench.page.mouse.move(1_200, 900);
          await rowOf(index).hover({ position: { x: 80, y: 10 }, timeout: 2_000 });
          await hover.getByText('Owners').waitFor({ timeout: 2_000 });
          // Compares only the start, because the rest contains a time of day.
          return (await textOf(hover)).startsWith(`${index + 1}:`);
        });
        assert.equal(
          await hover.locator('a, .codicon:not(.codicon-pin)').count(),
          0,
          await hover.innerHTML(),
        );
        const shown = await textOf(hover);
        assert.ok(shown.startsWith(asText(title)), shown);
        assert.ok(shown.includes(compact(displayText(`Why: ${title}`, 500))), shown);
        if (index === 0) await workbench.screenshot('hostile-tooltip-dark');
      }
    });
  });

  it('shows hostile titles as plain text in quick picks', async () => {
    await workbench.runCommand('Onna: Show Properties');
    const rows = workbench.quickInput.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    const missing = new Set(titles.map(asText));
    await workbench.screenshot('hostile-quick-pick-dark');
    await until('all titles were shown', async () => {
      for (const row of await rows.all()) {
        const label = row.locator('.quick-input-list-label .label-name').first();
        assert.equal(await row.locator('.quick-input-list-rows .label-name .codicon').count(), 0);
        missing.delete(await textOf(label));
      }
      await workbench.page.keyboard.press('PageDown');
      return missing.size === 0;
    });
    await workbench.page.keyboard.press('Escape');
  });

  it('shows hostile titles and error messages as plain text in notifications', async () => {
    await workbench.runCommand('Notifications: Show Notifications');
    await sandbox.setStatus(broken, 'error', reason);
    await workbench.runCommand('Onna: Refresh');
    const news = workbench.page
      .locator('.notifications-center .notification-list-item-message')
      .filter({ hasText: '“Broken files” stopped with an error.' });
    // VS Code closes an empty list of notifications, so open it again if it is not there.
    const list = workbench.page.locator('.notifications-center');
    await until('the notification is listed', async () => {
      if (!(await list.isVisible())) await workbench.runCommand('Notifications: Show Notifications');
      return news.isVisible();
    });
    assert.equal(await news.locator('a, .codicon').count(), 0, await news.innerHTML());
    assert.ok((await textOf(news)).includes(asText(reason)));
    for (const [index, title] of titles.entries()) {
      forwarder.refuse = (_, path) => (path.includes('@sendToSpyder') ? errorTextOf(title) : undefined);
      const message = workbench.page
        .locator('.notifications-center .notification-list-item-message')
        .filter({ hasText: `“${index + 1}:` })
        .first();
      await workbench.rowAction(rowOf(index), 'Sync Now');
      await until(`the failure of row ${index + 1} is listed`, async () => {
        // The newest notification is at the top, which may be out of view.
        await list.hover();
        await workbench.page.mouse.wheel(0, -100_000);
        return message.isVisible();
      });
      assert.equal(await message.locator('a, .codicon').count(), 0, await message.innerHTML());
      const shown = await textOf(message);
      assert.ok(shown.startsWith(`“${asText(title)}”couldnotbesynced.`), shown);
      const said = asQuoted(title);
      assert.ok(shown.includes(`Theservicesaid:“${said}`), shown);
    }
    await workbench.screenshot('hostile-notifications-dark');
    await workbench.runCommand('Notifications: Clear All Notifications');
    forwarder.refuse = () => undefined;
  });

  it('shows hostile titles as plain text in the status bar and its tooltip', async () => {
    for (const index of titles.keys()) {
      if (!/\$\(/.test(titles[index] ?? '')) continue;
      await workbench.chooseFromContextMenu(rowOf(index), 'Reprocess Unprocessed');
      const item = workbench.page.locator('.statusbar-item').filter({ hasText: `“${index + 1}:` });
      await item.waitFor();
      assert.equal(await item.locator('.codicon').count(), 0, await item.innerHTML());
      assert.ok((await textOf(item)).includes(asText(titles[index] ?? '')));
    }
    const hover = workbench.tooltip;
    await workbench.withTooltips(async () => {
      await until('the tooltip is shown', async () => {
        await workbench.page.mouse.move(1_200, 900);
        await workbench.statusBarItem.first().hover();
        await hover.getByText('Needs attention').waitFor({ timeout: 2_000 });
        return true;
      });
      assert.equal(await hover.locator('a').count(), 0, await hover.innerHTML());
      const shown = await textOf(hover);
      assert.ok(
        titles.some((title) => shown.includes(asText(title))),
        shown,
      );
      await workbench.screenshot('hostile-status-bar-dark');
    });
  });

  it('shows hostile error messages as plain text in the prompts of input boxes', async () => {
    await workbench.runCommand('Onna: Sign In…');
    await workbench.quickInput.getByText(/The server’s address/).waitFor();
    await workbench.typeInQuickInput(forwarder.baseUrl);
    await workbench.quickInput.getByText(/^The container:/).waitFor();
    await workbench.typeInQuickInput('rel0');
    await workbench.quickInput.getByText(/^The account:/).waitFor();
    await workbench.typeInQuickInput('sandbox');
    await workbench.quickPick('User and password');
    await workbench.quickInput.getByText('Your user').waitFor();
    await workbench.typeInQuickInput(titles.find((title) => title.includes('](command:')) ?? '');
    const prompt = workbench.quickInput.locator('.quick-input-message');
    await prompt.getByText(/The password of/).waitFor();
    assert.equal(await prompt.locator('a, .codicon').count(), 0, await prompt.innerHTML());
    for (const title of titles) {
      forwarder.refuse = () => errorTextOf(title);
      await workbench.typeInQuickInput('x');
      const said = asQuoted(title);
      await until(
        'the prompt shows the error',
        async () => compact((await prompt.textContent()) ?? '').includes(said),
        10_000,
      );
      assert.equal(await prompt.locator('a, .codicon').count(), 0, await prompt.innerHTML());
    }
    await workbench.screenshot('hostile-prompt-dark');
    forwarder.refuse = () => undefined;
    await workbench.page.keyboard.press('Escape');
  });

  it('shows hostile file names and snippets as plain text on the search page', async () => {
    await workbench.rowAction(workbench.treeRow('ines@sandbox.test').first(), 'Search');
    await workbench.editorTab('Search: sandbox').waitFor();
    const page = workbench.webviewFrame();
    const box = page.getByRole('combobox', { name: 'Search' });
    await box.fill('tide');
    await box.press('Enter');
    await page.locator('[role="option"]').first().waitFor();
    const missing = new Map(fileNames.map((name) => [asText(name), name]));
    const snippets: string[] = [];
    await until('all hits were drawn', async () => {
      for (const hit of await page.locator('.hit').all()) {
        missing.delete(await textOf(hit.locator('.title bdi')));
        for (const line of await hit.locator('.snippet').all()) snippets.push(await textOf(line));
      }
      await page.locator('.hits').press('PageDown');
      const last = page.locator(`#hit-${fileNames.length - 1}[aria-selected="true"]`);
      return missing.size === 0 || (await last.count()) > 0;
    });
    assert.deepEqual([...missing.keys()], []);
    assert.ok(
      snippets.some((line) => line.includes('<script>alert(1)</script>')),
      snippets.join('\n'),
    );
    await workbench.screenshot('hostile-search-dark');
  });

  it('shows hostile titles and reasons as plain text in the header of a details page', async () => {
    for (const [index, title] of titles.slice(0, 3).entries()) {
      await workbench.rowAction(rowOf(index), 'Show Details');
      const header = workbench.webviewFrame().locator('header');
      await header.getByRole('heading', { name: `${index + 1}:` }).waitFor();
      assert.equal(await textOf(header.getByRole('heading')), asText(title));
      const reason = await textOf(header.locator('.notice.banner'));
      assert.ok(reason.startsWith(asText(title)), reason);
      // The only match is the heading of the page itself.
      assert.equal(await header.locator(madeOfMarkup).count(), 1);
    }
    await workbench.screenshot('hostile-details-dark');
  });

  it('shows hostile file names and reasons as plain text in the tabs of a details page', async () => {
    await workbench.rowAction(workbench.treeRow(/^\s*Broken files/).first(), 'Show Details');
    const page = workbench.webviewFrame();
    await page.getByRole('heading', { name: 'Broken files' }).waitFor();
    /** Waits until each file name has been on screen as plain text. */
    const findAll = async (cells: string): Promise<void> => {
      const missing = new Set(brokenFiles.map(asText));
      const drawn = page.locator(`${cells} bdi`);
      await drawn.first().waitFor();
      await until('all files were drawn', async () => {
        for (const text of await drawn.allTextContents()) missing.delete(compact(text));
        if (missing.size > 0) await drawn.last().scrollIntoViewIfNeeded({ timeout: 1_000 });
        return missing.size === 0;
      });
    };
    const run = page.locator('.history tbody tr').filter({ hasText: 'Error' }).first();
    await run.waitFor();
    assert.equal(await textOf(run.locator('.long')), asText(reason));
    await page.getByRole('tab', { name: 'Exceptions' }).click();
    await findAll('.exceptions .file');
    await workbench.screenshot('hostile-exceptions-dark');
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByRole('checkbox', { name: 'Errors only' }).uncheck();
    await findAll('.logs .file');
    const markup = page.locator(
      `.logs :is(${madeOfMarkup}):not(table), .exceptions :is(${madeOfMarkup}):not(table)`,
    );
    assert.equal(await markup.count(), 0);
    await page.getByRole('button', { name: 'Open as Document' }).click();
    await workbench.editorTab(/Broken files\.collection\.log/).waitFor();
    await until('the log is shown', async () => (await workbench.editorText()).includes('.pdf'));
  });

  it('shows hostile ids as plain text in the tabs of documents', async () => {
    for (const index of titles.keys()) {
      await workbench.chooseFromContextMenu(rowOf(index), 'Show Properties');
      const tab = workbench.page.locator('.editor-group-container .tab.active .monaco-icon-label-container');
      const shown = `${idOf(index)}.json`.replaceAll(
        /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
        (sign) => `\ufffd${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      await workbench.page
        .locator('.editor-group-container .tab.active[data-resource-name$=".json"]')
        .waitFor();
      await until(
        `the tab ${shown} is open`,
        async () => {
          // VS Code appends the folder name if another tab has the same title.
          const found = await textOf(tab);
          assert.equal(found.slice(0, compact(shown).length), compact(shown));
          return true;
        },
        10_000,
      );
      assert.equal(await tab.locator('.codicon').count(), 0);
      await until(
        'the properties are shown',
        async () => (await workbench.editorText()).includes('"@id"'),
        10_000,
      );
    }
    await workbench.screenshot('hostile-document-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('hostile-document-light');
  });

  it('never runs a command from a hostile text', async () => {
    await workbench.runCommand('Developer: Show Running Extensions');
    await assert.rejects(readFile(path.join(home.path, 'ran.txt')), { code: 'ENOENT' });
  });
});
