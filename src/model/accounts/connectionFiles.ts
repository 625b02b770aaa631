import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Deletes an account's files in a folder: all files whose names begin with the connection id and a dot. That includes
 * temporary files that a killed window left behind.
 */
export async function removeConnectionFiles(folder: string, connectionId: string): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  const own = files.filter((name) => name.startsWith(`${connectionId}.`));
  await Promise.all(own.map((name) => rm(path.join(folder, name), { force: true })));
}
