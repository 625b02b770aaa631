import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { print } from './layerReporter.ts';
import { installExtension } from './packagedExtension.ts';
import { testResultsFolder } from './repository.ts';
import { PageWritings } from './secrets/pageWritings.ts';
import { BrowserSecretStorage } from './secrets/secretStorage.ts';
import { UsedSecrets } from './secrets/usedSecrets.ts';
import { assertNoSecretWritten, temporaryFilesIn, traceLevel } from './secrets/writtenSecrets.ts';
import { shareSecrets } from './sharedSecrets.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';
import { until } from './until.ts';
import { getServerVsCode } from './vscode.ts';
import { startVsCodeServer, type Settings, type VsCodeServer } from './vscodeServer.ts';

/** The themes in which the extension must look native. */
export type Theme = 'light' | 'dark' | 'hc';

const themes: Readonly<Record<Theme, { readonly name: string; readonly className: string }>> = {
  light: { name: 'Default Light Modern', className: 'vs' },
  dark: { name: 'Default Dark Modern', className: 'vs-dark' },
  hc: { name: 'Default High Contrast', className: 'hc-black' },
};

/** Options for opening a workbench. */
export interface WorkbenchOptions {
  /** Default: dark. */
  readonly theme?: Theme;
  /** The folder to open, absolute. Default: an empty one. */
  readonly folder?: string;
  readonly settings?: Settings;
  /** Environment of VS Code's server, and so of the extension, e.g. `ONNA_SANDBOX_CONNECTION`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Adds more extensions to the folder of installed extensions. */
  readonly addExtensions?: (extensionsFolder: string) => Promise<void>;
  /** Called with the page before it opens VS Code. */
  readonly preparePage?: (page: Page) => Promise<void>;
  /**
   * For measurements: does not search for secrets, and uses VS Code's default log level. Otherwise `close` throws if a
   * secret that was used is found anywhere outside SecretStorage.
   */
  readonly isUnwatched?: boolean;
  /** The windows of the profile share secrets, as on the desktop. Needs `isUnwatched`. */
  readonly sharesSecrets?: boolean;
  /** Time zone of the browser, e.g. `Asia/Tokyo`. Default: this machine's. */
  readonly timezoneId?: string;
  /** VS Code asks whether the folder is trusted. */
  readonly hasWorkspaceTrust?: boolean;
}

/** Collects the secrets that a window uses, and the data in which to search for them. */
interface Watch {
  readonly used: UsedSecrets;
  readonly writings: PageWritings;
  readonly secretStorage: BrowserSecretStorage;
}

/**
 * A VS Code window in a browser. The extension is installed from the files of the .vsix, in a fresh profile. Every
 * method waits until its action is complete; none sleeps. Locators are Playwright's and are resolved on each use. Long
 * lists contain only the rows on screen.
 */
export class Workbench {
  /** The page itself, for actions without a method here. */
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: VsCodeServer;
  readonly #home: TemporaryFolder;
  readonly #watch: Watch | undefined;
  #settings: Settings;

  constructor(parts: {
    page: Page;
    browser: Browser;
    server: VsCodeServer;
    home: TemporaryFolder;
    watch: Watch | undefined;
    settings: Settings;
  }) {
    this.page = parts.page;
    this.#browser = parts.browser;
    this.#server = parts.server;
    this.#home = parts.home;
    this.#watch = parts.watch;
    this.#settings = parts.settings;
  }

  /** Waits until VS Code has restored the window and everything that it opens at the start. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.waitForFunction('globalThis.driver !== undefined');
    await this.page.evaluate('globalThis.driver.whenWorkbenchRestored()');
  }

  // --- commands and quick input ---------------------------------------------------------------------

  /** The quick input: the command palette, a quick pick or an input box. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** The rows of the open quick pick whose label or description match. */
  quickPickRow(text: string | RegExp): Locator {
    return this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** The texts of the rows of the open quick pick that are on screen. */
  async quickPickRows(): Promise<string[]> {
    return this.quickInput.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  }

  /** Chooses the first matching row, once it appears. */
  async quickPick(text: string | RegExp): Promise<void> {
    await this.quickPickRow(text).first().click();
  }

  /** Fills in the open quick input. With `accept`, then presses Enter. */
  async typeInQuickInput(text: string, accept = true): Promise<void> {
    const box = this.quickInput.locator('input.input');
    await box.fill(text);
    if (accept) await box.press('Enter');
  }

  /** Opens the command palette with this text in it. */
  async openPalette(text: string): Promise<void> {
    const box = this.quickInput.locator('input.input');
    await until('the command palette was open', async () => {
      // An open menu, for example, may swallow the first key.
      await this.page.keyboard.press('F1');
      await box.waitFor({ timeout: 3_000 });
      return true;
    });
    // The palette may have closed again, because something else took the focus.
    await box.fill(`>${text}`, { timeout: 5_000 });
  }

  /** Runs a command by the title that the palette shows, e.g. "Onna: Sync Now". */
  async runCommand(title: string): Promise<void> {
    // The palette first shows that nothing matches. The label of a row may end with its key binding.
    const label = JSON.stringify(title);
    const row = this.quickInput.locator(
      `.quick-input-list [role="option"]:is([aria-label=${label}], [aria-label^=${label.slice(0, -1)}, "])`,
    );
    await until(`“${title}” was run`, async () => {
      // The palette closes when something else takes the focus, such as a restored page.
      await this.openPalette(title);
      await row.first().click({ timeout: 5_000 });
      return true;
    });
  }

  // --- the view -------------------------------------------------------------------------------------

  /** Opens the Onna view in the sidebar and waits until its tree is shown. */
  async openView(): Promise<void> {
    const icon = this.page
      .locator('.activitybar [role="tab"]')
      .filter({ has: this.page.locator('[aria-label^="Onna"]') });
    await icon.waitFor();
    if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
    await this.sidebar.locator('.pane-body').first().waitFor();
  }

  /** The sidebar, which contains the Onna view once it is open. */
  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** The rows of the tree whose label or description match. */
  treeRow(text: string | RegExp): Locator {
    return this.sidebar.locator('[role="treeitem"]').filter({ hasText: text });
  }

  /** The texts of the tree's rows that are on screen, from top to bottom. */
  async treeRows(): Promise<string[]> {
    const rows = await this.sidebar.locator('[role="treeitem"]').all();
    const texts = await Promise.all(
      rows.map(async (row) => ({
        // VS Code reuses the elements of a list, so their order in the DOM differs from that on screen.
        index: Number(await row.getAttribute('data-index')),
        text: (await row.innerText()).replaceAll('\n', ' ').trim(),
      })),
    );
    return texts.sort((one, other) => one.index - other.index).map(({ text }) => text);
  }

  /** Expands a row and waits until VS Code has its children. */
  async expand(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    await until('the row was expanded', async () => (await row.getAttribute('aria-expanded')) === 'true');
    await row.locator('.codicon-tree-item-loading').waitFor({ state: 'detached' });
  }

  /** Collapses a row. */
  async collapse(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
    await until('the row was collapsed', async () => (await row.getAttribute('aria-expanded')) === 'false');
  }

  /** Clicks the inline action of a row, by its title. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row.locator(`.actions [aria-label^=${JSON.stringify(title)}]`).click();
  }

  /** The items of the open context menu. */
  get #menuItems(): Locator {
    return this.page.locator('.monaco-menu [role="menuitem"]');
  }

  /** Opens the context menu of a row and returns its items. */
  async contextMenu(row: Locator): Promise<Locator> {
    // The hover of another row may cover this one.
    await this.page.mouse.move(0, 0);
    await row.click({ button: 'right', timeout: 5_000 });
    await this.#menuItems.first().waitFor({ timeout: 5_000 });
    return this.#menuItems;
  }

  /** Chooses an item from the context menu of a row. */
  async chooseFromContextMenu(row: Locator, item: string | RegExp): Promise<void> {
    await until(`“${String(item)}” was chosen from the context menu`, async () => {
      // VS Code closes a menu when the focus moves, which can happen when a row behind it is redrawn.
      if ((await this.#menuItems.count()) === 0) await this.contextMenu(row);
      await this.#menuItems.filter({ hasText: item }).first().click({ timeout: 2_000 });
      // A menu ignores clicks in its first 100 ms, and is then still open.
      return this.#menuItems
        .first()
        .waitFor({ state: 'detached', timeout: 1_000 })
        .then(() => true);
    });
  }

  // --- the rest of the window -----------------------------------------------------------------------

  /** The extension's item in the status bar. */
  get statusBarItem(): Locator {
    return this.page.locator('.statusbar-item[id^="onna-datasources."]');
  }

  /** The text of the extension's item in the status bar. */
  async statusBarText(): Promise<string> {
    return (await this.statusBarItem.first().innerText()).trim();
  }

  /** The notifications on screen; filter them by text. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Presses a button of the notification that matches. */
  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    const notification = this.notifications.filter({ hasText: text });
    await notification.hover();
    await notification.getByRole('button', { name: button, exact: true }).click();
  }

  /** The tabs of the open editors. */
  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.editor-group-container .tab').filter({ hasText: title });
  }

  /** The text of the active editor that is on screen. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
    // Editors draw spaces as no-break spaces.
    return (await lines.innerText()).replaceAll('\u00a0', ' ');
  }

  /** The content of the webview in the active editor. */
  webviewFrame(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  // --- the window as a whole ------------------------------------------------------------------------

  /** Changes some settings of the running window and keeps the others. */
  async changeSettings(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await this.#server.writeSettings(this.#settings);
  }

  /** Changes the colour theme and waits until the window shows it. */
  async setTheme(theme: Theme): Promise<void> {
    await until(`the window shows the ${theme} theme`, async () => {
      // Write again on each attempt: a new window may not watch its settings yet.
      await this.changeSettings({ 'workbench.colorTheme': themes[theme].name });
      return this.wears(theme, 2_000);
    });
  }

  /** Whether the window shows this theme now or within `timeoutMs`. */
  async wears(theme: Theme, timeoutMs: number): Promise<boolean> {
    const themed = this.page.locator(`.monaco-workbench.${themes[theme].className}`);
    return themed.waitFor({ timeout: timeoutMs }).then(
      () => true,
      () => false,
    );
  }

  /** Saves a screenshot as test-results/NAME.png, and returns its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(testResultsFolder, { recursive: true });
    const file = path.join(testResultsFolder, `${name}.png`);
    await this.page.screenshot({ path: file });
    await this.remember(name);
    return file;
  }

  /** Saves the current contents of the window. `close` searches them for secrets. */
  async remember(when: string): Promise<void> {
    await this.#watch?.writings.saveDom(when);
  }

  /** Everything stored for this user, by place: the browser's storage and VS Code's files, without logs. */
  async kept(): Promise<ReadonlyMap<string, string>> {
    const kept = new Map(await this.#watch?.writings.stored());
    const folder = path.join(this.#home.path, 'data/data/User');
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile()) kept.set(path.relative(folder, file), await readFile(file, 'utf8'));
    }
    for (const place of kept.keys()) if (place.endsWith('-logs-store')) kept.delete(place);
    return kept;
  }

  /** The contents of SecretStorage, by extension and key. */
  async secretStorage(): Promise<Readonly<Record<string, string>>> {
    return (await this.#watch?.secretStorage.read(this.page)) ?? {};
  }

  /** Opens another window of the same profile, with its own folder. Closing the first window also closes this one. */
  async openWindow(name: string): Promise<Workbench> {
    const folder = path.join(this.#home.path, name);
    await mkdir(folder, { recursive: true });
    const page = await this.page.context().newPage();
    const parts = { browser: this.#browser, server: this.#server, home: this.#home };
    const other = new Workbench({ page, ...parts, watch: undefined, settings: this.#settings });
    const url = new URL(this.#server.url);
    url.searchParams.set('folder', folder);
    await page.goto(url.href);
    await other.waitUntilReady();
    return other;
  }

  /** The files that the extension stores for all windows, relative to {@link storageFolder}. */
  async storedFiles(): Promise<string[]> {
    const folder = this.storageFolder;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  }

  /** The extension's global storage folder. */
  get storageFolder(): string {
    return path.join(this.#home.path, 'data/data/User/globalStorage/onna-datasources.onna-datasources');
  }

  /** Reloads the window as *Developer: Reload Window* does, and waits until it is ready again. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  /**
   * Ends the browser and the server, and deletes the profile.
   * @throws if a secret was written outside SecretStorage
   */
  async close(): Promise<void> {
    try {
      await this.#watch?.writings.finish();
    } finally {
      await this.#browser.close();
      await this.#server.process.stop();
      this.#watch?.used.dispose();
    }
    try {
      if (this.#watch) print(`    ${await assertNoSecretWritten(this.#home.path, this.#watch.used)}`);
    } finally {
      await this.#home.remove();
    }
  }
}

async function open(
  home: TemporaryFolder,
  options: WorkbenchOptions,
  used: UsedSecrets | undefined,
): Promise<Workbench> {
  const folder = options.folder ?? path.join(home.path, 'workspace');
  const extensionsFolder = path.join(home.path, 'extensions');
  const temporaryFiles = path.join(home.path, 'tmp');
  for (const each of [folder, temporaryFiles]) await mkdir(each, { recursive: true });
  await installExtension(extensionsFolder);
  await options.addExtensions?.(extensionsFolder);
  const settings = { ...options.settings, 'workbench.colorTheme': themes[options.theme ?? 'dark'].name };
  const vscode = await getServerVsCode();
  const server = await startVsCodeServer({
    vscode,
    ...(options.hasWorkspaceTrust === true && { hasWorkspaceTrust: true }),
    dataFolder: path.join(home.path, 'data'),
    extensionsFolder,
    folder,
    settings,
    env: { ...temporaryFilesIn(temporaryFiles), ...options.env },
    ...(used && { logLevel: traceLevel }),
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...(options.timezoneId !== undefined && { timezoneId: options.timezoneId }),
    });
    if (options.sharesSecrets === true) await shareSecrets(context, vscode);
    const page = await context.newPage();
    const watch = used && {
      used,
      writings: new PageWritings(page, path.join(home.path, 'window')),
      secretStorage: new BrowserSecretStorage(),
    };
    const workbench = new Workbench({ page, browser, server, home, watch, settings });
    await watch?.secretStorage.prepare(page);
    await options.preparePage?.(page);
    await page.goto(server.url);
    await workbench.waitUntilReady();
    // Applying the theme is the last step of loading settings in a new window.
    await until('the window shows its theme', () => workbench.wears(options.theme ?? 'dark', 2_000));
    return workbench;
  } catch (error) {
    await browser?.close();
    await server.process.stop();
    throw error;
  }
}

/** Starts VS Code with the extension, and opens its window in a browser. Takes about 6 s. The caller must close it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const home = await makeTemporaryFolder('onna-workbench');
  const used = options.isUnwatched === true ? undefined : new UsedSecrets();
  try {
    return await open(home, options, used);
  } catch (error) {
    used?.dispose();
    await home.remove();
    throw error;
  }
}

/**
 * To be called in a suite. After each test, saves the contents of the window, to be searched for secrets. If the test
 * failed, takes a screenshot instead, which saves the contents, too.
 */
export function keepPicturesOfFailures(workbench: () => Workbench | undefined): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') {
      await workbench()?.remember(test?.title ?? '');
      return;
    }
    await workbench()?.screenshot(
      `failed-${test
        .fullTitle()
        .replaceAll(/[^\w]+/g, '-')
        .slice(0, 100)}`,
    );
  });
}
