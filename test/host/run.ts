import { appendFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import path from 'node:path';
import * as vscode from 'vscode';
import { print } from '../support/layerReporter.ts';
import { runMocha } from '../support/runMocha.ts';
import { UsedSecrets } from '../support/secrets/usedSecrets.ts';

/** Writes the clipboard and the open documents to files, because VS Code keeps them only in memory. */
async function saveInMemoryData(folder: string, title: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const documents = vscode.workspace.textDocuments.map(
    (document) => `${document.uri.toString()}\n${document.getText()}`,
  );
  const clipboard = await vscode.env.clipboard.readText();
  appendFileSync(path.join(folder, 'documents'), [title, ...documents, ''].join('\n'));
  appendFileSync(path.join(folder, 'clipboard'), `${title}\n${clipboard}\n`);
}

/**
 * Runs the bundled test files in the folder of this module. VS Code calls this function in its extension host.
 * @throws if a test fails; VS Code then exits with code 1
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const only = process.env['ONNA_TEST_FILES']?.split(path.delimiter) ?? [];
  const files = globSync('**/*.test.cjs', { cwd: import.meta.dirname })
    .filter((file) => only.length === 0 || only.includes(file))
    .sort()
    .map((file) => path.join(import.meta.dirname, file));
  const { ONNA_TEST_SECRETS: secretsFile, ONNA_TEST_WRITINGS: writings } = process.env;
  if (secretsFile === undefined || writings === undefined)
    throw new Error('Start these tests through test/support/host.ts.');
  const used = new UsedSecrets();
  const failures = await runMocha(files, {
    // Use no timeout while a debugger is attached.
    timeoutMs: inspector.url() === undefined ? 30_000 : 0,
    afterEach: (title) => saveInMemoryData(writings, title),
  }).catch((error: unknown) => {
    print(error instanceof Error ? error.stack : String(error));
    throw error;
  });
  // After VS Code has exited, the test runner looks for these secrets in all files that VS Code has written.
  writeFileSync(secretsFile, JSON.stringify({ all: used.all, tooShort: used.tooShort }), { mode: 0o600 });
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
