import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeCanary } from '../support/secrets/usedSecrets.ts';
import { until } from '../support/until.ts';
import { isVsCode105 } from '../support/vscode.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const parent = '/workspaces/harbour';
const chat = `${parent}/chat`;

describe('The extension when credentials expire', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-credentials-'));
    await writeFile(path.join(folder, 'a.md'), 'The tides');
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Harbour', 'harbour');
    const common = { parent, origin: folder };
    sandbox.addDatasource({ ...common, title: 'Chat', id: 'chat', type: 'slack' });
    sandbox.addDatasource({ ...common, title: 'Pilots', id: 'pilots', type: 'slack', credentialsOf: chat });
    sandbox.addDatasource({ ...common, title: 'Wiki', id: 'wiki', type: 'confluence' });
    await sandbox.settled();
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      folder,
      env,
    });
    // In a browser, VS Code replaces the address of a port of its machine by an address below `/proxy`, which its
    // server does not answer.
    await workbench.page.context().route(/\/proxy\/\d+\//, async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const target = pathname.replace(/^.*\/proxy\/(\d+)\//, 'http://127.0.0.1:$1/');
      await route.fulfill({ status: 302, headers: { location: target + search } });
    });
    await workbench.openView();
    await row(/^Wiki/).waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const row = (text: string | RegExp): Locator => workbench.treeRow(text).first();
  const group = (): Locator => row('Needs Renewal');
  const entry = (): Locator => row('Slack of ines@sandbox.test');

  /** Makes the credentials of a Datasource expire, and starts its sync, which fails. */
  async function expire(...paths: readonly string[]): Promise<void> {
    for (const each of paths) sandbox.expireCredentials(each);
    for (const each of paths) await sandbox.setStatus(each, 'error', 'The credentials have expired.');
    await workbench.runCommand('Onna: Refresh');
  }

  /** Returns the rows on screen with one of these titles, and how often they are shown. */
  async function rowsWith(...titles: readonly string[]): Promise<string[]> {
    return (await workbench.treeRows()).filter((text) => titles.some((title) => text.startsWith(title)));
  }

  /** Skips a test that opens the consent page: the server of VS Code 1.105.1 opens addresses of this computer without path. */
  function skipWithoutPaths(test: Mocha.Context): void {
    if (!isVsCode105) return;
    sandbox.refreshCredentials(chat);
    test.skip();
  }

  /** Runs `open` and returns the consent page that it opens in a new tab. */
  async function consentPage(open: () => Promise<void>): Promise<Page> {
    const opened = workbench.page.context().waitForEvent('page');
    await open();
    const page = await opened;
    await page.getByRole('heading', { name: 'Slack: allow access?' }).waitFor();
    return page;
  }

  /** Lets the user choose how to renew credentials. Repeats the click if the row has just changed, as a user would. */
  async function renew(): Promise<void> {
    await until('the ways to renew are listed', async () => {
      await workbench.rowAction(entry(), 'Renew Credentials');
      await workbench.quickPickRow('Paste the Code').first().waitFor({ timeout: 5_000 });
      return true;
    });
  }

  /** Opens the consent page with *Paste the Code*, allows access, and returns the code that the page shows. */
  async function codeFromPage(): Promise<string> {
    await renew();
    const page = await consentPage(() => workbench.quickPick('Paste the Code'));
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    const code = await page.locator('#code').innerText();
    await page.close();
    await workbench.page.bringToFront();
    return code;
  }

  const bothThemes = (name: string): Promise<void> => workbench.screenshotInBothThemes(name);

  async function dismissNotifications(): Promise<void> {
    await workbench.runCommand('Notifications: Clear All Notifications');
  }

  async function readNotification(text: RegExp): Promise<void> {
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page.locator('.notifications-center').getByText(text).first().waitFor();
  }

  it('shows no group before the first credentials expire', async () => {
    await until('the wallet was read', () =>
      sandbox.requests().some(({ query }) => query['types'] === 'WalletEntry'),
    );
    assert.deepEqual(await rowsWith('Needs Renewal'), []);
  });

  it('shows expired credentials in Needs Renewal, with the two Datasources that use them', async () => {
    await expire(chat, `${parent}/pilots`);
    await group().waitFor();
    await row(/^Slack.*stops 2 Datasources · Slack of ines@sandbox\.test/s).waitFor();
    // Each Datasource is below its credentials and in its Workspace.
    await until('both Datasources are below the credentials', async () => {
      const rows = await rowsWith('Chat', 'Pilots');
      return rows.length === 4 && rows.every((text) => text.includes('credentials expired'));
    });
    await bothThemes('credentials-needs-renewal');
  });

  it('does not read the wallet again at each poll', async () => {
    sandbox.clearRequests();
    await workbench.runCommand('Onna: Refresh');
    await until('the list was read', () =>
      sandbox.requests().some(({ query }) => query['types']?.includes('_datasources_') === true),
    );
    assert.equal(sandbox.requests().filter(({ query }) => query['types'] === 'WalletEntry').length, 0);
  });

  it('renews credentials with a pasted code, and shows the renewal in the rows of both Datasources', async function () {
    skipWithoutPaths(this);
    await renew();
    await workbench.quickPickRow('Allow Access in the Browser').first().waitFor();
    await bothThemes('credentials-choices');
    await workbench.page.keyboard.press('Escape');
    const code = await codeFromPage();
    await workbench.quickInput.getByText('Allow access in the browser.').waitFor();
    await bothThemes('credentials-paste');
    await workbench.typeInQuickInput('no code!');
    await workbench.quickInput.getByText('This is neither a code nor an address with a code.').waitFor();
    await workbench.typeInQuickInput(code);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await group().waitFor({ state: 'detached' });
    await row(/^Chat.*credentials renewed/s).waitFor();
    await row(/^Pilots.*credentials renewed/s).waitFor();
    await readNotification(/The credentials of “Chat” and “Pilots” were renewed\./);
    await bothThemes('credentials-renewed');
    await dismissNotifications();
  });

  it('explains why it rejects a code from another service or a code that was used before', async function () {
    skipWithoutPaths(this);
    await expire(chat);
    await entry().waitFor();
    const foreign = sandbox.consentCode('BoxDatasource');
    const code = await codeFromPage();
    await workbench.typeInQuickInput(foreign);
    await workbench.quickInput.getByText('Onna does not accept this code.').waitFor();
    await workbench.screenshot('credentials-refused-dark');
    await workbench.typeInQuickInput(foreign);
    await workbench.quickInput.getByText('This code was already used.').waitFor();
    await workbench.typeInQuickInput(code);
    await group().waitFor({ state: 'detached' });
    await dismissNotifications();
  });

  it('receives the code when the consent page in the browser returns to VS Code', async function () {
    skipWithoutPaths(this);
    await expire(chat);
    await renew();
    const page = await consentPage(() => workbench.quickPick('Allow Access in the Browser'));
    await workbench.quickInput.getByText('Allow access in the browser.').waitFor();
    await page.screenshot({ path: 'test-results/credentials-consent-page.png' });
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('You can close this page now.').waitFor();
    await workbench.page.bringToFront();
    // In a browser, VS Code trusts its own callback page and does not ask before it opens the address.
    await group().waitFor({ state: 'detached' });
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await row(/^Chat.*credentials renewed/s).waitFor();
    await page.close();
    await dismissNotifications();
  });

  it('renews credentials from the row of a Datasource, with a secret if the type has no consent page', async () => {
    await expire(`${parent}/wiki`);
    await row(/^Confluence.*stops 1 Datasource/s).waitFor();
    const wiki = workbench.treeRow(/^Wiki/).last();
    await workbench.rowAction(wiki, 'Renew Credentials');
    await workbench.quickInput.getByText('The X-Auth-Secret for this Datasource.').waitFor();
    await workbench.typeInQuickInput(makeCanary('secret'));
    await group().waitFor({ state: 'detached' });
    await row(/^Wiki.*credentials renewed/s).waitFor();
  });

  it('warns about credentials that expire soon', async () => {
    sandbox.setSwitches({ credentialLifetimeSeconds: 3 * 24 * 3600 + 60 });
    sandbox.refreshCredentials(chat);
    await expire(`${parent}/wiki`);
    await row(/^Slack.*expires in 3 days · used by 2 Datasources/s).waitFor();
    await bothThemes('credentials-expiring');
  });
});
