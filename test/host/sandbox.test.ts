import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { documentUri } from '../../src/ui/documents/uris.ts';
import { until } from '../support/until.ts';

interface Summary {
  readonly '@name': string;
  readonly '@type': string;
  readonly '@uid': string;
}

interface Folder extends Summary {
  readonly title: string;
  readonly items: readonly Summary[];
}

/** Returns the bundles of the extension that the extension host has loaded, one path per line. */
function loadedChunks(): string {
  return Object.keys(require.cache)
    .filter((file) => file.includes('dist'))
    .join('\n');
}

/** Returns the global undici dispatchers of this process, which the fetch of every extension uses. */
function dispatchers(): readonly unknown[] {
  return [1, 2].map((version): unknown =>
    Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${String(version)}`)),
  );
}

describe('The extension with a sandbox in VS Code’s extension host', function () {
  this.timeout(90_000);
  let connectionId = '';

  const properties = async <T>(path: string): Promise<T> => {
    const document = await vscode.workspace.openTextDocument(documentUri(connectionId, path, 'properties'));
    return JSON.parse(document.getText()) as T;
  };

  /** Finds a sample Datasource by its title in the JSON that the service returns. */
  const find = async (workspace: string, title: string): Promise<{ path: string; uid: string }> => {
    const search = async (parent: string, wanted: string): Promise<{ path: string; uid: string }> => {
      for (const { '@name': name, '@uid': uid } of (await properties<Folder>(parent)).items) {
        const path = `${parent}/${name}`;
        if ((await properties<Folder>(path)).title === wanted) return { path, uid };
      }
      return assert.fail(`${wanted} was not found`);
    };
    return search((await search('/workspaces', workspace)).path, title);
  };

  it('does not load undici, the search page or the sandbox during activation', async () => {
    await vscode.extensions.getExtension('onna-datasources.onna-datasources')?.activate();
    const loaded = loadedChunks();
    assert.match(loaded, /extension\.cjs/);
    assert.doesNotMatch(loaded, /undiciTransport|searchCommands|sandbox\.cjs/);
  });

  let dispatchersBefore: readonly unknown[] = [];

  it('starts a sandbox and signs in to it', async () => {
    dispatchersBefore = dispatchers();
    await vscode.commands.executeCommand('onna.startSandbox');
    const accounts = await vscode.authentication.getAccounts('onna');
    assert.equal(accounts.length, 1);
    assert.match(accounts[0]?.label ?? '', /^sandbox \(/);
    connectionId = accounts[0]?.id ?? '';
    assert.match(loadedChunks(), /undiciTransport/);
  });

  it('serves the web page of the sandbox', async () => {
    const { '@id': id } = await properties<{ '@id': string }>('/workspaces');
    for (const path of ['/', '/_sandbox/page/main.js', '/_sandbox/page/page.css']) {
      const answer = await fetch(new URL(path, id));
      assert.equal(answer.status, 200, path);
    }
  });

  it('does not change the fetch dispatcher of other extensions', () => {
    assert.deepEqual(dispatchers(), dispatchersBefore);
  });

  it('shows the JSON of a Datasource in a read-only document', async () => {
    const { path } = await find('Harbour office', 'Harbour wiki');
    const wiki = await properties<{ type_sync: string; sync_status: string }>(path);
    assert.equal(wiki.type_sync, 'auto');
    const document = await vscode.workspace.openTextDocument(documentUri(connectionId, path, 'properties'));
    assert.equal(document.languageId, 'json');
    assert.notEqual(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), true);
  });

  it('copies a curl command that does not contain the token', async () => {
    const { path, uid } = await find('Harbour office', 'Tide tables');
    // Retry, because the command fails until the store has received the list of Datasources.
    await until('the URL is in the clipboard', async () => {
      await vscode.commands.executeCommand('onna.copyCurl', {
        kind: 'datasource',
        connectionId,
        datasourceId: uid,
        id: 'x',
      });
      return (await vscode.env.clipboard.readText()).includes(path);
    });
    const text = await vscode.env.clipboard.readText();
    assert.match(text, /^curl .*\$ONNA_TOKEN/);
    assert.doesNotMatch(text, /eyJ/);
  });

  it('shows an error in the document of a Resource that does not exist', async () => {
    const missing = await vscode.workspace.openTextDocument(
      documentUri(connectionId, '/workspaces/nowhere', 'text'),
    );
    assert.match(missing.getText(), /The service could not find this Resource, or you have no access to it/);
  });

  it('stops the sandbox and removes its account', async () => {
    await vscode.commands.executeCommand('onna.stopSandbox');
    assert.deepEqual([...(await vscode.authentication.getAccounts('onna'))], []);
  });
});
