// A headless replacement for the `code` command. Accepts the flags of @vscode/test-electron, runs the tests in VS
// Code's server and a browser, and exits with the exit code of the tests.
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
    // Ignore all other flags, because they apply only to a desktop window.
    strict: false,
    allowPositionals: true,
  });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const developed = text(values['extensionDevelopmentPath']);
  const tests = text(values['extensionTestsPath']);
  if (developed === undefined || tests === undefined) {
    throw new Error('headless-code requires --extensionDevelopmentPath=… and --extensionTestsPath=….');
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

/** Reads the user settings from the same file as desktop VS Code. */
async function readUserSettings(userDataFolder: string): Promise<Settings> {
  const file = path.join(userDataFolder, 'User/settings.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Settings) : {};
}

/** Prefix of the test reporter's lines in the console of the VS Code window. */
const mark = '[onna tests] ';

/** Prints the lines of the test reporter. With ONNA_TEST_VERBOSE, also prints all other console messages. */
function relay(message: ConsoleMessage): void {
  const text = message.text();
  const start = text.indexOf(mark);
  if (start >= 0) console.log(text.slice(start + mark.length));
  else if (process.env['ONNA_TEST_VERBOSE']) console.error(`[${message.type()}] ${text}`);
}

/**
 * Opens the window and returns the exit code of the tests. VS Code calls `codeAutomationExit` with the exit code when
 * the tests have ended.
 */
async function runInWindow(browser: Browser, server: VsCodeServer, request: Request): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const page = await browser.newPage();
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  page.on('console', relay);
  const writings = new PageWritings(page, path.join(request.userDataFolder, 'window'));
  await new BrowserSecretStorage().prepare(page);
  page.on('crash', () => reject(new Error('The VS Code window crashed.')));
  browser.on('disconnected', () => reject(new Error('The browser exited before the end of the tests.')));
  server.process.exited
    .then((code) =>
      reject(new Error(`VS Code's server exited with code ${code} before the end of the tests.`)),
    )
    .catch(reject);
  await page.goto(testWindowUrl(server, { ...request, logLevel: traceLevel }));
  const code = await promise;
  // The process that has started the tests searches the written files for secrets.
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
