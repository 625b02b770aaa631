import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { NodeReference } from '../../src/sandbox/sandboxHandle.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const user = 'ines@sandbox.test';

describe('Two windows of one profile', () => {
  let sandbox: Sandbox;
  let first: Workbench;
  let second: Workbench;
  let folder: string;
  let wiki: NodeReference;
  let chat: NodeReference;

  before(async function () {
    this.timeout(120_000);
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-two-windows-'));
    const origin = path.join(folder, 'origin');
    sandbox = await startSandbox({ user });
    const harbour = sandbox.addWorkspace('Harbour');
    const add = (title: string): NodeReference =>
      sandbox.addDatasource({ parent: harbour.path, title, type: 'confluence', status: 'synced' });
    wiki = add('Wiki');
    chat = add('Chat');
    // While one syncs, both windows look every few seconds.
    await sandbox.setStatus(chat.path, 'syncing');
    const { baseUrl, container, account, password } = sandbox;
    await writeFile(origin, JSON.stringify({ baseUrl, container, account, user, password }), { mode: 0o600 });
    first = await openWorkbench({
      isUnwatched: true,
      sharesSecrets: true,
      env: { ONNA_SANDBOX_CONNECTION: origin },
    });
    await first.openView();
    await first.treeRow('Wiki').first().waitFor();
    // The second one finds the account in SecretStorage or nowhere.
    await rm(origin);
  });
  after(async () => {
    await first.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => first);
  keepPicturesOfFailures(() => second);

  const asked = (service: string): number =>
    sandbox.requests().filter((request) => request.path.includes(service)).length;
  const signIns = (): number => asked('@oauthgetcode');
  const both = <T>(act: (window: Workbench) => Promise<T>): Promise<T[]> =>
    Promise.all([first, second].map(act));
  const row = (window: Workbench, title: string, words: RegExp): Locator =>
    window.treeRow(new RegExp(`^${title}.*${words.source}`, 's')).first();

  /** Makes something happen that both windows show once they have asked the service again. */
  async function bothLookAgain(words: RegExp, status: string): Promise<void> {
    await sandbox.setStatus(wiki.path, status);
    await both((window) => row(window, 'Wiki', words).waitFor({ timeout: 60_000 }));
  }

  /** How many notifications stand in a window. */
  async function notifications(window: Workbench): Promise<number> {
    await window.runCommand('Notifications: Show Notifications');
    const center = window.page.locator('.notifications-center');
    await center.waitFor();
    return center.locator('.notification-list-item').count();
  }

  it('show the same list, and only the first one signed in', async () => {
    sandbox.clearRequests();
    second = await first.openWindow('second');
    await second.openView();
    await second.treeRow('Wiki').first().waitFor();
    // Whose rows say the same, but for their badges.
    const titles = async (window: Workbench): Promise<string[]> =>
      (await window.treeRows()).map((text) => /^\w+/.exec(text)?.[0] ?? text);
    assert.deepEqual(
      await both(titles),
      Array(2).fill(['sandboxines', 'Harbour2', 'ChatSyncing', 'WikiSynced']),
    );
    await both((window) => row(window, 'Chat', /Syncing/).waitFor());
    await both((window) => row(window, 'Wiki', /Synced/).waitFor());
    assert.equal(signIns(), 0);
  });

  it('renew a token that the service refuses once, and go on with the same one', async function () {
    this.timeout(90_000);
    sandbox.clearRequests();
    // The next one is near its end a few seconds after it was given out.
    sandbox.setSwitches({ latencyMs: 400, tokenLifetimeSeconds: 65 });
    sandbox.expireTokens();
    await Promise.all([
      bothLookAgain(/Failed/, 'failed'),
      both((window) => window.runCommand('Onna: Refresh')),
    ]);
    assert.equal(signIns(), 1);
  });

  it('renew one that is near its end once', async function () {
    this.timeout(90_000);
    sandbox.clearRequests();
    sandbox.setSwitches({ tokenLifetimeSeconds: 3_600 });
    // Both look again every few seconds.
    await until('it was renewed', () => asked('get_auth_token') > 0, 60_000);
    await bothLookAgain(/Synced/, 'synced');
    assert.equal(signIns(), 1);
    assert.deepEqual(
      sandbox.requests().filter(({ status }) => status === 401),
      [],
    );
    sandbox.setSwitches({ latencyMs: 0 });
  });

  it('show in one what was done in the other', async function () {
    this.timeout(60_000);
    sandbox.clearRequests();
    await first.chooseFromContextMenu(first.treeRow('Chat').first(), 'Pause');
    await both((window) => row(window, 'Chat', /Paused/).waitFor({ timeout: 30_000 }));
    assert.equal(sandbox.requests().filter(({ method }) => method === 'PATCH').length, 1);
    await sandbox.setStatus(chat.path, 'syncing');
    await both((window) => window.runCommand('Onna: Refresh'));
    await both((window) => row(window, 'Chat', /Syncing/).waitFor());
  });

  it('try a password that was changed once, and neither shows a notification of its own accord', async function () {
    this.timeout(90_000);
    await both((window) => window.runCommand('Notifications: Clear All Notifications'));
    sandbox.clearRequests();
    await sandbox.addUser({ login: user, password: 'another-password' });
    sandbox.expireTokens();
    await both((window) =>
      window.sidebar
        .getByText(/Sign in again|signed out|not accepted/i)
        .first()
        .waitFor({ timeout: 60_000 }),
    );
    assert.equal(asked('get_auth_token'), 1);
    assert.deepEqual(await both(notifications), [0, 0]);
  });

  it('tell of it once, in the window where something was asked for', async () => {
    await first.runCommand('Onna: Refresh');
    await until('one tells', async () => (await notifications(first)) === 1);
    assert.deepEqual(await both(notifications), [1, 0]);
    assert.equal(asked('get_auth_token'), 1);
    await first.runCommand('Notifications: Clear All Notifications');
  });

  it('both go on once somebody signs in again in one of them', async function () {
    this.timeout(90_000);
    sandbox.clearRequests();
    await second.runCommand('Onna: Sign In…');
    await second.quickInput.getByText(`The password of ${user}`).waitFor();
    await second.typeInQuickInput('another-password');
    await bothLookAgain(/Failed/, 'failed');
    assert.equal(asked('get_auth_token'), 1);
  });

  it('leave one whole file of the list, and one small one of the renewals', async () => {
    const kept = await until('the list is written', async () => {
      const files = await first.storedFiles();
      const list = files.find((file) => /^snapshots\/\w+\.json$/.test(file));
      const text = list && (await readFile(path.join(first.storageFolder, list), 'utf8'));
      return text !== undefined && text !== '' && text.includes('"failed"') && { files, text };
    });
    assert.match(kept.text, /^\{"version":1,.*\]\}$/s);
    assert.doesNotThrow(() => JSON.parse(kept.text));
    assert.deepEqual(kept.files.map((file) => file.replaceAll(/\w{16}/g, 'ID').replace(/\d+$/, 'N')).sort(), [
      'renewals/ID/N',
      'snapshots/ID.json',
    ]);
  });

  it('are both empty after a sign-out in one, and nothing is kept', async () => {
    await first.chooseFromContextMenu(first.treeRow('sandbox').first(), 'Sign Out');
    await first.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await both((window) => window.sidebar.getByRole('button', { name: 'Sign In' }).waitFor());
    await until('nothing is kept', async () => (await first.storedFiles()).length === 0);
  });
});
