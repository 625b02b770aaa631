import { statSync } from 'node:fs';
import { UsageError, parseCommandLine, usage } from './cliOptions.ts';
import type { CliOptions, OriginOption } from './cliOptions.ts';
import { addSamples } from '../samples/addSamples.ts';
import { generateDatasources } from '../samples/generatedDatasources.ts';
import { generateResources } from '../samples/generatedResources.ts';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';

/** Minimum duration of a sync run in ms, regardless of the time scale, so that users can see even the shortest run. */
const minRunMs = 1500;

const originsWorkspace = 'Local folders';

function addOrigins(sandbox: Sandbox, origins: readonly OriginOption[]): void {
  if (origins.length === 0) return;
  const workspace = sandbox.find('/workspaces', originsWorkspace) ?? sandbox.addWorkspace(originsWorkspace);
  for (const { name, folder, type, sync } of origins) {
    // An earlier start with the same data folder has already added this Datasource.
    if (sandbox.find(workspace.path, name)) continue;
    sandbox.addDatasource({ parent: workspace.path, title: name, type, sync, origin: folder });
  }
}

const progressIntervalMs = 2000;

/** Returns a function that writes progress messages, at most one per interval, and the last one. */
function progressOf(count: number, things: string): (done: number) => void {
  let reportedAt = Date.now();
  return (done) => {
    if (done < count && Date.now() - reportedAt < progressIntervalMs) return;
    reportedAt = Date.now();
    process.stderr.write(`${done} of ${count} ${things} generated\n`);
  };
}

async function generate(sandbox: Sandbox, options: CliOptions, signal: AbortSignal): Promise<void> {
  const { generateExceptions: exceptions, generateDatasources: datasources } = options;
  const count = Math.max(options.generate, exceptions);
  if (datasources > 0)
    await generateDatasources(sandbox, datasources, progressOf(datasources, 'Datasources'), signal);
  if (count > 0) await generateResources(sandbox, count, progressOf(count, 'Resources'), signal, exceptions);
}

function announce(sandbox: Sandbox, asJson: boolean): void {
  const { baseUrl, container, account, user, password } = sandbox;
  const login = { baseUrl, container, account, user, password };
  if (asJson) {
    process.stdout.write(`${JSON.stringify(login)}\n`);
  } else {
    process.stdout.write(
      `The sandbox is running. Ctrl+C stops it.\n\n  Server URL  ${baseUrl}\n  Container   ${container}\n` +
        `  Account     ${account}\n  User        ${user}\n  Password    ${password}\n\n  Page        ${baseUrl}/\n\n`,
    );
  }
  process.send?.({ type: 'listening', ...login });
}

/** Maximum time for closing, in ms. */
const maxClosingMs = 10_000;

/**
 * Closes the sandbox when the process receives a stop signal, or when its parent process closes the IPC channel.
 * @returns An abort signal that fires when the sandbox starts to close
 */
function closeOnExit(sandbox: Sandbox): AbortSignal {
  const controller = new AbortController();
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    controller.abort();
    // A disk that does not respond must not keep the process alive. Exiting is safe, because the stored data is always
    // consistent.
    setTimeout(() => process.exit(1), maxClosingMs).unref();
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // The terminal was closed.
  process.on('SIGHUP', stop);
  if (!process.send) return controller.signal;
  process.on('disconnect', stop);
  // The parent may have disconnected while the sandbox was starting.
  if (!process.connected) stop();
  return controller.signal;
}

async function run(options: CliOptions): Promise<void> {
  const { data, port, container, account, user, password, timeScale } = options;
  const sandbox = await startSandbox({
    ...(data === undefined ? {} : { dataFolder: data }),
    ...{ port, timeScale, minRunMs },
    ...(container === undefined ? {} : { container }),
    ...(account === undefined ? {} : { account }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    // Standard output is reserved for the address and the login.
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const stopped = closeOnExit(sandbox);
  try {
    if (options.samples) await addSamples(sandbox);
    addOrigins(sandbox, options.origins);
    await generate(sandbox, options, stopped);
    announce(sandbox, options.json);
  } catch (error) {
    // Ignore errors after a stop: the process exits once the sandbox is closed.
    if (!stopped.aborted) throw error;
  }
}

/** @throws UsageError */
function checkOrigins(origins: readonly OriginOption[]): void {
  for (const { folder } of origins) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(`--origin: there is no folder ${folder}`);
  }
}

function main(): void {
  // Ignore write errors: a closed output pipe must not crash the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let options;
  try {
    options = parseCommandLine(process.argv.slice(2), process.env);
    checkOrigins(options.origins);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  run(options).catch((error: unknown) => {
    process.stderr.write(
      `The sandbox could not be started: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  });
}

main();
