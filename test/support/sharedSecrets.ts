import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { ServerVsCode } from './vscode.ts';

const script = 'vs/code/browser/workbench/workbench.js';

/** Matches the constructor of the secret storage in the window, which stores secrets in memory or in a provider. */
const ownStorage =
  /(?<=extends [\w$]+\{constructor\([\w$]+,[\w$]+,[\w$]+,[\w$]+\)\{super\()!0(,[^)]*\),)[\w$]+\.options\?\.secretStorageProvider/;
const noEncryption = /(?<=isEncryptionAvailable\(\)\{return Promise\.resolve\()!1/;

/**
 * Makes all windows of a profile share their secrets. By default, each VS Code window in a browser keeps secrets in
 * memory. With this function, the windows store secrets in the storage of the profile. As on the desktop, other windows
 * receive changes after a delay. The secrets are not encrypted, but the profile is deleted when the browser exits.
 */
export async function shareSecrets(context: BrowserContext, vscode: ServerVsCode): Promise<void> {
  let text = await readFile(path.join(path.dirname(vscode.script), script), 'utf8');
  for (const [pattern, replacement] of [
    [ownStorage, '!1$1!1'],
    [noEncryption, '!0'],
  ] as const) {
    if (!pattern.test(text))
      throw new Error(`VS Code's secret storage has changed: nothing matches ${pattern.source}`);
    text = text.replace(pattern, replacement);
  }
  await context.route(`**/${script}`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: text, headers: { 'cache-control': 'no-store' } }),
  );
}
