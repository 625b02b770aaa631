import path from 'node:path';
import { DistinctNames, safeFileName } from './fileName.ts';

/** Maximum depth of the folders that are created. Deeper folders could exceed the maximum path length. */
const maxDepth = 20;

/** A folder, with the names that are in use in it. */
interface Folder {
  /** Relative to the target folder, with the separators of this system. */
  readonly path: string;
  readonly names: DistinctNames;
  readonly folders: Map<string, Folder>;
}

function newFolder(relative: string): Folder {
  return { path: relative, names: new DistinctNames(), folders: new Map() };
}

/**
 * Maps the folders and names of Resources to file paths that are distinct on every file system. The same Resources in
 * the same order get the same paths.
 */
export class FolderNames {
  readonly #root = newFolder('');

  readonly #files: path.PlatformPath;

  /**
   * @param reserved Names at the top that no Resource may get.
   * @param files The path rules of the system. Default: this system.
   */
  constructor(reserved: readonly string[] = [], files: path.PlatformPath = path) {
    this.#files = files;
    for (const name of reserved) this.#root.names.add(name);
  }

  /**
   * @param folder The Resource's folder in the source application, with `/` between its names.
   * @returns The path of the file relative to the target folder.
   */
  add(folder: string | undefined, name: string): string {
    let place = this.#root;
    const segments = (folder ?? '').split('/').filter((segment) => segment.trim() !== '');
    for (const segment of segments.slice(0, maxDepth)) {
      let next = place.folders.get(segment);
      if (!next) {
        next = newFolder(this.#files.join(place.path, place.names.add(safeFileName(segment))));
        place.folders.set(segment, next);
      }
      place = next;
    }
    return this.#files.join(place.path, place.names.add(safeFileName(name)));
  }
}
