import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { quietSettings, type Settings } from './vscodeServer.ts';

/** Writes user settings of desktop VS Code, in addition to {@link quietSettings}. */
export async function writeDesktopSettings(userDataFolder: string, settings: Settings): Promise<void> {
  const file = path.join(userDataFolder, 'User/settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
}
