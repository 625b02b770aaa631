import { lstatSync, realpathSync, statSync } from 'node:fs';
import type { BigIntStats, Dirent, Stats } from 'node:fs';
import { constants, open, readdir, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { identityOf, isInDataFolder, isOwnName, markerName } from '../base/dataFolder.ts';
import { middleCut } from '../base/middleCut.ts';
import { isAtOrBelow, isSamePath, joinPath, readableName, toFilePath } from './filePath.ts';
import type { FilePath } from './filePath.ts';
import { fileDate } from '../store/timestamps.ts';

/** A file at the origin. */
export interface OriginFile {
  /** Path below the origin, with `/` as the separator. Names are in the format of {@link readableName}. */
  readonly key: string;
  /** Path of the file on this machine, with symbolic links resolved. */
  readonly file: FilePath;
  /** Size in bytes. */
  readonly size: number;
  /** Modification date, in µs since 1970. */
  readonly modified: number;
}

/** An entry that a walk found. */
export type OriginEntry =
  | { readonly kind: 'file'; readonly file: OriginFile }
  /** An entry that is not collected because of a rule. */
  | { readonly kind: 'refused'; readonly key: string; readonly why: string }
  /**
   * A file or folder that could not be read but may still exist. Resources at or below it must not be
   * removed.
   */
  | { readonly kind: 'unreadable'; readonly key: string; readonly code: string };

/** Thrown if the origin or a part of it can't be read. The run must then remove no Resources. */
export class OriginUnreadable extends Error {
  override readonly name = 'OriginUnreadable';
}

/** Maximum number of entries that the walk checks synchronously and yields together. */
const groupSize = 32;

/** Names of folders that contain no user documents. Entries whose names begin with a dot are skipped, too. */
const skippedFolders = new Set(['node_modules']);

const ownDataReason = 'data of a sandbox';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}

/** Whether an error means that a path does not exist. After any other error, the path may exist. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** Whether a file could not be opened because it was removed or replaced after the walk found it. */
export function isReplaced(error: unknown): boolean {
  return isGone(error) || ['ELOOP', 'EISDIR'].includes(codeOf(error));
}

/** Returns the path of an origin with symbolic links resolved. @throws OriginUnreadable */
export async function resolveOrigin(origin: string): Promise<FilePath> {
  try {
    const root = toFilePath(await realpath(origin, { encoding: 'buffer' }));
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    const named = middleCut(origin);
    if (codeOf(error) !== 'ENOENT') {
      throw new OriginUnreadable(`The origin folder can't be read (${codeOf(error)}): ${named}`);
    }
    throw new OriginUnreadable(`The origin folder does not exist: ${named}`);
  }
  throw new OriginUnreadable(`The origin is not a folder: ${middleCut(origin)}`);
}

type Kind = 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'device' | 'own';

function kindOf(entry: Dirent | Dirent<Buffer> | Stats): Kind {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  if (entry.isFIFO()) return 'pipe';
  if (entry.isSocket()) return 'socket';
  return entry.isFile() ? 'file' : 'device';
}

interface FolderEntry {
  readonly name: FilePath;
  readonly readable: string;
  readonly kind: Kind;
}

interface Folder {
  readonly key: string;
  readonly path: FilePath;
  readonly device: bigint;
  readonly entries: readonly FolderEntry[];
  /** Index in `entries` of the next entry to check. */
  next: number;
}

async function entriesOf(folder: FilePath): Promise<FolderEntry[]> {
  const read = (entry: Dirent | Dirent<Buffer>): FolderEntry => {
    const name = typeof entry.name === 'string' ? entry.name : toFilePath(entry.name);
    return { name, readable: readableName(name), kind: kindOf(entry) };
  };
  let entries: (Dirent | Dirent<Buffer>)[] = await readdir(folder, { withFileTypes: true });
  // U+FFFD can be a real character of a name or a replacement for invalid UTF-8. Read the names as bytes to distinguish
  // the two cases.
  if (entries.some(({ name }) => name.includes('\ufffd')))
    entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.map(read).sort((left, right) => (left.readable < right.readable ? -1 : 1));
}

/** Drops entries whose names begin with a dot. Sets the kind of a sandbox's own files to `own`. */
function collectable(entries: readonly FolderEntry[]): FolderEntry[] {
  const isData = entries.some(({ readable }) => readable === markerName);
  return entries
    .filter(({ readable }) => !readable.startsWith('.'))
    .map((entry) => (isData && isOwnName(entry.readable) ? { ...entry, kind: 'own' } : entry));
}

/** One walk through all folders of an origin. */
export class OriginWalk {
  readonly #root: FilePath;
  readonly #own: ReadonlySet<string>;
  /** Inode numbers of the files in {@link #own}, for a fast first check. Large numbers are rounded. */
  readonly #ownInodes: ReadonlySet<number>;
  readonly #signal: AbortSignal;
  readonly #places = new Map<string, string>();
  readonly #placePaths = new Map<string, FilePath>();

  /**
   * @param root The path from {@link resolveOrigin}.
   * @param own The identities of the sandbox's own files, which the walk refuses.
   */
  constructor(root: FilePath, own: ReadonlySet<string>, signal: AbortSignal) {
    this.#root = root;
    this.#own = own;
    this.#ownInodes = new Set([...own].map((identity) => Number(identity.split(':')[1])));
    this.#signal = signal;
  }

  /** Identities of the origin (with the key `''`) and of the mount points that the walk has found so far. */
  get places(): ReadonlyMap<string, string> {
    return this.#places;
  }

  /**
   * Whether the origin and all mount points in {@link places} are still the same folders on the same disks.
   */
  isUnmoved(): boolean {
    return [...this.#placePaths].every(([key, place]) => {
      try {
        return this.#places.get(key) === identityOf(statSync(place, { bigint: true }));
      } catch {
        return false;
      }
    });
  }

  /**
   * Yields all entries in groups, folder by folder. Sorts by name, so that a resumed run has the same order.
   * Follows a link only if it leads to a file inside the origin.
   * @throws OriginUnreadable if the origin itself can't be read
   */
  async *groups(): AsyncGenerator<readonly OriginEntry[]> {
    const folders: Folder[] = [];
    let group: OriginEntry[] = [];
    const enter = async (key: string, path: FilePath, parent: Folder | undefined): Promise<void> => {
      const entered = await this.#enter(key, path, parent);
      if (entered && 'entries' in entered) folders.push(entered);
      else if (entered) group.push(entered);
    };
    await enter('', this.#root, undefined);
    for (let folder = folders.at(-1); folder; folder = folders.at(-1)) {
      const entry = folder.entries[folder.next++];
      const entersFolder = entry?.kind === 'folder' && !skippedFolders.has(entry.readable);
      // Yield the checked entries before entering a folder. Entering reads the folder asynchronously, and the
      // checked entries could be out of date afterwards.
      if (group.length >= groupSize || (group.length > 0 && (!entry || entersFolder))) {
        yield group;
        group = [];
      }
      this.#signal.throwIfAborted();
      if (!entry) folders.pop();
      else {
        const key = folder.key === '' ? entry.readable : `${folder.key}/${entry.readable}`;
        const path = joinPath(folder.path, entry.name);
        if (entersFolder) await enter(key, path, folder);
        else if (entry.kind !== 'folder') {
          const described = this.#describe(key, path, entry.kind);
          if (described) group.push(described);
        }
      }
    }
    if (group.length > 0) yield group;
  }

  /** Reads the entries of a folder. @returns Undefined if the folder no longer exists */
  async #enter(
    key: string,
    path: FilePath,
    parent: Folder | undefined,
  ): Promise<Folder | OriginEntry | undefined> {
    try {
      // Since its parent was read, the folder may have been replaced by a link.
      if (parent && !isSamePath(await realpath(path, { encoding: 'buffer' }), path)) return undefined;
      // Append `.` to the path. This makes the call fail if the process has no search permission for the folder.
      const stats = statSync(joinPath(path, '.'), { bigint: true });
      if (this.#own.has(identityOf(stats))) return { kind: 'refused', key, why: ownDataReason };
      const entries = collectable(await entriesOf(path));
      this.#addPlace(key, path, stats, parent);
      return { key, path, device: stats.dev, entries, next: 0 };
    } catch (error) {
      if (!parent)
        throw new OriginUnreadable(
          `The origin folder can't be read (${codeOf(error)}): ${middleCut(path.toString())}`,
        );
      // Treat a folder that was removed during the walk as an empty one.
      return isGone(error) ? undefined : { kind: 'unreadable', key, code: codeOf(error) };
    }
  }

  /**
   * Records the origin and the mount points in it, so that a later check detects an unmounted disk. Such a disk leaves
   * an empty folder.
   */
  #addPlace(key: string, place: FilePath, stats: BigIntStats, parent: Folder | undefined): void {
    if (stats.dev === parent?.device) return;
    this.#places.set(key, identityOf(stats));
    this.#placePaths.set(key, place);
  }

  #describe(key: string, named: FilePath, kind: Kind): OriginEntry | undefined {
    const refused = (why: string): OriginEntry => ({ kind: 'refused', key, why });
    const isLink = kind === 'link';
    if (kind === 'own') return refused(ownDataReason);
    if (!isLink && kind !== 'file') return refused(`a ${kind}`);
    try {
      const file = isLink ? toFilePath(realpathSync.native(named, { encoding: 'buffer' })) : named;
      if (isLink && !isAtOrBelow(this.#root, file)) return refused('a link out of the origin');
      const stats = lstatSync(file);
      // The file may have been replaced by another kind of entry since the folder was read. The next run detects this.
      if (!stats.isFile()) return isLink ? refused(`a link to a ${kindOf(stats)}`) : undefined;
      if (this.#isOwn(file, stats, isLink)) return refused(ownDataReason);
      return {
        kind: 'file',
        file: { key, file, size: stats.size, modified: fileDate(stats.mtimeMs) },
      };
    } catch (error) {
      if (!isGone(error)) return { kind: 'unreadable', key, code: codeOf(error) };
      // The file was removed since the folder was read.
      return isLink ? refused('a link to nowhere') : undefined;
    }
  }

  #isOwn(file: FilePath, stats: Stats, isLink: boolean): boolean {
    if (isLink && isInDataFolder(file.toString(), this.#root.toString())) return true;
    return this.#ownInodes.has(stats.ino) && this.#own.has(identityOf(lstatSync(file, { bigint: true })));
  }
}

/** Opens a file that a walk found. If a link has replaced the file since then, does not follow it. */
export function openOriginFile(file: OriginFile): Promise<FileHandle> {
  return open(file.file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}
