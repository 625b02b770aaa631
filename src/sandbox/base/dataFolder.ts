import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Name of the database in a data folder. */
export const databaseName = 'sandbox.sqlite';

/** Name of the folder, inside a data folder, for unfinished uploads. */
export const uploadsName = 'uploads';

/** Name of the folder, inside a data folder, for the sample files of `--samples`. */
export const samplesName = 'samples';

/**
 * Name of the file that marks a data folder. The mark prevents sandboxes from collecting each other's own
 * files.
 */
export const markerName = '.onna-sandbox-data';

const markerText = 'A local Onna sandbox keeps its state in this folder. No sandbox collects these files.\n';

/** Matches the names of a sandbox's own files. SQLite appends suffixes to the name of the database. */
const ownName = new RegExp(
  `^(?:${databaseName.replace('.', '\\.')}(?:-wal|-shm|-journal)?|${uploadsName}|${samplesName})$`,
);

/** Marks a folder as a data folder. @throws System error */
export async function markDataFolder(folder: string): Promise<void> {
  await writeFile(path.join(folder, markerName), markerText);
}

/** Whether a file with this name in a data folder belongs to the sandbox. Users may keep other files in that folder. */
export function isOwnName(name: string): boolean {
  return ownName.test(name);
}

/**
 * Whether a path leads to one of a sandbox's own files. Callers must first resolve the symbolic links in the
 * path, because a link outside the data folder may point to such a file.
 * @param root Data folders above this folder are ignored.
 */
export function isInDataFolder(file: string, root: string): boolean {
  for (let at = file; at !== root; at = path.dirname(at)) {
    if (at === path.dirname(at)) return false;
    if (isOwnName(path.basename(at)) && existsSync(path.join(path.dirname(at), markerName))) return true;
  }
  return false;
}

/**
 * Returns a text that identifies a file or folder independently of its path, because one file can have several paths
 * (hard links, bind mounts).
 */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** Identities ({@link identityOf}) of the database files and the upload folder in a data folder. Skips missing ones. */
export function ownIdentities(folder: string): ReadonlySet<string> {
  const names = [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, uploadsName];
  const found = names.map((name) =>
    statSync(path.join(folder, name), { bigint: true, throwIfNoEntry: false }),
  );
  return new Set(found.filter((stats) => stats !== undefined).map(identityOf));
}
