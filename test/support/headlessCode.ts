// A headless `code`. It accepts the flags with which @vscode/test-electron starts VS Code, and runs the tests in the
// VS Code server and a browser. Exits with the exit code of the tests.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, ConsoleMessage } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { stopOnSignals } from './processes.ts';
import { PageWritings } from './secrets/pageWritings.ts';
import { BrowserSecretStorage } from './secrets/secretStorage.ts';
import { temporaryFilesIn, traceLevel } from './secrets/writtenSecrets.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { getServerVsCode } from './vscode.ts';
import { startVsCodeServer, testWindowUrl, type Settings, type VsCodeServer } from './vscodeServer.ts';

interface Request {
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
  readonly userDataFolder: string;
  readonly extensionsFolder: string | undefined;
  readonly folder: string;
}

const stops: (() => Promise<unknown>)[] = [];

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function temporaryFolder(): Promise<string> {
  const folder = await makeTemporaryFolder('onna-vscode');
  stops.push(() => folder.remove());
  return folder.path;
}

async function readRequest(): Promise<Request> {
  const { values, positionals } = parseArgs({
    options: {
      extensionDevelopmentPath: { type: 'string' },
      extensionTestsPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
      'extensions-dir': { type: 'string' },
    },
    // The other flags concern the desktop window and do not matter here.
    strict: false,
    allowPositionals: true,
  });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const developed = text(values['extensionDevelopmentPath']);
  const tests = text(values['extensionTestsPath']);
  if (developed === undefined || tests === undefined) {
    throw new Error('headless-code needs --extensionDevelopmentPath=… and --extensionTestsPath=….');
  }
  const userDataFolder = text(values['user-data-dir']) ?? (await temporaryFolder());
  const extensions = text(values['extensions-dir']);
  const folder = positionals[0] ?? path.join(userDataFolder, 'workspace');
  await mkdir(folder, { recursive: true });
  return {
    extensionDevelopmentPath: path.resolve(developed),
    extensionTestsPath: path.resolve(tests),
    userDataFolder: path.resolve(userDataFolder),
    extensionsFolder: extensions === undefined ? undefined : path.resolve(extensions),
    folder: path.resolve(folder),
  };
}

/** Reads the user settings from the file that desktop VS Code would read. */
async function readUserSettings(userDataFolder: string): Promise<Settings> {
  const file = path.join(userDataFolder, 'User/settings.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Settings) : {};
}

/** Prefix that marks the reporter's lines in the console of VS Code's window. */
const mark = '[onna tests] ';

/** Prints the reporter's lines. With ONNA_TEST_VERBOSE, prints everything else from the window's console too. */
function relay(message: ConsoleMessage): void {
  const text = message.text();
  const start = text.indexOf(mark);
  if (start >= 0) console.log(text.slice(start + mark.length));
  else if (process.env['ONNA_TEST_VERBOSE']) console.error(`[${message.type()}] ${text}`);
}

/**
 * Opens the window and resolves with the exit code of the tests. VS Code calls the two functions that are
 * added to the page when a window is under automation.
 */
async function runInWindow(browser: Browser, server: VsCodeServer, request: Request): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const page = await browser.newPage();
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  page.on('console', relay);
  const writings = new PageWritings(page, path.join(request.userDataFolder, 'window'));
  await new BrowserSecretStorage().prepare(page);
  page.on('crash', () => reject(new Error('The window of VS Code crashed.')));
  browser.on('disconnected', () => reject(new Error('The browser ended before the tests did.')));
  server.process.exited
    .then((code) => reject(new Error(`VS Code's server ended with code ${code} before the tests did.`)))
    .catch(reject);
  await page.goto(testWindowUrl(server, { ...request, logLevel: traceLevel }));
  const code = await promise;
  // The process that started the tests searches these files for secrets.
  await writings.finish();
  return code;
}

async function main(): Promise<number> {
  const request = await readRequest();
  const temporaryFiles = path.join(request.userDataFolder, 'tmp');
  await mkdir(temporaryFiles, { recursive: true });
  const server = await startVsCodeServer({
    vscode: await getServerVsCode(),
    dataFolder: path.join(request.userDataFolder, 'server'),
    folder: request.folder,
    env: { ONNA_TEST_MARK: mark, ...temporaryFilesIn(temporaryFiles) },
    logLevel: traceLevel,
    settings: await readUserSettings(request.userDataFolder),
    ...(request.extensionsFolder !== undefined && { extensionsFolder: request.extensionsFolder }),
  });
  stops.push(() => server.process.stop());
  const browser = await launchBrowser();
  stops.push(() => browser.close());
  return runInWindow(browser, server, request);
}

stopOnSignals(stopAll);
let code = 1;
try {
  code = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
} finally {
  await stopAll();
}
process.exit(code);
