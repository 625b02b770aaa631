import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileAt, shownName, type LocalFile } from './localFile.ts';

/** Maximum number of files of one upload. */
export const maxFiles = 100_000;

/**
 * An item that is not uploaded. `loop`: a link to a folder that contains it. `special`: neither a file nor a folder.
 * `tooMany`: an item after the maximum number of files. `lost`: content that came from a browser and is gone.
 */
export interface LeftOut {
  readonly path: string;
  readonly reason: 'loop' | 'special' | 'tooMany' | 'lost' | Error;
}

/** The chosen files, all files in the chosen folders, and the items that were left out. */
export interface CollectedFiles {
  readonly files: readonly LocalFile[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Finds all files to upload, with their folders. Links are followed, except into a folder that contains the link.
 * @param targets Absolute paths of files and folders
 */
export async function collectFiles(targets: readonly string[], signal: AbortSignal): Promise<CollectedFiles> {
  const files: LocalFile[] = [];
  const leftOut: LeftOut[] = [];

  async function visit(target: string, folder: readonly string[], above: readonly string[]): Promise<void> {
    signal.throwIfAborted();
    if (files.length >= maxFiles) {
      leftOut.push({ path: target, reason: 'tooMany' });
      return;
    }
    try {
      const stats = await stat(target);
      if (stats.isFile()) files.push(fileAt(target, folder, stats));
      else if (stats.isDirectory()) await visitFolder(target, folder, above);
      else leftOut.push({ path: target, reason: 'special' });
    } catch (error) {
      signal.throwIfAborted();
      leftOut.push({ path: target, reason: await reasonOf(target, error) });
    }
  }

  async function visitFolder(
    target: string,
    folder: readonly string[],
    above: readonly string[],
  ): Promise<void> {
    const real = await realpath(target);
    if (above.includes(real)) {
      leftOut.push({ path: target, reason: 'loop' });
      return;
    }
    const names = (await readdir(target)).sort();
    // The root of a drive has no name.
    const inner = path.basename(target) === '' ? folder : [...folder, shownName(target)];
    for (const name of names) await visit(path.join(target, name), inner, [...above, real]);
  }

  for (const target of targets) await visit(path.resolve(target), [], []);
  return { files, leftOut };
}

/** The reason why an item is left out. A link to itself fails with `ELOOP`. */
async function reasonOf(target: string, error: unknown): Promise<LeftOut['reason']> {
  const failure = error instanceof Error ? error : new Error(String(error));
  if ('code' in failure && failure.code === 'ELOOP') return 'loop';
  // A link to a missing file counts as special.
  const isLink = await lstat(target).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink ? 'special' : failure;
}
