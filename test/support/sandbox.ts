import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { node24, repository } from './repository.ts';
import { startProcess } from './processes.ts';
import type { StartedProcess } from './processes.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

/** Where a sandbox is and how to sign in to it. */
export interface SandboxConnection {
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
  readonly user: string;
  readonly password: string;
}

/** A sandbox in a process of its own. */
export interface SandboxProcess {
  readonly connection: SandboxConnection;
  readonly process: StartedProcess;
}

/** How long it may take to listen without a word, in ms: it writes its sample files first. */
const startTimeoutMs = 60_000;

/**
 * Starts `src/sandbox/cli/cli.ts` with these arguments.
 * @param onLog what it writes on standard error, piece by piece
 * @throws with its own words if it ends before it listens
 */
export async function startSandboxProcess(
  args: readonly string[],
  onLog?: (text: string) => void,
): Promise<SandboxProcess> {
  const told = Promise.withResolvers<SandboxConnection>();
  let heard = '';
  let errors = '';
  const cli = path.join(repository, 'src/sandbox/cli/cli.ts');
  let impatience: NodeJS.Timeout | undefined;
  const started = await startProcess(node24, [cli, '--json', ...args], {
    onOutput: (text, stream) => {
      if (stream === 'stderr') {
        errors = (errors + text).slice(-4_000);
        // While it makes up a million Resources, it tells how far it is.
        impatience?.refresh();
        onLog?.(text);
        return;
      }
      heard += text;
      const end = heard.indexOf('\n');
      if (end >= 0) told.resolve(JSON.parse(heard.slice(0, end)) as SandboxConnection);
    },
  });
  void started.exited.then((code) =>
    told.reject(new Error(`The sandbox ended with code ${String(code)}.\n${errors}`)),
  );
  impatience = setTimeout(
    () => told.reject(new Error(`The sandbox did not start in time.\n${errors}`)),
    startTimeoutMs,
  );
  try {
    return { connection: await told.promise, process: started };
  } catch (error) {
    await started.stop();
    throw error;
  } finally {
    clearTimeout(impatience);
    // What it writes from now on would start a cleared timer again.
    impatience = undefined;
  }
}

/** Leaves a connection in a file that only its owner can read, as the extension looks for it. */
export async function writeConnectionFile(
  connection: SandboxConnection,
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await makeTemporaryFolder('onna-connection');
  const file = path.join(folder.path, 'connection.json');
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
  return { file, remove: () => folder.remove() };
}
