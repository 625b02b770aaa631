import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isProcessAlive } from './processes.ts';

const prefix = 'onna-sandbox-';

/** Removes the temporary folders of killed sandboxes. The name of a folder contains the process id of its sandbox. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const processId = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (processId === undefined || isProcessAlive(Number(processId))) continue;
    // Ignore errors: the folder may belong to another user.
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Creates a temporary data folder for a sandbox that does not keep its data. */
export async function makeTemporaryDataFolder(): Promise<string> {
  const folder = tmpdir();
  await removeAbandoned(folder);
  return mkdtemp(path.join(folder, `${prefix}${process.pid}-`));
}
