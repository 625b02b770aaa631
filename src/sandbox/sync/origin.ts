import { realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { constants, open, readdir, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileDate } from '../store/timestamps.ts';

/** A file at the origin. */
export interface OriginFile {
  /** Its path below the origin, with `/`. */
  readonly key: string;
  /** Where it really is: inside the origin, symbolic links resolved. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** µs since 1970. */
  readonly modified: number;
}

/** What a walk meets: a file, or something that it does not follow. */
export type OriginEntry =
  | { readonly kind: 'file'; readonly file: OriginFile }
  | { readonly kind: 'refused'; readonly key: string; readonly why: string };

/** Thrown when the origin as a whole can't be read: nothing may be concluded about its files. */
export class OriginUnreadable extends Error {
  override readonly name = 'OriginUnreadable';
}

/** Entries of a folder that are looked at together, without anything else going on, and given out together. */
const groupSize = 32;

/** Folders that hold no documents of anybody's. Names that begin with a dot are left out too. */
const skippedFolders = new Set(['node_modules']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}

/** The real path of an origin. @throws OriginUnreadable */
export async function resolveOrigin(origin: string): Promise<string> {
  try {
    const root = await realpath(origin);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw new OriginUnreadable(`The origin folder can't be read (${codeOf(error)}): ${origin}`);
    }
    throw new OriginUnreadable(`The origin folder does not exist: ${origin}`);
  }
  throw new OriginUnreadable(`The origin is not a folder: ${origin}`);
}

function isInside(root: string, candidate: string): boolean {
  return candidate.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

/**
 * Every file below `root` in groups, folder by folder in the order of their names, so that a run which is resumed
 * comes by in the same order. Links to files inside the origin are followed, links to folders and out of the origin are not.
 * @throws OriginUnreadable
 */
export async function* walkOrigin(
  root: string,
  signal: AbortSignal,
  below = '',
): AsyncGenerator<readonly OriginEntry[]> {
  let group: OriginEntry[] = [];
  for (const { name, kind } of await entriesOf(root, below)) {
    signal.throwIfAborted();
    if (name.startsWith('.')) continue;
    const key = below === '' ? name : `${below}/${name}`;
    if (kind === 'folder') {
      if (skippedFolders.has(name)) continue;
      if (group.length > 0) yield group;
      group = [];
      yield* walkOrigin(root, signal, key);
    } else if (kind !== 'other') {
      const entry = describe(root, key, kind === 'link');
      if (entry) group.push(entry);
      if (group.length < groupSize) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

async function entriesOf(root: string, below: string): Promise<FolderEntry[]> {
  const folder = path.join(root, below);
  try {
    // The folder could have been replaced by a link since its parent was read.
    if (below !== '' && (await realpath(folder)) !== folder) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .map((entry): FolderEntry => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    // A folder that went away while the walk was on its way there holds nothing; the origin itself has to be there.
    if (codeOf(error) === 'ENOENT' && below !== '') return [];
    throw new OriginUnreadable(`A folder of the origin can't be read (${codeOf(error)}): /${below}`);
  }
}

function describe(root: string, key: string, isLink: boolean): OriginEntry | undefined {
  const named = path.join(root, key);
  try {
    const file = isLink ? realpathSync.native(named) : named;
    if (!isInside(root, file)) return { kind: 'refused', key, why: 'a link out of the origin' };
    const stats = statSync(file);
    if (!stats.isFile()) return isLink ? { kind: 'refused', key, why: 'a link to a folder' } : undefined;
    return {
      kind: 'file',
      file: { key, file, size: stats.size, modified: fileDate(stats.mtimeMs) },
    };
  } catch (error) {
    const code = codeOf(error);
    // Gone since the folder was read, or a link to nowhere.
    return code === 'ENOENT' ? undefined : { kind: 'refused', key, why: code };
  }
}

/** Opens a file that a walk named, but nothing that has been put in its place as a link since. */
export function openOriginFile(file: OriginFile): Promise<FileHandle> {
  return open(file.file, constants.O_RDONLY | constants.O_NOFOLLOW);
}
