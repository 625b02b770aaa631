import assert from 'node:assert/strict';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeCanary } from '../support/secrets/usedSecrets.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';
import { ScriptedServer } from '../unit/onna/scriptedServer.ts';

describe('The sign-in with incorrect input and with two accounts of the same name', () => {
  const password = makeCanary('password');
  const user = 'ines@sandbox.test';
  let first: Sandbox;
  let second: Sandbox;
  let website: ScriptedServer;
  let workbench: Workbench;

  before(async () => {
    first = await startSandbox({ user, password });
    second = await startSandbox({ user, password });
    for (const sandbox of [first, second]) sandbox.addWorkspace('Harbour');
    website = await ScriptedServer.start((_, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>Wiki</title>'),
    );
    workbench = await openWorkbench();
  });
  after(async () => {
    await workbench.close();
    await Promise.all([first.close(), second.close(), website.close()]);
  });
  keepPicturesOfFailures(() => workbench);

  const says = (words: string): Promise<void> => workbench.quickInput.getByText(words).waitFor();
  const typed = (): Promise<string> => workbench.quickInput.locator('input.input').inputValue();
  const step = (number: number): Promise<void> =>
    workbench.quickInput.filter({ hasText: `(${number}/6)` }).waitFor();

  const finish = async (sandbox: Sandbox): Promise<void> => {
    await workbench.quickPick('User and password');
    await step(5);
    await workbench.typeInQuickInput(user);
    await step(6);
    await workbench.typeInQuickInput(password);
    await workbench.treeRow(new URL(sandbox.baseUrl).host).first().waitFor();
  };

  it('reports at the server step that the server does not respond or is not an Onna server', async () => {
    await workbench.openView();
    await workbench.sidebar.getByRole('button', { name: 'Sign In' }).click();
    await step(1);
    const gone = await ScriptedServer.start();
    const { baseUrl } = gone;
    await gone.close();
    await workbench.typeInQuickInput(baseUrl);
    await says(`${new URL(baseUrl).host} refused the connection.`);
    assert.equal(await typed(), baseUrl);
    await workbench.typeInQuickInput(website.baseUrl);
    await says('The server sent a web page instead of Onna’s answer.');
    await workbench.typeInQuickInput(first.baseUrl);
    await step(2);
  });

  it('reports at the account step that the account does not exist, and keeps the typed text', async () => {
    await workbench.typeInQuickInput('rel9');
    await step(3);
    await workbench.typeInQuickInput('sandbox');
    await says('This server has no container “rel9” with an account “sandbox”.');
    await workbench.quickInput.getByRole('button', { name: 'Back' }).click();
    await step(2);
    assert.equal(await typed(), 'rel9');
    await workbench.typeInQuickInput('rel0');
    await step(3);
    assert.equal(await typed(), 'sandbox');
    await workbench.typeInQuickInput('sandbx');
    await says('with an account “sandbx”.');
    assert.equal(await typed(), 'sandbx');
    const asked = first.requests();
    assert.ok(!asked.some(({ path }) => path.includes('get_auth_token')));
  });

  it('suggests a token as the first sign-in method if the user confirms an account that the service has rejected', async () => {
    await workbench.page.keyboard.press('Enter');
    await step(4);
    assert.match((await workbench.quickInput.getByRole('option').first().textContent()) ?? '', /^\W*Token/);
    await workbench.quickInput.getByRole('button', { name: 'Back' }).click();
    await step(3);
    await workbench.typeInQuickInput('sandbox');
    await step(4);
    assert.match(
      (await workbench.quickInput.getByRole('option').first().textContent()) ?? '',
      /^\W*User and password/,
    );
    await workbench.quickPick('User and password');
    await step(5);
    await workbench.typeInQuickInput(user);
    await step(6);
    await workbench.typeInQuickInput(password);
    const row = workbench.treeRow(user).first();
    await row.waitFor();
    // With only one account, the label contains the user but no host.
    assert.doesNotMatch((await row.textContent()) ?? '', /127\.0\.0\.1/);
  });

  it('adds the host to the labels of two accounts with equal names in the tree, in quick picks and on sign-out', async () => {
    await workbench.runCommand('Onna: Sign In…');
    await step(1);
    await workbench.typeInQuickInput(second.baseUrl);
    await step(2);
    await workbench.typeInQuickInput('rel0');
    await step(3);
    await workbench.typeInQuickInput('sandbox');
    await finish(second);
    const hosts = [first, second].map(({ baseUrl }) => new URL(baseUrl).host);
    for (const host of hosts) await workbench.treeRow(host).first().waitFor();
    await workbench.runCommand('Onna: Sign Out…');
    for (const host of hosts)
      await workbench.quickInput.getByText(`sandbox (${user}) · ${host}`).first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.chooseFromContextMenu(workbench.treeRow(hosts[1] ?? '').first(), 'Sign Out');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(`Sign out of sandbox (${user}) · ${hosts[1]}?`).waitFor();
    await dialog.getByRole('button', { name: 'Sign Out' }).click();
    await workbench
      .treeRow(hosts[1] ?? '')
      .first()
      .waitFor({ state: 'detached' });
    // Only one account remains, so the label no longer contains the host.
    await workbench
      .treeRow(hosts[0] ?? '')
      .first()
      .waitFor({ state: 'detached' });
    await workbench.treeRow(user).first().waitFor();
  });
});
