import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { quietSettings, type Settings } from './vscodeServer.ts';

/** Writes the user settings of desktop VS Code: {@link quietSettings}, overridden by `settings`. */
export async function writeDesktopSettings(userDataFolder: string, settings: Settings): Promise<void> {
  const file = path.join(userDataFolder, 'User/settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
}
