import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const removal = { recursive: true, force: true, maxRetries: 5 } as const;

/** A fresh folder that goes with this process at the latest. */
export interface TemporaryFolder {
  /** Absolute. Readable by this user only. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a folder in the system's folder for temporary files.
 * @param name begins the folder's name; keep it short, as sockets below it may have 103 characters at most
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
