import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Deletes the files of an account in a folder: all whose names begin with its connection's id and a dot. They include
 * temporary files that a killed window left behind.
 */
export async function removeConnectionFiles(folder: string, connectionId: string): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  const own = files.filter((name) => name.startsWith(`${connectionId}.`));
  await Promise.all(own.map((name) => rm(path.join(folder, name), { force: true })));
}
