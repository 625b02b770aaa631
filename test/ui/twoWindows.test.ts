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

describe('Two windows of one profile:', () => {
  let sandbox: Sandbox;
  let first: Workbench;
  let second: Workbench;
  let folder: string;
  let wiki: NodeReference;
  let chat: NodeReference;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-two-windows-'));
    const origin = path.join(folder, 'origin');
    sandbox = await startSandbox({ user });
    const harbour = sandbox.addWorkspace('Harbour');
    const add = (title: string): NodeReference =>
      sandbox.addDatasource({ parent: harbour.path, title, type: 'confluence', status: 'synced' });
    wiki = add('Wiki');
    chat = add('Chat');
    // While a Datasource syncs, both windows poll every few seconds.
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
    // Without this file, SecretStorage is the only place where the second window can find the account.
    await rm(origin);
  });
  after(async () => {
    await first.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => first);
  keepPicturesOfFailures(() => second, 'second-');

  const requestCount = (service: string): number =>
    sandbox.requests().filter((request) => request.path.includes(service)).length;
  const signIns = (): number => requestCount('@oauthgetcode');
  const both = <T>(act: (window: Workbench) => Promise<T>): Promise<T[]> =>
    Promise.all([first, second].map(act));
  const row = (window: Workbench, title: string, words: RegExp): Locator =>
    window.treeRow(new RegExp(`^${title}.*${words.source}`, 's')).first();

  /** Changes the status of a Datasource, and waits until both windows have polled and show `words`. */
  async function bothPoll(words: RegExp, status: string): Promise<void> {
    await sandbox.setStatus(wiki.path, status);
    await both((window) => row(window, 'Wiki', words).waitFor({ timeout: 60_000 }));
  }

  /** Returns the number of notifications in a window. */
  async function notifications(window: Workbench): Promise<number> {
    await window.runCommand('Notifications: Show Notifications');
    const center = window.page.locator('.notifications-center');
    await center.waitFor();
    return center.locator('.notification-list-item').count();
  }

  it('both windows show the same Datasources, but only the first window signs in', async () => {
    sandbox.clearRequests();
    second = await first.openWindow('second');
    await second.openView();
    await second.treeRow('Wiki').first().waitFor();
    // Compares only the start of each row, because the badges differ.
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

  it('one window renews a rejected token, and both windows use the new token', async () => {
    sandbox.clearRequests();
    // The extension renews the next token a few seconds after the service issues it.
    sandbox.setSwitches({ latencyMs: 400, tokenLifetimeSeconds: 65 });
    sandbox.expireTokens();
    await Promise.all([bothPoll(/Failed/, 'failed'), both((window) => window.runCommand('Onna: Refresh'))]);
    assert.equal(signIns(), 1);
  });

  it('one window renews the token before it expires', async () => {
    sandbox.clearRequests();
    sandbox.setSwitches({ tokenLifetimeSeconds: 3_600 });
    // Both windows poll every few seconds.
    await until('the token was renewed', () => requestCount('get_auth_token') > 0, 60_000);
    await bothPoll(/Synced/, 'synced');
    assert.equal(signIns(), 1);
    assert.deepEqual(
      sandbox.requests().filter(({ status }) => status === 401),
      [],
    );
    sandbox.setSwitches({ latencyMs: 0 });
  });

  it('both windows show the result of an action that the user ran in one window', async () => {
    sandbox.clearRequests();
    await first.chooseFromContextMenu(first.treeRow('Chat').first(), 'Pause');
    await both((window) => row(window, 'Chat', /Paused/).waitFor({ timeout: 30_000 }));
    assert.equal(sandbox.requests().filter(({ method }) => method === 'PATCH').length, 1);
    await sandbox.setStatus(chat.path, 'syncing');
    await both((window) => window.runCommand('Onna: Refresh'));
    await both((window) => row(window, 'Chat', /Syncing/).waitFor());
  });

  it('the two windows together send an outdated password only once, and polls cause no notification', async () => {
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
    assert.equal(requestCount('get_auth_token'), 1);
    assert.deepEqual(await both(notifications), [0, 0]);
  });

  it('only the window where the user ran a command shows a notification about a failed sign-in', async () => {
    await first.runCommand('Onna: Refresh');
    await until('the first window shows a notification', async () => (await notifications(first)) === 1);
    assert.deepEqual(await both(notifications), [1, 0]);
    assert.equal(requestCount('get_auth_token'), 1);
    await first.runCommand('Notifications: Clear All Notifications');
  });

  it('both windows poll again after the user signs in again in one window', async () => {
    sandbox.clearRequests();
    await second.runCommand('Onna: Sign In…');
    await second.quickInput.getByText(`The password of ${user}`).waitFor();
    await second.typeInQuickInput('another-password');
    await bothPoll(/Failed/, 'failed');
    assert.equal(requestCount('get_auth_token'), 1);
  });

  it('the windows write one complete snapshot file, one file of token renewals, and files for status changes', async () => {
    const kept = await until('the list is written', async () => {
      const files = await first.storedFiles();
      const list = files.find((file) => /^snapshots\/\w+\.json$/.test(file));
      const text = list && (await readFile(path.join(first.storageFolder, list), 'utf8'));
      return text !== undefined && text !== '' && text.includes('"failed"') && { files, text };
    });
    assert.match(kept.text, /^\{"version":1,.*\]\}$/s);
    assert.doesNotThrow(() => JSON.parse(kept.text));
    const names = kept.files.map((file) => file.replaceAll(/\w{16}/g, 'ID').replace(/\d+$/, 'N')).sort();
    // The windows write the journal and the notification claims only when a status changes.
    const ofStatuses = names.filter((name) => /^(?:journal|notifications)\//.test(name));
    assert.deepEqual(
      ofStatuses.filter((name) => !['journal/ID.jsonl', 'notifications/ID.claims'].includes(name)),
      [],
    );
    assert.deepEqual(
      names.filter((name) => !ofStatuses.includes(name)),
      ['renewals/ID/N', 'snapshots/ID.json'],
    );
  });

  it('both windows delete their data and show the Sign In button after the user signs out in one window', async () => {
    await first.chooseFromContextMenu(first.treeRow('sandbox').first(), 'Sign Out');
    await first.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await both((window) => window.sidebar.getByRole('button', { name: 'Sign In' }).waitFor());
    await until('no data is left', async () => (await first.storedFiles()).length === 0);
  });
});
