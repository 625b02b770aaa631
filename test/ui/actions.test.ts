import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Caller } from '../../src/onna/caller.ts';
import { systemClock } from '../../src/base/clock.ts';
import { signIn } from '../../src/onna/signIn.ts';
import { UndiciTransport } from '../../src/onna/transport/undiciTransport.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { NodeReference } from '../../src/sandbox/sandboxHandle.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeCanary } from '../support/secrets/usedSecrets.ts';
import { until } from '../support/until.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

describe('The extension in a session from sign-in to sign-out', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  let wiki: NodeReference;
  const password = makeCanary('password');

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-actions-'));
    for (const name of ['berths.md', 'pilots.md', 'tides.md'])
      await writeFile(path.join(folder, name), `About ${name}`);
    sandbox = await startSandbox({ user: 'ines@sandbox.test', password });
    const harbour = sandbox.addWorkspace('Harbour');
    wiki = sandbox.addDatasource({
      parent: harbour.path,
      title: 'Wiki',
      type: 'confluence',
      sync: 'auto',
      origin: folder,
    });
    sandbox.addDatasource({
      parent: harbour.path,
      title: 'Chat',
      type: 'slack',
      sync: 'arch',
      origin: folder,
    });
    sandbox.addDatasource({ parent: '/ines@sandbox.test', title: 'Notes', type: 'static', origin: folder });
    await sandbox.settled();
    workbench = await openWorkbench();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const requestCount = (service: string): number =>
    sandbox.requests().filter((request) => request.path.includes(service)).length;

  it('signs in step by step, and lets the user correct a wrong password in the same input box', async () => {
    await workbench.openView();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).click();
    await workbench.typeInQuickInput('not an address');
    await workbench.quickInput.getByText('This is not the address of a server').waitFor();
    await workbench.typeInQuickInput(sandbox.baseUrl);
    await workbench.quickInput.getByText(/^The container:/).waitFor();
    await workbench.typeInQuickInput('rel0');
    await workbench.quickInput.getByText(/^The account:/).waitFor();
    await workbench.typeInQuickInput('sandbox');
    await workbench.quickPick('User and password');
    await workbench.quickInput.getByText('Your user').waitFor();
    await workbench.typeInQuickInput('ines@sandbox.test');
    await workbench.quickInput.getByText('The password of ines@sandbox.test').waitFor();
    await workbench.typeInQuickInput(makeCanary('wrong-password'));
    await workbench.quickInput.getByText('The user or the password is wrong.').waitFor();
    await workbench.screenshot('actions-sign-in');
    await workbench.typeInQuickInput(password);
    await workbench
      .treeRow(/^Wiki.*Synced/s)
      .first()
      .waitFor();
  });

  it('groups Datasources by type, by status and by workspace', async () => {
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Type');
    await workbench
      .treeRow(/^Confluence\s*1/)
      .first()
      .waitFor();
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Status');
    await workbench
      .treeRow(/^Synced\s*3/)
      .first()
      .waitFor();
    await workbench.runCommand('Onna: Group Datasources By…');
    await workbench.quickPick('Workspace');
    await workbench
      .treeRow(/^Harbour\s*2/)
      .first()
      .waitFor();
  });

  it('filters Datasources while the user types, and shows all Datasources again on Escape', async () => {
    await workbench.runCommand('Onna: Filter Datasources…');
    await workbench.typeInQuickInput('slack synced', false);
    await workbench.treeRow('Wiki').waitFor({ state: 'detached' });
    await workbench.treeRow('Chat').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.treeRow('Wiki').first().waitFor();
  });

  it('sends the selected Resources to processing, and reports the result', async () => {
    await workbench.expand(workbench.treeRow('Wiki').first());
    await workbench.treeRow('berths.md').first().click();
    await workbench
      .treeRow('tides.md')
      .first()
      .click({ modifiers: ['Shift'] });
    sandbox.clearRequests();
    await workbench.chooseFromContextMenu(workbench.treeRow('pilots.md').first(), 'Send to Processing');
    await until('all three Resources were sent', () => requestCount('@sendToCompute') === 3);
    await workbench.page.getByText('3 Resources were sent to processing').first().waitFor();
  });

  it('pauses a syncing Datasource and resumes it', async () => {
    await sandbox.setStatus(wiki.path, 'syncing');
    await workbench
      .treeRow(/^Wiki.*syncing/s)
      .first()
      .waitFor();
    await workbench.chooseFromContextMenu(workbench.treeRow('Wiki').first(), 'Pause');
    await workbench
      .treeRow(/^Wiki.*paused/s)
      .first()
      .waitFor();
    await workbench.rowAction(workbench.treeRow('Wiki').first(), 'Resume');
    await workbench
      .treeRow(/^Wiki.*Synced (?:just now|\d+ min ago)$/s)
      .first()
      .waitFor();
  });

  it('reports an error if the service accepts a pause request but does not pause the Datasource', async () => {
    sandbox.setSwitches({ patchIgnoresStatus: true });
    await sandbox.setStatus(wiki.path, 'syncing');
    await workbench
      .treeRow(/^Wiki.*syncing/s)
      .first()
      .waitFor();
    await workbench.chooseFromContextMenu(workbench.treeRow('Wiki').first(), 'Pause');
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center')
      .getByText(/did not change the status of .*\(Syncing\)/)
      .first()
      .waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
    sandbox.setSwitches({ patchIgnoresStatus: false });
    await sandbox.setStatus(wiki.path, 'synced');
  });

  it('lists only the Datasources that allow an action when the user runs it from the Command Palette', async () => {
    await workbench.runCommand('Onna: Resume');
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center')
      .getByText('Resume: no Datasource allows this at the moment.')
      .first()
      .waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.runCommand('Onna: Renew Credentials…');
    await workbench.quickPickRow('Wiki').first().waitFor();
    const rows = (await workbench.quickPickRows()).join('\n');
    assert.doesNotMatch(rows, /Notes/);
    await workbench.page.keyboard.press('Escape');
  });

  it('opens the text of a Resource and the properties of a Datasource in read-only editors', async () => {
    await workbench.treeRow('pilots.md').first().click();
    await until('the text of the Resource is shown', async () =>
      (await workbench.editorText()).includes('About pilots.md'),
    );
    await workbench.chooseFromContextMenu(workbench.treeRow('Wiki').first(), 'Show Properties');
    await until('the properties are shown', async () =>
      (await workbench.editorText()).includes('"@type": "ConfluenceDatasource"'),
    );
    await workbench.screenshot('actions-properties');
  });

  it('tests the connection, and shows the response time, the user and the HTTP client', async () => {
    await workbench.runCommand('Onna: Test Connection');
    await until('the request was sent', () => requestCount('/me') > 0);
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center')
      .getByText(/in \d+ ms\. Signed in as ines@sandbox\.test\. HTTP client: undici/)
      .first()
      .waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  /** Returns the places where VS Code has stored text that matches `words`. */
  const placesOf = async (words: RegExp): Promise<readonly string[]> =>
    [...(await workbench.kept())].filter(([, content]) => words.test(content)).map(([place]) => place);

  it('stores a secret after the service has accepted it, and stores the search history', async () => {
    await workbench.chooseFromContextMenu(workbench.treeRow('Wiki').first(), 'Renew Credentials');
    await workbench.typeInQuickInput(makeCanary('secret'));
    await until('the secret is stored', async () =>
      Object.keys(await workbench.secretStorage()).some((key) => key.includes('authSecret')),
    );
    await workbench.rowAction(workbench.treeRow('sandbox').first(), 'Search');
    const page = workbench.webviewFrame();
    const box = page
      .getByRole('combobox')
      .or(page.getByRole('combobox', { name: 'Search' }))
      .or(page.locator('input'))
      .first();
    await box.fill('pilots OR buoys');
    await box.press('Enter');
    await page.locator('[role="option"]').first().waitFor();
    await workbench.screenshot('actions-search');
    await until(
      'VS Code has written the search history',
      async () => (await placesOf(/pilots OR buoys/)).length > 0,
    );
    assert.notDeepEqual(await placesOf(/"title":"Wiki"/), []);
  });

  it('deletes all data and closes all editors of the account on sign-out', async () => {
    await workbench.chooseFromContextMenu(workbench.treeRow('sandbox').first(), 'Sign Out');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).waitFor();
    assert.equal(await workbench.statusBarItem.count(), 0);
    for (const tab of [/pilots\.md/, /^Search: sandbox/, /Wiki/])
      await workbench.editorTab(tab).waitFor({ state: 'detached' });
    await until('SecretStorage has no secrets of the extension', async () => {
      const keys = Object.keys(await workbench.secretStorage());
      return !keys.some((key) => key.includes('onna'));
    });
    await until('VS Code has deleted all data', async () => {
      const places = await placesOf(/pilots OR buoys|About pilots|"title":"Wiki"|ines@sandbox/);
      return places.length === 0;
    });
  });

  /** Signs in outside the extension. The returned token stands in for one that a user copies from a browser. */
  const tokenOfBrowser = async (): Promise<string> => {
    const { baseUrl, container, account, user } = sandbox;
    const transport = new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] });
    const caller = new Caller({ transport, clock: systemClock, log: () => undefined });
    try {
      return await signIn(caller, { baseUrl, container, account }, user, password);
    } finally {
      await transport.close();
    }
  };

  it('rejects an invalid pasted token, signs in with a valid one, and signs out', async () => {
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).click();
    for (const [index, answer] of [sandbox.baseUrl, 'rel0', 'sandbox'].entries()) {
      await workbench.quickInput.filter({ hasText: `(${index + 1}/6)` }).waitFor();
      await workbench.typeInQuickInput(answer);
    }
    await workbench.quickPick('Token');
    await workbench.quickInput.getByText(/^The token\./).waitFor();
    await workbench.typeInQuickInput(makeCanary('wrong-token').replaceAll(/[^\w-]/g, ''));
    await workbench.quickInput.getByText(/does not accept this token/).waitFor();
    const token = await tokenOfBrowser();
    await workbench.typeInQuickInput(`Bearer ${token}`);
    await workbench
      .treeRow(/^Wiki.*Synced/s)
      .first()
      .waitFor();
    await until('SecretStorage has the token', async () =>
      Object.values(await workbench.secretStorage()).some((value) => value.includes(token)),
    );
    await workbench.chooseFromContextMenu(workbench.treeRow('sandbox').first(), 'Sign Out');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await until('SecretStorage has no secrets of the extension', async () => {
      const keys = Object.keys(await workbench.secretStorage());
      return !keys.some((key) => key.includes('onna'));
    });
  });
});
