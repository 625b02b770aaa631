import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { ServerVsCode } from './vscode.ts';

const script = 'vs/code/browser/workbench/workbench.js';

/** Matches the constructor of the window's secret storage, which uses memory or the server's own provider. */
const ownStorage =
  /(?<=extends [\w$]+\{constructor\([\w$]+,[\w$]+,[\w$]+,[\w$]+\)\{super\()!0(,[^)]*\),)[\w$]+\.options\?\.secretStorageProvider/;
const noEncryption = /(?<=isEncryptionAvailable\(\)\{return Promise\.resolve\()!1/;

/**
 * Makes the windows of one profile share secrets. In a browser, each VS Code window keeps secrets in its own memory.
 * This function stores them in the profile's storage instead. As on the desktop, other windows see changes after a
 * delay. The secrets are not encrypted there, but the profile is deleted when the browser ends.
 */
export async function shareSecrets(context: BrowserContext, vscode: ServerVsCode): Promise<void> {
  let text = await readFile(path.join(path.dirname(vscode.script), script), 'utf8');
  for (const [pattern, replacement] of [
    [ownStorage, '!1$1!1'],
    [noEncryption, '!0'],
  ] as const) {
    if (!pattern.test(text))
      throw new Error(`This VS Code stores secrets differently; no match for ${pattern.source}`);
    text = text.replace(pattern, replacement);
  }
  await context.route(`**/${script}`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: text, headers: { 'cache-control': 'no-store' } }),
  );
}
