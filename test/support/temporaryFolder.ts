import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const removal = { recursive: true, force: true, maxRetries: 5 } as const;

/** A fresh folder that is removed, at the latest, when this process exits. */
export interface TemporaryFolder {
  /** Absolute. Only this user can read the folder. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Creates a folder in the system's temporary folder.
 * @param name prefix of the folder's name; keep it short, because paths of sockets may have at most 103 characters
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
