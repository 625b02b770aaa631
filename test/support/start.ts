// npm start: a sandbox with sample Datasources, and a VS Code with the extension, signed in to it.
//   node test/support/start.ts [--origin [NAME=]DIR[:TYPE[:SYNC]]]… [--data DIR] [--port N] [--no-open]
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findOnPath } from './findOnPath.ts';
import { installExtension } from './packagedExtension.ts';
import { startProcess, stopOnSignals } from './processes.ts';
import type { StartedProcess } from './processes.ts';
import { node24, repository, vscodeTestFolder } from './repository.ts';
import { startSandboxProcess, writeConnectionFile } from './sandbox.ts';
import type { SandboxConnection } from './sandbox.ts';
import { getServerVsCode, hasDisplay } from './vscode.ts';
import { writeDesktopSettings } from './desktopSettings.ts';
import { startVsCodeServer } from './vscodeServer.ts';

const usage = `npm start -- [options]

  --origin [NAME=]DIR[:TYPE[:SYNC]]  collect a folder of yours as a Datasource; may be repeated
  --data DIR   keep what the sandbox collected in DIR
  --port N     where VS Code in the browser listens (default: any free port)
  --browser    VS Code in the browser even where the desktop's is installed
`;

const stops: (() => Promise<unknown>)[] = [];

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function build(): Promise<void> {
  const built = await startProcess(node24, ['esbuild.js'], {
    cwd: repository,
    onOutput: (text, stream) => process[stream].write(text),
  });
  if ((await built.exited) !== 0)
    throw new Error('The extension could not be built; the reason stands above.');
}

/** Starts VS Code; `exited` of what it gives ends when the user closes it. */
async function openVsCode(
  connectionFile: string,
  options: { port: number; browser: boolean },
): Promise<{ process: StartedProcess; words: string }> {
  const home = path.join(vscodeTestFolder, 'start');
  const folder = path.join(home, 'workspace');
  await mkdir(folder, { recursive: true });
  const env = { ONNA_SANDBOX_CONNECTION: connectionFile };
  const desktop = options.browser || !hasDisplay() ? undefined : findOnPath(['code']);
  if (desktop !== undefined) {
    const user = path.join(home, 'desktop');
    await writeDesktopSettings(user, {});
    const args = [
      folder,
      '--new-window',
      '--wait',
      `--user-data-dir=${user}`,
      `--extensions-dir=${path.join(home, 'desktop-extensions')}`,
    ];
    const process_ = await startProcess(desktop, [...args, `--extensionDevelopmentPath=${repository}`], {
      env: { ...process.env, ...env },
    });
    return { process: process_, words: 'VS Code opens in a window of its own.' };
  }
  const extensionsFolder = path.join(home, 'extensions');
  await rm(extensionsFolder, { recursive: true, force: true });
  await installExtension(extensionsFolder);
  const vscode = await getServerVsCode();
  const server = await startVsCodeServer({
    vscode,
    folder,
    extensionsFolder,
    dataFolder: path.join(home, 'server'),
    port: options.port,
    env,
    forPeople: true,
  });
  return {
    process: server.process,
    words: `Open VS Code in your browser:  ${server.url}\n  (${vscode.label})`,
  };
}

function tell(connection: SandboxConnection, words: string): void {
  console.log(`
${words}
The Onna view is in the activity bar, signed in to the sandbox:

  server    ${connection.baseUrl}
  account   ${connection.container} / ${connection.account}
  user      ${connection.user}
  password  ${connection.password}

Ctrl+C stops everything.`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      origin: { type: 'string', multiple: true, default: [] },
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
      browser: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  stopOnSignals(stopAll);
  console.log('Building the extension …');
  await build();
  console.log('Starting the sandbox …');
  const origins = values.origin.flatMap((origin) => ['--origin', origin]);
  const data = values.data === undefined ? [] : ['--data', values.data];
  const sandbox = await startSandboxProcess(['--samples', ...origins, ...data], (text) =>
    process.stderr.write(text),
  );
  stops.push(() => sandbox.process.stop());
  const { file, remove } = await writeConnectionFile(sandbox.connection);
  stops.push(remove);
  const opened = await openVsCode(file, { port: Number(values.port), browser: values.browser });
  stops.push(() => opened.process.stop());
  tell(sandbox.connection, opened.words);
  await Promise.race([sandbox.process.exited, opened.process.exited]);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await stopAll();
}
