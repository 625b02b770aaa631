import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { isProcessAlive } from '../../src/base/processes.ts';
import { extensionHostsOf } from './extensionHosts.ts';
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

/** The color themes that the tests use. `hc` is high contrast. */
export type Theme = 'light' | 'dark' | 'hc';

const themes: Readonly<Record<Theme, { readonly name: string; readonly className: string }>> = {
  light: { name: 'Default Light Modern', className: 'vs' },
  dark: { name: 'Default Dark Modern', className: 'vs-dark' },
  hc: { name: 'Default High Contrast', className: 'hc-black' },
};

/** VS Code's setting for the time until a tooltip appears, in ms. */
const tooltipDelay = 'workbench.hover.delay';
/** A value of {@link tooltipDelay} that is longer than any test. */
const noTooltipsMs = 3_600_000;

/** Options of {@link openWorkbench}. */
export interface WorkbenchOptions {
  /** The color theme. Default: dark. */
  readonly theme?: Theme;
  /** The absolute path of the folder to open. Default: an empty folder. */
  readonly folder?: string;
  readonly settings?: Settings;
  /** Additional environment variables for VS Code's server and the extension, such as `ONNA_SANDBOX_CONNECTION`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the folder of installed extensions. Can add extensions, or change this extension there. */
  readonly addExtensions?: (extensionsFolder: string) => Promise<void>;
  /** Called with the page before the page opens VS Code. */
  readonly preparePage?: (page: Page) => Promise<void>;
  /**
   * If true, `close` does not search for secrets, and VS Code uses its default log level. If false, `close` throws if
   * it finds a secret outside SecretStorage. Default: false.
   */
  readonly isUnwatched?: boolean;
  /** Whether the windows of the profile share secrets, as on the desktop. Requires `isUnwatched`. */
  readonly sharesSecrets?: boolean;
  /**
   * Whether VS Code animates icons, such as the one of a running sync, and shows tooltips, as it does for users. Default:
   * no. Animations take CPU time, and tooltips cover other rows.
   */
  readonly hasAnimationsAndTooltips?: boolean;
  /** The time zone of the browser, such as `Asia/Tokyo`. Default: the time zone of this machine. */
  readonly timezoneId?: string;
  /** Whether workspace trust is enabled. Default: no, which means that every folder is trusted. */
  readonly hasWorkspaceTrust?: boolean;
}

/**
 * A script for each document of a window. An animated icon is painted all the time, which takes a tenth of a core. The
 * content security policy of the document does not apply to such a style sheet.
 */
const stopAnimations = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { animation: none !important; }');
  document.adoptedStyleSheets.push(sheet);
}`;

/** The used secrets of a window, and the data in which `close` searches for them. */
interface Watch {
  readonly used: UsedSecrets;
  readonly writings: PageWritings;
  readonly secretStorage: BrowserSecretStorage;
}

/**
 * A VS Code window in a browser, with a new profile and with the extension installed from the files of the .vsix.
 * Methods wait until their action is complete. Playwright resolves a locator on each use. Long lists in the DOM contain
 * only the rows on screen.
 */
export class Workbench {
  /** The page of the window, for actions for which this class has no method. */
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

  /** Waits until VS Code has restored the window, its views and its editors. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.waitForFunction('globalThis.driver !== undefined');
    await this.page.evaluate('globalThis.driver.whenWorkbenchRestored()');
  }

  // --- commands and quick input ---------------------------------------------------------------------

  /** The open quick input: the Command Palette, a quick pick or an input box. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Locates the rows of the open quick pick with this text in the label or the description. */
  quickPickRow(text: string | RegExp): Locator {
    return this.quickInput.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Returns the texts of the rows on screen in the open quick pick. */
  async quickPickRows(): Promise<string[]> {
    return this.quickInput.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  }

  /** Waits for a row with this text in the open quick pick, and chooses the first one. */
  async quickPick(text: string | RegExp): Promise<void> {
    const row = this.quickPickRow(text).first();
    await row.waitFor();
    await row.click();
  }

  /** Fills in the open quick input. @param accept whether to press Enter afterwards */
  async typeInQuickInput(text: string, accept = true): Promise<void> {
    const box = this.quickInput.locator('input.input');
    await box.fill(text);
    if (accept) await box.press('Enter');
  }

  /** Chooses a file or folder in the open file dialog. */
  async chooseFile(file: string): Promise<void> {
    const box = this.quickInput.locator('input.input');
    await until(`${file} was chosen`, async () => {
      // When the dialog lists its folder, it also fills in its own suggestion, which would replace a path that was typed
      // earlier.
      await this.quickPickRow('').first().waitFor();
      await until('the dialog suggests a path', async () => (await box.inputValue()) !== '');
      await box.fill(file);
      await box.press('Enter');
      await this.quickInput.waitFor({ state: 'hidden', timeout: 5_000 });
      return true;
    });
  }

  /** Opens the Command Palette and enters this text. */
  async openPalette(text: string): Promise<void> {
    const box = this.quickInput.locator('input.input');
    await until('the Command Palette is open', async () => {
      // An open menu may receive the first key press, so retry.
      await this.page.keyboard.press('F1');
      await box.waitFor({ timeout: 3_000 });
      return true;
    });
    // The short timeout makes the caller retry, because the palette closes if another element takes the focus.
    await box.fill(`>${text}`, { timeout: 5_000 });
  }

  /** Runs a command. @param title the title in the Command Palette, such as "Onna: Sync Now" */
  async runCommand(title: string): Promise<void> {
    // The palette may show another row first, so match the full title. The label may also contain a key binding.
    const label = JSON.stringify(title);
    const row = this.quickInput.locator(
      `.quick-input-list [role="option"]:is([aria-label=${label}], [aria-label^=${label.slice(0, -1)}, "])`,
    );
    await until(`“${title}” was run`, async () => {
      // The palette closes if another element takes the focus, such as a restored page, so retry.
      await this.openPalette(title);
      await row.first().click({ timeout: 5_000 });
      return true;
    });
  }

  // --- the view -------------------------------------------------------------------------------------

  /** Opens the Onna view in the sidebar and waits until the view is shown. */
  async openView(): Promise<void> {
    const icon = this.page
      .locator('.activitybar [role="tab"]')
      .filter({ has: this.page.locator('[aria-label^="Onna"]') });
    await icon.waitFor();
    await until('the view is shown', async () => {
      // A click on the icon of the shown view hides it. A window that restores its views may show it at this moment.
      if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click({ timeout: 5_000 });
      await this.sidebar.locator('.pane-body').first().waitFor({ timeout: 5_000 });
      return true;
    });
  }

  /** Locates the action with this title in the header of a view, and moves the mouse there: otherwise it is hidden. */
  async viewAction(view: string, title: string): Promise<Locator> {
    await this.sidebar.locator('.pane-header').filter({ hasText: view }).hover();
    return this.sidebar.getByRole('button', { name: title });
  }

  /** The sidebar. It contains the Onna view after {@link openView}. */
  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** A section of the sidebar. @param title such as "Needs Attention" */
  section(title: string): Locator {
    const header = `.pane-header[aria-label^=${JSON.stringify(title)}]`;
    return this.sidebar.locator('.pane').filter({ has: this.page.locator(header) });
  }

  /** The tree of Datasources. */
  get tree(): Locator {
    return this.section('Datasources');
  }

  /**
   * Locates the rows with this text in the label or the description, in all sections except *Needs Attention*, which
   * repeats rows of the tree.
   */
  treeRow(text: string | RegExp): Locator {
    const others = '.pane:not(:has(.pane-header[aria-label^="Needs Attention"]))';
    return this.sidebar.locator(`${others} [role="treeitem"]`).filter({ hasText: text });
  }

  /** Returns the texts of the tree rows on screen, from top to bottom. */
  async treeRows(): Promise<string[]> {
    const rows = await this.tree.locator('[role="treeitem"]').all();
    const texts = await Promise.all(
      rows.map(async (row) => ({
        // VS Code reuses the elements of a list, so the order in the DOM differs from the order on screen.
        index: Number(await row.getAttribute('data-index')),
        text: (await row.innerText()).replaceAll('\n', ' ').trim(),
      })),
    );
    return texts.sort((one, other) => one.index - other.index).map(({ text }) => text);
  }

  /** Expands a row and waits until VS Code has loaded the children. */
  async expand(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    await until('the row is expanded', async () => (await row.getAttribute('aria-expanded')) === 'true');
    await row.locator('.codicon-tree-item-loading').waitFor({ state: 'detached' });
  }

  /** Collapses a row if it is expanded. */
  async collapse(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
    await until('the row is collapsed', async () => (await row.getAttribute('aria-expanded')) === 'false');
  }

  /** Clicks the inline action with this title in a row. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await until(`“${title}” of the row is clicked`, async () => {
      await row.hover({ timeout: 5_000 });
      await row.locator(`.actions [aria-label^=${JSON.stringify(title)}]`).click({ timeout: 5_000 });
      return true;
    });
  }

  // --- tooltips -------------------------------------------------------------------------------------

  /** The tooltip on screen. Only {@link withTooltips} shows tooltips. */
  get tooltip(): Locator {
    return this.page.locator('.workbench-hover-container').last();
  }

  /**
   * Shows tooltips while `action` runs. Otherwise VS Code shows no tooltips, because they cover other rows. On a busy
   * machine they may even appear after the mouse has left their row, and then they stay.
   */
  async withTooltips(action: () => Promise<void>): Promise<void> {
    await this.changeSettings({ [tooltipDelay]: 100 });
    await action();
    await this.changeSettings({ [tooltipDelay]: noTooltipsMs });
    await until('the tooltip is closed', async () => {
      // VS Code closes a tooltip when the mouse leaves it.
      if (await this.tooltip.isVisible()) await this.tooltip.hover({ timeout: 2_000 });
      await this.page.mouse.move(0, 0);
      return this.tooltip.waitFor({ state: 'hidden', timeout: 2_000 }).then(() => true);
    });
  }

  /** The items of the open context menu. */
  get #menuItems(): Locator {
    return this.page.locator('.monaco-menu [role="menuitem"]');
  }

  /** Opens the context menu of a row and returns its items. */
  async contextMenu(row: Locator): Promise<Locator> {
    await row.click({ button: 'right', timeout: 5_000 });
    await this.#menuItems.first().waitFor({ timeout: 5_000 });
    return this.#menuItems;
  }

  /** Chooses an item from the context menu of a row. */
  async chooseFromContextMenu(row: Locator, item: string | RegExp): Promise<void> {
    await until(`“${String(item)}” was chosen from the context menu`, async () => {
      // VS Code closes the menu if the focus moves, for example when a row is redrawn. Retry then.
      if ((await this.#menuItems.count()) === 0) await this.contextMenu(row);
      await this.#menuItems.filter({ hasText: item }).first().click({ timeout: 2_000 });
      // A menu ignores clicks in its first 100 ms. If the menu is still open, retry.
      return this.#menuItems
        .first()
        .waitFor({ state: 'detached', timeout: 1_000 })
        .then(() => true);
    });
  }

  // --- the rest of the window -----------------------------------------------------------------------

  /** The status bar item of the extension. */
  get statusBarItem(): Locator {
    return this.page.locator('.statusbar-item[id^="onna-datasources."]');
  }

  /** Returns the text of the extension's status bar item. */
  async statusBarText(): Promise<string> {
    return (await this.statusBarItem.first().innerText()).trim();
  }

  /** The notification toasts on screen. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Presses a button of the notification toast with this text. */
  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    const notification = this.notifications.filter({ hasText: text });
    await notification.hover();
    await notification.getByRole('button', { name: button, exact: true }).click();
  }

  /** Locates the tabs of open editors with this text in the title. */
  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.editor-group-container .tab').filter({ hasText: title });
  }

  /** Returns the text on screen in the active editor. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
    // VS Code renders spaces in editors as no-break spaces.
    return (await lines.innerText()).replaceAll('\u00a0', ' ');
  }

  /** Locates the content of the visible webview. */
  webviewFrame(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  // --- the window as a whole ------------------------------------------------------------------------

  /**
   * Changes these settings of the running window, and keeps all other settings. VS Code ignores settings with
   * application scope in this file, such as `onna.mcp.enabled`. `ToolCaller.changeSetting` changes these.
   */
  async changeSettings(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await this.#server.writeSettings(this.#settings);
  }

  /** Changes the color theme and waits until the window uses the theme. */
  async setTheme(theme: Theme): Promise<void> {
    await until(`the window shows the ${theme} theme`, async () => {
      // Write the settings on each attempt, because a new window may not watch its settings file yet.
      await this.changeSettings({ 'workbench.colorTheme': themes[theme].name });
      return this.wears(theme, 2_000);
    });
  }

  /** Returns whether the window uses this theme now or within `timeoutMs`. */
  async wears(theme: Theme, timeoutMs: number): Promise<boolean> {
    const themed = this.page.locator(`.monaco-workbench.${themes[theme].className}`);
    return themed.waitFor({ timeout: timeoutMs }).then(
      () => true,
      () => false,
    );
  }

  /** Saves a screenshot in the dark theme and one in the light theme. The dark theme stays. */
  async screenshotInBothThemes(name: string): Promise<void> {
    await this.screenshot(`${name}-dark`);
    await this.setTheme('light');
    await this.screenshot(`${name}-light`);
    await this.setTheme('dark');
  }

  /** Saves a screenshot as test-results/NAME.png. @returns the absolute path of the file */
  async screenshot(name: string): Promise<string> {
    await mkdir(testResultsFolder, { recursive: true });
    const file = path.join(testResultsFolder, `${name}.png`);
    await this.page.screenshot({ path: file });
    await this.remember(name);
    return file;
  }

  /** Saves the current DOM of the window. `close` searches the saved files for secrets. */
  async remember(when: string): Promise<void> {
    await this.#watch?.writings.saveDom(when);
  }

  /** Returns all stored data of the profile, by place: the browser's storage and VS Code's user files, without logs. */
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

  /** Returns the contents of SecretStorage, by extension and key. */
  async secretStorage(): Promise<Readonly<Record<string, string>>> {
    return (await this.#watch?.secretStorage.read(this.page)) ?? {};
  }

  /**
   * Opens another window of the same profile with another folder. `close` of the first window also closes this window.
   */
  async openWindow(name: string): Promise<Workbench> {
    const folder = path.join(this.#home.path, name);
    await mkdir(folder, { recursive: true });
    const page = await this.page.context().newPage();
    const parts = { browser: this.#browser, server: this.#server, home: this.#home };
    const other = new Workbench({ page, ...parts, watch: undefined, settings: this.#settings });
    const url = new URL(this.#server.url);
    url.searchParams.set('folder', pathToFileURL(folder).pathname);
    await page.goto(url.href);
    await other.waitUntilReady();
    return other;
  }

  /** Returns the paths of the files in the extension's global storage, relative to {@link storageFolder}. */
  async storedFiles(): Promise<string[]> {
    const folder = this.storageFolder;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  }

  /** The absolute path of the extension's global storage folder. */
  get storageFolder(): string {
    return path.join(this.#home.path, 'data/data/User/globalStorage/onna-datasources.onna-datasources');
  }

  /** Runs *Developer: Reload Window*, and waits until the window is ready again. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  /**
   * Kills the extension host of the window, as a crash does.
   * @returns False if this system does not show which process it is
   */
  async killExtensionHost(): Promise<boolean> {
    const hosts = await extensionHostsOf(this.#server.process.child.pid);
    for (const host of hosts) process.kill(host, 'SIGKILL');
    await until('the extension host is gone', () => !hosts.some(isProcessAlive));
    return hosts.length > 0;
  }

  /**
   * Closes the browser, stops the server, and deletes the profile.
   * @throws an error if a secret was written outside SecretStorage
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
  const isStill = options.hasAnimationsAndTooltips !== true;
  const settings = {
    ...(isStill && { [tooltipDelay]: noTooltipsMs }),
    ...options.settings,
    'workbench.colorTheme': themes[options.theme ?? 'dark'].name,
  };
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
    if (isStill) await context.addInitScript(stopAnimations);
    if (options.sharesSecrets === true) await shareSecrets(context, vscode);
    const page = await context.newPage();
    // A busy machine may need longer than Playwright's default of 30 s.
    page.setDefaultTimeout(60_000);
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
    // A new window applies its theme last, so all its settings are loaded by then.
    await until('the window uses its theme', () => workbench.wears(options.theme ?? 'dark', 2_000));
    return workbench;
  } catch (error) {
    await browser?.close();
    await server.process.stop();
    throw error;
  }
}

/** Starts VS Code with the extension and opens a window in a browser. Takes about 6 s. The caller must close it. */
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
 * Adds an `afterEach` hook to a suite. The hook saves the DOM of the window, so that `close` can search the DOM for
 * secrets. After a failed test, it also saves a screenshot.
 * @param window Distinguishes the screenshots of several windows, such as "second-"
 */
export function keepPicturesOfFailures(workbench: () => Workbench | undefined, window = ''): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') {
      await workbench()?.remember(test?.title ?? '');
      return;
    }
    await workbench()?.screenshot(
      `failed-${window}${test
        .fullTitle()
        .replaceAll(/[^\w]+/g, '-')
        .slice(0, 100)}`,
    );
  });
}
