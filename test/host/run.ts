import { appendFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import path from 'node:path';
import * as vscode from 'vscode';
import { print } from '../support/layerReporter.ts';
import { runMocha } from '../support/runMocha.ts';
import { UsedSecrets } from '../support/secrets/usedSecrets.ts';

/** Saves data that VS Code has only in memory: the clipboard and the open documents. */
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
 * Called by VS Code in its extension host. Runs the bundled test files next to this one.
 * @throws When a test fails, which makes VS Code exit with code 1.
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
    throw new Error('Only host.ts starts these tests.');
  const used = new UsedSecrets();
  const failures = await runMocha(files, {
    // No timeout while a debugger is attached.
    timeoutMs: inspector.url() === undefined ? 30_000 : 0,
    afterEach: (title) => saveInMemoryData(writings, title),
  }).catch((error: unknown) => {
    print(error instanceof Error ? error.stack : String(error));
    throw error;
  });
  // After VS Code has ended, the test runner searches all of VS Code's files for these secrets.
  writeFileSync(secretsFile, JSON.stringify({ all: used.all, tooShort: used.tooShort }), { mode: 0o600 });
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
