import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './repository.ts';
import { startProcess, type StartedProcess } from './processes.ts';
import type { ServerVsCode } from './vscode.ts';
import { throwUncaught } from './throwUncaught.ts';

/** VS Code's settings by id. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings for a quiet window: no prompts, welcome pages, updates or telemetry. */
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

/** Options for starting a VS Code server. Paths are absolute. */
export interface ServerOptions {
  readonly vscode: ServerVsCode;
  /** Folder for the server's whole state. With a fresh folder, the server has a fresh user. */
  readonly dataFolder: string;
  /** Folder of installed extensions. Default: `<dataFolder>/extensions`. */
  readonly extensionsFolder?: string;
  /** The folder that the plain URL opens. */
  readonly folder: string;
  /** Added to `quietSettings`; may override some of them. */
  readonly settings?: Settings;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** For a person instead of a test: leaves out flags that only tests need. */
  readonly forPeople?: boolean;
  /** Asks whether the folder is trusted. Otherwise every folder is. */
  readonly hasWorkspaceTrust?: boolean;
  /** Log level of the server, its windows and their extensions. Default: VS Code's own. */
  readonly logLevel?: 'trace';
}

/** A VS Code server that listens on 127.0.0.1. */
export interface VsCodeServer {
  readonly port: number;
  /** Opens VS Code in a browser, with the folder of the options. */
  readonly url: string;
  readonly process: StartedProcess;
  /** Replaces the settings that were passed at the start. Open windows apply them at once. */
  writeSettings(settings: Settings): Promise<void>;
}

/** Timeout for the server to listen, in ms. It usually takes about one second. */
const startTimeoutMs = 60_000;

/**
 * Starts VS Code's server and waits until it listens.
 * @throws with the server's output if it ends before it listens
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
    // Lets the URL of a window specify tests and an extension under development. Also hides notifications.
    ...(options.forPeople === true ? [] : ['--enable-smoke-test-driver']),
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.hasWorkspaceTrust === true ? [] : ['--disable-workspace-trust']),
    // If its parent is killed, the server exits once the last window is closed.
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
  started.exited.then((code) => fail(`ended with code ${code}`)).catch(throwUncaught);
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

/** Environment that makes the server write log files. */
function writingLogs(): NodeJS.ProcessEnv {
  const hook = pathToFileURL(path.join(repository, 'test/support/secrets/logFiles.ts')).href;
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${hook}`.trim() };
}

/** Adds options to the URL that desktop VS Code takes on its command line. */
function setPayload(
  url: URL,
  logLevel: string | undefined,
  entries: readonly (readonly [string, string])[],
): void {
  const all = [...(logLevel === undefined ? [] : [['logLevel', logLevel] as const]), ...entries];
  if (all.length > 0) url.searchParams.set('payload', JSON.stringify(all));
}

/** Options of a test window, in addition to those of the server. Paths are absolute. */
export interface WindowOptions {
  readonly folder: string;
  readonly extensionDevelopmentPath: string;
  /** The module whose `run` is called in the extension host. */
  readonly extensionTestsPath: string;
  readonly logLevel?: 'trace';
}

/** The URL of a window that loads an extension from its sources and runs tests in its extension host. */
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
