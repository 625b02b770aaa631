import { randomUUID } from 'node:crypto';
import { link, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../base/busyFiles.ts';
import { isProcessAlive } from '../../base/processes.ts';

/** A process that has not written to its temporary file for this time, in ms, counts as ended. */
const maxSilenceMs = 10 * 60_000;

/** Contains the id of the process that writes the file, and a random part. */
const temporaryName = /^\.onna-(\d+)-[\da-f-]{36}\.part$/;

/** Codes of `link` on file systems without hard links, such as FAT. */
const noHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR', 'EINVAL']);

/**
 * A path for a file that is not complete yet, next to its target. It is random, because the name of the target may
 * already have the maximum length, and two downloads may have the same target.
 */
export function temporaryFileFor(target: string): string {
  return path.join(path.dirname(target), `.onna-${process.pid}-${randomUUID()}.part`);
}

/** Deletes the temporary files of processes that were killed. Never rejects. */
export async function removeAbandonedFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, pid] = temporaryName.exec(name) ?? [];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = (await stat(file).catch(() => undefined)) ?? { mtimeMs: Infinity };
    // On a shared folder, the process may run on another machine.
    if (Date.now() - mtimeMs > maxSilenceMs) await rm(file, { force: true }).catch(() => undefined);
  }
}

/**
 * Gives a complete file its final name. If the process is killed meanwhile, the target is either unchanged or complete.
 * Exception: on a file system without hard links, a new target may be empty.
 * @param overwrite False: fails with `EEXIST` if the target exists.
 * @throws File system errors. The complete file stays.
 */
export async function moveIntoPlace(complete: string, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) {
    await replaceFile(complete, target);
    return;
  }
  try {
    // `rename` would overwrite an existing file, but `link` fails.
    await link(complete, target);
  } catch (error) {
    if (!hasCode(error, noHardLinks)) throw error;
    await reserveAndRename(complete, target);
    return;
  }
  await rm(complete, { force: true });
}

/** Reserves the name with an empty file, and replaces that file. */
async function reserveAndRename(complete: string, target: string): Promise<void> {
  await writeFile(target, '', { flag: 'wx' });
  try {
    await replaceFile(complete, target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}
