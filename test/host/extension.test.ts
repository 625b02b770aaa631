import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

describe('The extension in VS Code', () => {
  const extension = vscode.extensions.getExtension<unknown>('onna-datasources.onna-datasources');

  it('has the expected extension id', () => {
    assert.ok(extension);
  });

  it('activates', async () => {
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it('registers every command that its manifest contributes', async () => {
    await extension?.activate();
    const manifest = extension?.packageJSON as Manifest;
    const registered = new Set(await vscode.commands.getCommands(true));
    const contributed = (manifest.contributes?.commands ?? []).map(({ command }) => command);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
