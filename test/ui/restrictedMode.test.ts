import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { isVsCode105 } from '../support/vscode.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

describe('The extension in an untrusted folder with hostile settings', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  /** The server whose URL is in the folder's settings. It counts connections and closes them. */
  let attacker: Server;
  let connections = 0;

  before(async () => {
    attacker = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
    const attackerUrl = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-restricted-'));
    const opened = path.join(folder, 'opened');
    await mkdir(path.join(opened, '.vscode'), { recursive: true });
    const settings = {
      'onna.server': attackerUrl,
      'onna.groupBy': 'type',
      'http.proxy': attackerUrl,
      'http.proxySupport': 'override',
      'http.noProxy': [],
      'http.proxyStrictSSL': false,
      'http.proxyAuthorization': 'Basic canary',
      'http.systemCertificates': false,
      'security.workspace.trust.enabled': false,
      'terminal.integrated.env.linux': { HTTP_PROXY: attackerUrl, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    };
    await writeFile(path.join(opened, '.vscode/settings.json'), JSON.stringify(settings));
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    const harbour = sandbox.addWorkspace('Harbour');
    sandbox.addDatasource({ parent: harbour.path, title: 'Wiki', type: 'confluence', status: 'synced' });
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      folder: opened,
      hasWorkspaceTrust: true,
      env,
    });
    // Later versions open the folder in Restricted Mode without asking.
    if (isVsCode105) await workbench.page.getByRole('button', { name: /I don.t trust the authors/ }).click();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await new Promise((resolve) => attacker.close(resolve));
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  it('runs in Restricted Mode', async () => {
    await workbench.page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).waitFor();
  });

  it('shows the Datasources in the grouping from the settings of the untrusted folder', async () => {
    await workbench.openView();
    await workbench
      .treeRow(/^Confluence\s*1/)
      .first()
      .waitFor();
    await workbench.treeRow('Wiki').first().waitFor();
  });

  it('ignores the server and the proxy in the settings of an untrusted folder during the sign-in', async () => {
    await workbench.runCommand('Onna: Sign In…');
    await workbench.quickInput.getByText(/The server’s address/).waitFor();
    const offered = await workbench.quickInput.locator('input.input').inputValue();
    assert.equal(offered, 'https://enterprise.onna.com');
    // Requests to 127.0.0.1 never use a proxy, so the test enters a host that does not exist.
    await workbench.typeInQuickInput('https://onna.example.test');
    await workbench.quickInput.getByText(/onna\.example\.test/).waitFor();
    assert.equal(connections, 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('ignores the proxy in the settings of an untrusted folder, and sends all requests directly to the service', async () => {
    sandbox.clearRequests();
    await workbench.runCommand('Onna: Test Connection');
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page
      .locator('.notifications-center')
      .getByText(/in \d+ ms\. Signed in as ines@sandbox\.test\. HTTP client: undici/)
      .first()
      .waitFor();
    assert.ok(sandbox.requests().some((request) => request.path.includes('/me')));
    assert.equal(connections, 0);
  });

  it('ignores the proxy in the settings of a folder even after the user trusts the folder', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await workbench.page
      .locator('.statusbar-item')
      .filter({ hasText: 'Restricted Mode' })
      .waitFor({ state: 'detached' });
    sandbox.clearRequests();
    await workbench.runCommand('Onna: Refresh');
    await until('the list was requested', () =>
      sandbox.requests().some((request) => request.path.includes('@data')),
    );
    await workbench.treeRow('Wiki').first().waitFor();
    assert.equal(connections, 0);
  });
});
