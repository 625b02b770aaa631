import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Creates temporary folders, and removes all of them at the end of a test. */
export class TemporaryFolders {
  #folders: string[] = [];

  /** Creates a folder. `files` maps file names to contents. */
  async make(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sandbox-test-'));
    this.#folders.push(folder);
    await putFiles(folder, files);
    return folder;
  }

  async removeAll(): Promise<void> {
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
    this.#folders = [];
  }
}

/** Writes `files` into a folder, and creates missing subfolders. */
export async function putFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Returns `count` small files as a map from names to contents. The names sort in numerical order. */
export function numberedFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `page-${String(index).padStart(5, '0')}.md`,
      `Page number ${index}\n`,
    ]),
  );
}
