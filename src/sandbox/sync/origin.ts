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
  /** Its path below the origin, with `/`, made of readable names. */
  readonly key: string;
  /** Where it really is: inside the origin, symbolic links resolved. */
  readonly file: FilePath;
  /** Bytes. */
  readonly size: number;
  /** µs since 1970. */
  readonly modified: number;
}

/** What a walk meets. */
export type OriginEntry =
  | { readonly kind: 'file'; readonly file: OriginFile }
  /** Left out by rule. */
  | { readonly kind: 'refused'; readonly key: string; readonly why: string }
  /** A file or folder that may be there: nothing may be concluded about it, nor about anything below it. */
  | { readonly kind: 'unreadable'; readonly key: string; readonly code: string };

/** Thrown when the origin, or a part of it, can't be read: nothing may be concluded about its files. */
export class OriginUnreadable extends Error {
  override readonly name = 'OriginUnreadable';
}

/** Entries of a folder that are looked at together, without anything else going on, and given out together. */
const groupSize = 32;

/** Folders that hold no documents of anybody's. Names that begin with a dot are left out too. */
const skippedFolders = new Set(['node_modules']);

const ownDataReason = 'data of a sandbox';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}

/** Whether an error says that there is nothing at a path. Any other error leaves that open. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** Whether an error, when a file is opened that a walk met, says that something else or nothing is there now. */
export function isReplaced(error: unknown): boolean {
  return isGone(error) || ['ELOOP', 'EISDIR'].includes(codeOf(error));
}

/** The real path of an origin. @throws OriginUnreadable */
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
  /** The index of the entry that comes next. */
  next: number;
}

async function entriesOf(folder: FilePath): Promise<FolderEntry[]> {
  const read = (entry: Dirent | Dirent<Buffer>): FolderEntry => {
    const name = typeof entry.name === 'string' ? entry.name : toFilePath(entry.name);
    return { name, readable: readableName(name), kind: kindOf(entry) };
  };
  let entries: (Dirent | Dirent<Buffer>)[] = await readdir(folder, { withFileTypes: true });
  // What stands for bytes that are not UTF-8, or a character of the name: only the bytes tell.
  if (entries.some(({ name }) => name.includes('\ufffd')))
    entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.map(read).sort((left, right) => (left.readable < right.readable ? -1 : 1));
}

/** Without names that begin with a dot. What a sandbox keeps there is marked as its own. */
function collectable(entries: readonly FolderEntry[]): FolderEntry[] {
  const isData = entries.some(({ readable }) => readable === markerName);
  return entries
    .filter(({ readable }) => !readable.startsWith('.'))
    .map((entry) => (isData && isOwnName(entry.readable) ? { ...entry, kind: 'own' } : entry));
}

/** One walk through an origin. */
export class OriginWalk {
  readonly #root: FilePath;
  readonly #own: ReadonlySet<string>;
  /** Inodes of {@link #own}, for a quick look. Large numbers are rounded. */
  readonly #ownInodes: ReadonlySet<number>;
  readonly #signal: AbortSignal;
  readonly #places = new Map<string, string>();
  readonly #placePaths = new Map<string, FilePath>();

  /**
   * @param root from {@link resolveOrigin}
   * @param own identities of what this sandbox writes itself; it is left out
   */
  constructor(root: FilePath, own: ReadonlySet<string>, signal: AbortSignal) {
    this.#root = root;
    this.#own = own;
    this.#ownInodes = new Set([...own].map((identity) => Number(identity.split(':')[1])));
    this.#signal = signal;
  }

  /** Identities of the origin itself (key `''`) and of the folders where another disk begins, as far as the walk went. */
  get places(): ReadonlyMap<string, string> {
    return this.#places;
  }

  /** Whether every place that the walk met is still the same folder on the same disk. */
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
   * Every file in groups, folder by folder in the order of their names, so that a run which is resumed comes by in the
   * same order. Links to files inside the origin are followed, links to folders and out of the origin are not.
   * @throws OriginUnreadable when the origin itself can't be read
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
      // Other things happen while a folder is read: what was looked at before would be out of date.
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

  /** @returns undefined for a folder that is not there any more */
  async #enter(
    key: string,
    path: FilePath,
    parent: Folder | undefined,
  ): Promise<Folder | OriginEntry | undefined> {
    try {
      // The folder could have been replaced by a link since its parent was read.
      if (parent && !isSamePath(await realpath(path, { encoding: 'buffer' }), path)) return undefined;
      // Its own `.` is found only by those who may look at what is in it.
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
      // A folder that went away while the walk was on its way there holds nothing.
      return isGone(error) ? undefined : { kind: 'unreadable', key, code: codeOf(error) };
    }
  }

  /** Notes where another disk begins: an empty folder is there when it is not mounted. */
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
      // Something else than a file may have taken its place since the folder was read: the next run finds that.
      if (!stats.isFile()) return isLink ? refused(`a link to a ${kindOf(stats)}`) : undefined;
      if (this.#isOwn(file, stats, isLink)) return refused(ownDataReason);
      return {
        kind: 'file',
        file: { key, file, size: stats.size, modified: fileDate(stats.mtimeMs) },
      };
    } catch (error) {
      if (!isGone(error)) return { kind: 'unreadable', key, code: codeOf(error) };
      // Gone since the folder was read.
      return isLink ? refused('a link to nowhere') : undefined;
    }
  }

  #isOwn(file: FilePath, stats: Stats, isLink: boolean): boolean {
    if (isLink && isInDataFolder(file.toString(), this.#root.toString())) return true;
    return this.#ownInodes.has(stats.ino) && this.#own.has(identityOf(lstatSync(file, { bigint: true })));
  }
}

/** Opens a file that a walk named, but nothing that has been put in its place as a link since. */
export function openOriginFile(file: OriginFile): Promise<FileHandle> {
  return open(file.file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}
