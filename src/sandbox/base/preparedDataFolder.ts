import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { markDataFolder } from './dataFolder.ts';

/** Thrown if a sandbox can't keep its data in a folder. The message says why, and what to do. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';

  /** @param reason A sentence without a subject, which is the folder. */
  constructor(folder: string, reason: string, cause: unknown) {
    super(`The data folder ${folder} can’t be used: ${reason}`, { cause });
  }
}

/** Reasons and remedies for the system errors that a person can do something about. */
const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file. Use another folder.',
  ENOTDIR: 'a part of its path is a file. Use another folder.',
  EACCES: 'this user may not write to it. Change its permissions, or use another folder.',
  EPERM: 'this user may not write to it. Change its permissions, or use another folder.',
  EROFS: 'its disk is read-only. Use another folder.',
  ENOSPC: 'its disk is full. Make room, or use another folder.',
  EDQUOT: 'its disk quota is used up. Make room, or use another folder.',
  ENAMETOOLONG: 'its path is too long. Use another folder.',
  ELOOP: 'its path contains a loop of links. Use another folder.',
};

/** Creates a folder and the missing folders above it. @throws System error */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // On a read-only disk, Node reports the missing folder. Without `recursive`, it reports the disk.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') await mkdir(folder);
    throw error;
  }
}

/** Bytes written to check that the disk has room. */
const probeBytes = 64 * 1024;

/**
 * Creates a data folder if it is missing, checks that files can be created in it, and marks it.
 * @throws DataFolderUnusable
 */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    // The marker may already exist in a folder that has become read-only. So create another file.
    const probe = path.join(folder, `.onna-sandbox-probe-${process.pid}`);
    try {
      await writeFile(probe, Buffer.alloc(probeBytes));
    } finally {
      await rm(probe, { force: true });
    }
    await markDataFolder(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const text = error instanceof Error ? error.message : String(error);
    throw new DataFolderUnusable(folder, reasons[code] ?? `${text}. Use another folder.`, error);
  }
}
