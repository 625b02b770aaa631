import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The database in a data folder. */
export const databaseName = 'sandbox.sqlite';

/** The folder for uploads under way, in a data folder. */
export const uploadsName = 'uploads';

/** The folder that `--samples` fills, in a data folder. */
export const samplesName = 'samples';

/** The file that marks a data folder, so that no sandbox collects what another one writes. */
export const markerName = '.onna-sandbox-data';

const markerText = 'A local Onna sandbox keeps its state in this folder. No sandbox collects these files.\n';

/** What a sandbox writes. SQLite puts its own suffix behind the name of the database. */
const ownName = new RegExp(
  `^(?:${databaseName.replace('.', '\\.')}(?:-wal|-shm|-journal)?|${uploadsName}|${samplesName})$`,
);

/** Marks a folder as a data folder. @throws Error of the system */
export async function markDataFolder(folder: string): Promise<void> {
  await writeFile(path.join(folder, markerName), markerText);
}

/** Whether a sandbox writes the file or folder of this name in its data folder. People may keep other files there. */
export function isOwnName(name: string): boolean {
  return ownName.test(name);
}

/**
 * Whether a real path is something that a sandbox writes. A link may lead there from outside the data folder.
 * @param root Data folders that are not at or below this folder don't count.
 */
export function isInDataFolder(file: string, root: string): boolean {
  for (let at = file; at !== root; at = path.dirname(at)) {
    if (at === path.dirname(at)) return false;
    if (isOwnName(path.basename(at)) && existsSync(path.join(path.dirname(at), markerName))) return true;
  }
  return false;
}

/** Identifies a file or folder, whatever it is called: hard links and bind mounts have other names. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** What this sandbox itself has in its data folder now, by {@link identityOf}. */
export function ownIdentities(folder: string): ReadonlySet<string> {
  const names = [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, uploadsName];
  const found = names.map((name) =>
    statSync(path.join(folder, name), { bigint: true, throwIfNoEntry: false }),
  );
  return new Set(found.filter((stats) => stats !== undefined).map(identityOf));
}
