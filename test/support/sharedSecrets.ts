import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { ServerVsCode } from './vscode.ts';

const script = 'vs/code/browser/workbench/workbench.js';

/** The secrets' storage of VS Code's window: told to stay in memory, or what its server provides. */
const ownStorage =
  /(?<=extends [\w$]+\{constructor\([\w$]+,[\w$]+,[\w$]+,[\w$]+\)\{super\()!0(,[^)]*\),)[\w$]+\.options\?\.secretStorageProvider/;
const noEncryption = /(?<=isEncryptionAvailable\(\)\{return Promise\.resolve\()!1/;

/**
 * In a browser each window of VS Code keeps secrets for itself, in memory. With this they are kept where the
 * desktop's are: in the storage of the profile, which windows share, and of which they hear late. They are not
 * encrypted there; the browser's profile is gone with the browser.
 */
export async function shareSecrets(context: BrowserContext, vscode: ServerVsCode): Promise<void> {
  let text = await readFile(path.join(path.dirname(vscode.script), script), 'utf8');
  for (const [pattern, replacement] of [
    [ownStorage, '!1$1!1'],
    [noEncryption, '!0'],
  ] as const) {
    if (!pattern.test(text))
      throw new Error(`This VS Code keeps its secrets in another way: ${pattern.source}`);
    text = text.replace(pattern, replacement);
  }
  await context.route(`**/${script}`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: text, headers: { 'cache-control': 'no-store' } }),
  );
}
