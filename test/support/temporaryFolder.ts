import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const removal = { recursive: true, force: true, maxRetries: 5 } as const;

/** A new folder. It is deleted when this process exits, or earlier by `remove`. */
export interface TemporaryFolder {
  /** The absolute path of the folder. Only the current user can read the folder. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Creates a folder in the temporary folder of the system.
 * @param name prefix of the folder name; use a short prefix, because paths of sockets have at most 103 characters
 */
export async function makeTemporaryFolder(name: string): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `${name}-`));
  const removeNow = () => rmSync(folder, removal);
  process.once('exit', removeNow);
  return {
    path: folder,
    remove: async () => {
      await rm(folder, removal);
      process.off('exit', removeNow);
    },
  };
}
