import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const prefix = 'onna-sandbox-';

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's process runs too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what sandboxes left that were killed before they could: their process is in the name. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const processId = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (processId === undefined || isRunning(Number(processId))) continue;
    // It may be another user's.
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A new folder for the state of a sandbox that keeps none. */
export async function makeTemporaryDataFolder(): Promise<string> {
  const folder = tmpdir();
  await removeAbandoned(folder);
  return mkdtemp(path.join(folder, `${prefix}${process.pid}-`));
}
