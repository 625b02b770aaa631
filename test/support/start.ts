// npm start: a sandbox with sample Datasources, and a VS Code with the extension, signed in to it.
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

  --origin [NAME=]DIR[:TYPE[:SYNC]]  collect a folder of yours as a Datasource; may be repeated
  --data DIR   keep what the sandbox collected in DIR
  --port N     where VS Code in the browser listens (default: any free port)
  --browser    VS Code in the browser even where the desktop's is installed`;

/** VS Code, open. */
interface OpenedVsCode {
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
  /** Tells the user where it is. */
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
    throw new Error('The extension could not be built; the reason stands above.');
  }
}

async function openVsCode(
  connectionFile: string,
  options: { readonly port: number; readonly inBrowser: boolean },
): Promise<OpenedVsCode> {
  // A fresh user each time: an earlier one would still be signed in to a sandbox that is gone.
  const temporary = await makeTemporaryFolder('onna-start');
  stops.push(() => temporary.remove());
  const home = temporary.path;
  const folder = path.join(home, 'workspace');
  await mkdir(folder);
  const env = { ONNA_SANDBOX_CONNECTION: connectionFile };
  const desktop = options.inBrowser ? undefined : findDesktopCommand();
  if (desktop !== undefined) {
    const window = await openDesktopWindow(desktop, { home, folder, env });
    return { ...window, words: 'VS Code opens in a window of its own; closing it stops everything, too.' };
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
    words: `Open this in your browser:  ${server.url}\nIt is ${vscode.label}.`,
  };
}

function tell(connection: SandboxConnection, words: string): void {
  console.log(`
${words}

The Onna view (in the activity bar) is signed in to the sandbox:
  server    ${connection.baseUrl}
  account   ${connection.account}, container ${connection.container}
  user      ${connection.user}
  password  ${connection.password}

Ctrl+C stops everything.
`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port is “${text}”; it must be a number from 0 to 65535.`);
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
  let told = false;
  const sandbox = await startSandboxProcess(['--samples', ...origins, ...data], (text) => {
    // Before the user knows where it is, and after Ctrl+C, it would only stand in the way.
    if (told && stops.length > 0) process.stdout.write(text);
  });
  stops.push(() => sandbox.process.stop());
  const { file, remove } = await writeConnectionFile(sandbox.connection);
  stops.push(remove);
  const opened = await openVsCode(file, { port, inBrowser: values.browser });
  stops.push(() => opened.close());
  tell(sandbox.connection, opened.words);
  told = true;
  const ended = await Promise.race([
    sandbox.process.exited.then(() => 'The sandbox'),
    opened.closed.then(() => 'VS Code'),
  ]);
  // Nothing to tell a user who has ended both.
  if (stops.length > 0) console.log(`${ended} has ended.`);
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
