import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageFiles } from './packageFiles.ts';
import { repository } from './repository.ts';

/**
 * Copies the built extension to a folder of installed extensions. Copies only the files of the .vsix, so that tests
 * fail if the .vsix lacks a file.
 */
export async function installExtension(extensionsFolder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {
    readonly publisher: string;
    readonly name: string;
    readonly version: string;
  };
  const home = path.join(extensionsFolder, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const file of await packageFiles()) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await cp(path.join(repository, file), path.join(home, file));
  }
}
