import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './repository.ts';
import { startProcess, type StartedProcess } from './processes.ts';
import type { ServerVsCode } from './vscode.ts';

/** VS Code's settings by id. */
export type Settings = Readonly<Record<string, unknown>>;

/** A window without guests: nothing that asks, greets, updates or reports. */
export const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
};

/** What to start a VS Code server with. Paths are absolute. */
export interface ServerOptions {
  readonly vscode: ServerVsCode;
  /** Everything that it remembers; a fresh folder is a fresh user. */
  readonly dataFolder: string;
  /** The installed extensions; `<dataFolder>/extensions` if left out. */
  readonly extensionsFolder?: string;
  /** The folder that the plain URL opens. */
  readonly folder: string;
  /** Beside `quietSettings`, or instead of some of them. */
  readonly settings?: Settings;
  readonly env?: NodeJS.ProcessEnv;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Without what only tests need. */
  readonly forPeople?: boolean;
  /** Asks whether the folder is trusted; else every folder is. */
  readonly hasWorkspaceTrust?: boolean;
  /** Of the server, of its windows and of the extensions in them; VS Code's own if left out. */
  readonly logLevel?: 'trace';
}

/** A VS Code server that listens on 127.0.0.1. */
export interface VsCodeServer {
  readonly port: number;
  /** Open it in a browser and it is VS Code, with the folder of the options open. */
  readonly url: string;
  readonly process: StartedProcess;
  /** Replaces the settings that were given at the start; open windows follow at once. */
  writeSettings(settings: Settings): Promise<void>;
}

/** How long a server may take to listen, in ms; it takes about one second. */
const startTimeoutMs = 60_000;

/**
 * Starts VS Code's server and waits until it listens.
 * @throws if it ends before, with what it said
 */
export async function startVsCodeServer(options: ServerOptions): Promise<VsCodeServer> {
  const settingsFile = path.join(options.dataFolder, 'data/Machine/settings.json');
  const extensionsFolder = options.extensionsFolder ?? path.join(options.dataFolder, 'extensions');
  const writeSettings = (settings: Settings) =>
    writeFile(settingsFile, JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
  await mkdir(path.dirname(settingsFile), { recursive: true });
  await mkdir(extensionsFolder, { recursive: true });
  await writeSettings(options.settings ?? {});
  const args = [
    options.vscode.script,
    // Lets the window take an extension under development, and tests, from its URL; hides notifications.
    ...(options.forPeople === true ? [] : ['--enable-smoke-test-driver']),
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.hasWorkspaceTrust === true ? [] : ['--disable-workspace-trust']),
    // Should its owner be killed, it goes by itself once the last window is closed.
    ...(options.forPeople === true ? [] : ['--enable-remote-auto-shutdown']),
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    ...['--server-data-dir', options.dataFolder, '--extensions-dir', extensionsFolder],
    ...['--default-folder', options.folder, '--telemetry-level', 'off'],
    ...(options.logLevel === undefined ? [] : ['--log', options.logLevel]),
  ];
  const listening = Promise.withResolvers<number>();
  let heard = '';
  const fail = (why: string) =>
    listening.reject(new Error(`VS Code's server ${why}. It said:\n${heard.slice(-2_000)}`));
  const started = await startProcess(options.vscode.node, args, {
    env: { ...process.env, ...(options.logLevel && writingLogs()), ...options.env },
    onOutput: (text) => {
      heard = (heard + text).slice(-20_000);
      const port = /Extension host agent listening on (\d+)\s/.exec(heard)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    },
  });
  void started.exited.then((code) => fail(`ended with code ${code}`));
  const impatience = setTimeout(() => fail('did not start in time'), startTimeoutMs);
  try {
    const port = await listening.promise;
    const url = new URL(`http://127.0.0.1:${port}/`);
    setPayload(url, options.logLevel, []);
    return { port, url: url.href, process: started, writeSettings };
  } catch (error) {
    await started.stop();
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}

/** The environment in which the server writes log files. */
function writingLogs(): NodeJS.ProcessEnv {
  const hook = pathToFileURL(path.join(repository, 'test/support/secrets/logFiles.ts')).href;
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${hook}`.trim() };
}

/** Tells a window what a desktop's would be told on its command line. */
function setPayload(
  url: URL,
  logLevel: string | undefined,
  entries: readonly (readonly [string, string])[],
): void {
  const all = [...(logLevel === undefined ? [] : [['logLevel', logLevel] as const]), ...entries];
  if (all.length > 0) url.searchParams.set('payload', JSON.stringify(all));
}

/** What a window is to open besides what the server was started with. Paths are absolute. */
export interface WindowOptions {
  readonly folder: string;
  readonly extensionDevelopmentPath: string;
  /** The module whose `run` is called in the extension host. */
  readonly extensionTestsPath: string;
  readonly logLevel?: 'trace';
}

/** The URL of a window that takes an extension from its sources and runs tests in its extension host. */
export function testWindowUrl(server: VsCodeServer, options: WindowOptions): string {
  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${pathToFileURL(file).pathname}`;
  const url = new URL(server.url);
  url.searchParams.set('folder', pathToFileURL(options.folder).pathname);
  setPayload(url, options.logLevel, [
    ['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(options.extensionTestsPath)],
    ['skipWelcome', 'true'],
  ]);
  return url.href;
}
