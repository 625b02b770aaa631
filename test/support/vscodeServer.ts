import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './repository.ts';
import { startProcess, type StartedProcess } from './processes.ts';
import type { ServerVsCode } from './vscode.ts';
import { throwUncaught } from './throwUncaught.ts';

/** Values of VS Code settings, by id of the setting. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings that disable prompts, welcome pages, updates, telemetry and port forwarding. */
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
  // By default, the extension host of a server repeatedly scans for ports to forward. Each scan takes 40 ms. VS Code scans
  // even without automatic forwarding, unless the source of ports is the output of terminals.
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
};

/** Options of {@link startVsCodeServer}. Paths are absolute. */
export interface ServerOptions {
  readonly vscode: ServerVsCode;
  /** The folder for all data of the server. A new folder gives a new user profile. */
  readonly dataFolder: string;
  /** The folder of installed extensions. Default: `<dataFolder>/extensions`. */
  readonly extensionsFolder?: string;
  /** The folder that VS Code opens if the URL contains no folder. */
  readonly folder: string;
  /** Settings in addition to `quietSettings`, which they may override. */
  readonly settings?: Settings;
  readonly env?: NodeJS.ProcessEnv;
  /** The port on which the server listens. Default: 0, which means any free port. */
  readonly port?: number;
  /** Whether a person will use the server. If so, the flags for tests are omitted. */
  readonly forPeople?: boolean;
  /** Whether workspace trust is enabled. Default: no, which means that every folder is trusted. */
  readonly hasWorkspaceTrust?: boolean;
  /** The log level of the server, its windows and their extensions. Default: the default of VS Code. */
  readonly logLevel?: 'trace';
}

/** A VS Code server that listens on 127.0.0.1. */
export interface VsCodeServer {
  readonly port: number;
  /** The URL at which a browser opens VS Code with `ServerOptions.folder`. */
  readonly url: string;
  readonly process: StartedProcess;
  /** Replaces `ServerOptions.settings`. Open windows apply the new settings immediately. */
  writeSettings(settings: Settings): Promise<void>;
}

/** Maximum time until the server listens, in ms. The usual time is about one second. */
const startTimeoutMs = 60_000;

/**
 * Starts VS Code's server and waits until it listens.
 * @throws an error with the output of the server if the server exits or times out before it listens
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
    // Allows tests and an extension under development in the URL of a window. Also suppresses notification toasts.
    ...(options.forPeople === true ? [] : ['--enable-smoke-test-driver']),
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.hasWorkspaceTrust === true ? [] : ['--disable-workspace-trust']),
    // Makes the server exit when the last window is closed, in case this process is killed and cannot stop the server.
    ...(options.forPeople === true ? [] : ['--enable-remote-auto-shutdown']),
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    ...['--server-data-dir', options.dataFolder, '--extensions-dir', extensionsFolder],
    ...['--default-folder', options.folder, '--telemetry-level', 'off'],
    ...(options.logLevel === undefined ? [] : ['--log', options.logLevel]),
  ];
  const listening = Promise.withResolvers<number>();
  let output = '';
  const fail = (why: string) =>
    listening.reject(new Error(`VS Code's server ${why}. Its output:\n${output.slice(-2_000)}`));
  const started = await startProcess(options.vscode.node, args, {
    env: { ...process.env, ...(options.logLevel && writingLogs()), ...options.env },
    onOutput: (text) => {
      output = (output + text).slice(-20_000);
      const port = /Extension host agent listening on (\d+)\s/.exec(output)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    },
  });
  started.exited.then((code) => fail(`exited with code ${code}`)).catch(throwUncaught);
  const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
  try {
    const port = await listening.promise;
    const url = new URL(`http://127.0.0.1:${port}/`);
    setPayload(url, options.logLevel, []);
    return { port, url: url.href, process: started, writeSettings };
  } catch (error) {
    await started.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Returns environment variables that make the server write log files. */
function writingLogs(): NodeJS.ProcessEnv {
  const hook = pathToFileURL(path.join(repository, 'test/support/secrets/logFiles.ts')).href;
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${hook}`.trim() };
}

/** Adds options to the URL of a window. Desktop VS Code accepts the same options on the command line. */
function setPayload(
  url: URL,
  logLevel: string | undefined,
  entries: readonly (readonly [string, string])[],
): void {
  const all = [...(logLevel === undefined ? [] : [['logLevel', logLevel] as const]), ...entries];
  if (all.length > 0) url.searchParams.set('payload', JSON.stringify(all));
}

/** Options of {@link testWindowUrl}. Paths are absolute. */
export interface WindowOptions {
  readonly folder: string;
  readonly extensionDevelopmentPath: string;
  /** The module with the function `run`, which VS Code calls in the extension host. */
  readonly extensionTestsPath: string;
  readonly logLevel?: 'trace';
}

/** Returns the URL of a window that loads an extension from a folder and runs tests in the extension host. */
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
