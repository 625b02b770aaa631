import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { node24, repository } from './repository.ts';
import { startProcess } from './processes.ts';
import type { StartedProcess } from './processes.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

/** The address of a sandbox, and the credentials of a user. */
export interface SandboxConnection {
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
  readonly user: string;
  readonly password: string;
}

/** A sandbox that runs in a separate process. */
export interface SandboxProcess {
  readonly connection: SandboxConnection;
  readonly process: StartedProcess;
}

/** Maximum time without output until the sandbox listens, in ms. The sandbox first writes its sample files. */
const startTimeoutMs = 60_000;

/**
 * Starts `src/sandbox/cli/cli.ts` with these arguments and waits until the sandbox listens.
 * @param onLog called with each chunk of standard error
 * @throws an error with the error output if the sandbox exits or times out before it listens
 */
export async function startSandboxProcess(
  args: readonly string[],
  onLog?: (text: string) => void,
): Promise<SandboxProcess> {
  const listening = Promise.withResolvers<SandboxConnection>();
  let output = '';
  let errors = '';
  const cli = path.join(repository, 'src/sandbox/cli/cli.ts');
  let startTimer: NodeJS.Timeout | undefined;
  const started = await startProcess(node24, [cli, '--json', ...args], {
    onOutput: (text, stream) => {
      if (stream === 'stderr') {
        errors = (errors + text).slice(-4_000);
        // Generating 1,000,000 Resources takes longer than the timeout, so restart the timeout on each progress
        // message.
        startTimer?.refresh();
        onLog?.(text);
        return;
      }
      output += text;
      const end = output.indexOf('\n');
      if (end >= 0) listening.resolve(JSON.parse(output.slice(0, end)) as SandboxConnection);
    },
  });
  started.exited
    .then((code) => listening.reject(new Error(`The sandbox exited with code ${String(code)}.\n${errors}`)))
    .catch(listening.reject);
  startTimer = setTimeout(
    () => listening.reject(new Error(`The sandbox did not start in time.\n${errors}`)),
    startTimeoutMs,
  );
  try {
    return { connection: await listening.promise, process: started };
  } catch (error) {
    await started.stop();
    throw error;
  } finally {
    clearTimeout(startTimer);
    // Output after this point calls refresh(), which would restart the cleared timer.
    startTimer = undefined;
  }
}

/** Writes a connection file for the extension. Only the current user can read the file. */
export async function writeConnectionFile(
  connection: SandboxConnection,
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await makeTemporaryFolder('onna-connection');
  const file = path.join(folder.path, 'connection.json');
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
  return { file, remove: () => folder.remove() };
}
