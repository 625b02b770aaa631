// Implements `npm start`: starts a sandbox with sample Datasources, and a VS Code that is signed in to the sandbox.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findDesktopCommand, openDesktopWindow } from './desktopWindow.ts';
import { installExtension } from './packagedExtension.ts';
import { startProcess, stopOnSignals } from './processes.ts';
import { node24, repository } from './repository.ts';
import { startSandboxProcess, writeConnectionFile } from './sandbox.ts';
import type { SandboxConnection } from './sandbox.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { getServerVsCode } from './vscode.ts';
import { startVsCodeServer } from './vscodeServer.ts';

const usage = `npm start -- [options]

  --origin [NAME=]DIR[:TYPE[:SYNC]]  collect one of your folders as a Datasource; may be repeated
  --data DIR   store the data of the sandbox in DIR
  --port N     port of VS Code in the browser (default: any free port)
  --browser    use VS Code in the browser, even if desktop VS Code is installed`;

/** A running VS Code that the user can open. */
interface OpenedVsCode {
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
  /** Instructions that tell the user where VS Code is. */
  readonly words: string;
}

const stops: (() => Promise<unknown>)[] = [];

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function build(): Promise<void> {
  const built = await startProcess(node24, ['esbuild.js'], {
    cwd: repository,
    onOutput: (text, stream) => process[stream].write(text),
  });
  if ((await built.exited) !== 0) {
    throw new Error('Building the extension failed. See the output above.');
  }
}

async function openVsCode(
  connectionFile: string,
  options: { readonly port: number; readonly inBrowser: boolean },
): Promise<OpenedVsCode> {
  // Use a new profile, because an old profile would be signed in to a sandbox that no longer exists.
  const temporary = await makeTemporaryFolder('onna-start');
  stops.push(() => temporary.remove());
  const home = temporary.path;
  const folder = path.join(home, 'workspace');
  await mkdir(folder);
  const env = { ONNA_SANDBOX_CONNECTION: connectionFile };
  const desktop = options.inBrowser ? undefined : findDesktopCommand();
  if (desktop !== undefined) {
    const window = await openDesktopWindow(desktop, { home, folder, env });
    return {
      ...window,
      words: 'VS Code opens in a new window. If you close the window, the sandbox stops as well.',
    };
  }
  const vscode = await getServerVsCode();
  const extensionsFolder = path.join(home, 'extensions');
  await installExtension(extensionsFolder);
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
    closed: server.process.exited,
    close: () => server.process.stop(),
    words: `Open this address in your browser:  ${server.url}\nIt shows ${vscode.label}.`,
  };
}

function printConnection(connection: SandboxConnection, words: string): void {
  console.log(`
${words}

The Onna view in the activity bar is signed in to the sandbox:
  server    ${connection.baseUrl}
  account   ${connection.account}, container ${connection.container}
  user      ${connection.user}
  password  ${connection.password}

Press Ctrl+C to stop VS Code and the sandbox.
`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port must be a number from 0 to 65535, not “${text}”.`);
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
  const port = readPort(values.port);
  console.log('Building the extension …');
  await build();
  console.log('Starting the sandbox …');
  const origins = values.origin.flatMap((origin) => ['--origin', origin]);
  const data = values.data === undefined ? [] : ['--data', values.data];
  let isReady = false;
  const sandbox = await startSandboxProcess(['--samples', ...origins, ...data], (text) => {
    // Print the log of the sandbox only between the instructions and Ctrl+C, to keep other messages readable.
    if (isReady && stops.length > 0) process.stdout.write(text);
  });
  stops.push(() => sandbox.process.stop());
  const { file, remove } = await writeConnectionFile(sandbox.connection);
  stops.push(remove);
  const opened = await openVsCode(file, { port, inBrowser: values.browser });
  stops.push(() => opened.close());
  printConnection(sandbox.connection, opened.words);
  isReady = true;
  const ended = await Promise.race([
    sandbox.process.exited.then(() => 'The sandbox'),
    opened.closed.then(() => 'VS Code'),
  ]);
  // Print no message after Ctrl+C, which stops VS Code and the sandbox.
  if (stops.length > 0) console.log(`${ended} has exited.`);
}

stopOnSignals(stopAll);
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await stopAll();
}
