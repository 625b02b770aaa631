import type { NodePath } from '../../onna/address.ts';
import type { StoredFile } from '../../onna/wire/storedFiles.ts';
import type { LocalFile } from './localFile.ts';

/** How to handle files whose names already exist. */
export type CollisionChoice = 'replace' | 'keepBoth' | 'skip';

/** A file, with the name that it gets in the service. */
export interface PlannedFile {
  readonly file: LocalFile;
  readonly name: string;
  /** The Resource whose content is replaced. Undefined for a new file. */
  readonly replaces: NodePath | undefined;
}

/** Maximum length of a name, in bytes, as in file systems. */
const maxNameBytes = 255;

function keyOf(folder: string, name: string): string {
  return `${folder}\0${name}`;
}

/** The folder of a file, in the form of {@link StoredFile.folder}. */
export function folderOf({ folder }: LocalFile): string {
  return folder.join('/');
}

/** The files whose name and folder equal those of a stored file. */
export function collidingFiles(
  files: readonly LocalFile[],
  stored: readonly StoredFile[],
): readonly LocalFile[] {
  const taken = new Set(stored.map(({ folder, name }) => keyOf(folder, name)));
  return files.filter((file) => taken.has(keyOf(folderOf(file), file.name)));
}

/**
 * Decides under which name each file is uploaded. Names are compared exactly, as the service does: two names that
 * differ only in case are two files. Two files of one upload with the same name are both kept.
 */
export function planFiles(
  files: readonly LocalFile[],
  stored: readonly StoredFile[],
  choice: CollisionChoice,
): readonly PlannedFile[] {
  const there = new Map(stored.map((file) => [keyOf(file.folder, file.name), file.path]));
  const used = new Set<string>();
  const planned: PlannedFile[] = [];
  for (const file of files) {
    const folder = folderOf(file);
    const key = keyOf(folder, file.name);
    const existing = there.get(key);
    if (existing !== undefined && choice === 'skip') continue;
    if (existing !== undefined && choice === 'replace' && !used.has(key)) {
      used.add(key);
      planned.push({ file, name: file.name, replaces: existing });
      continue;
    }
    let { name } = file;
    for (let number = 2; there.has(keyOf(folder, name)) || used.has(keyOf(folder, name)); number++)
      name = numbered(file.name, number);
    used.add(keyOf(folder, name));
    planned.push({ file, name, replaces: undefined });
  }
  return planned;
}

/** `tides (2).txt`. Shortens the part before the number if the name would be too long. */
function numbered(name: string, number: number): string {
  const extension = /(?<=.)\.[\w-]{1,15}$/.exec(name)?.[0] ?? '';
  const end = ` (${number})${extension}`;
  let stem = name.slice(0, name.length - extension.length);
  while (stem !== '' && Buffer.byteLength(stem + end) > maxNameBytes) stem = stem.slice(0, -1).toWellFormed();
  return stem.replaceAll('\ufffd', '') + end;
}
