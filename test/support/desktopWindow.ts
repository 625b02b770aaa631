import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeDesktopSettings } from './desktopSettings.ts';
import { findOnPath } from './findOnPath.ts';
import { startProcess } from './processes.ts';
import { repository } from './repository.ts';
import { hasDisplay } from './vscode.ts';

/** A window of desktop VS Code. */
export interface DesktopWindow {
  /** Resolves when the user or `close` has closed the window. Never rejects. */
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Returns the path of the `code` command of a desktop VS Code. Returns undefined if `code` cannot pass our environment
 * variables to VS Code: in the terminal of a remote window, and in WSL, where `code` starts VS Code on Windows.
 */
export function findDesktopCommand(): string | undefined {
  if (!hasDisplay() || process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  const command = findOnPath(['code']);
  const isOfWindows = process.platform === 'linux' && command?.startsWith('/mnt/') === true;
  return isOfWindows ? undefined : command;
}

/**
 * Terminates VS Code's main process, which is not in the process group of `code`. VS Code writes the process id to a
 * file in the user data folder. A file older than `since` (ms since 1970) belongs to an earlier process.
 */
async function endMainProcess(userDataFolder: string, since: number): Promise<void> {
  const lock = path.join(userDataFolder, 'code.lock');
  if (!existsSync(lock) || (await stat(lock)).mtimeMs < since) return;
  const pid = Number(await readFile(lock, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // The process has already exited.
  }
}

/**
 * Opens a folder in desktop VS Code, with the extension from this checkout and a separate user profile.
 * @param options `home`: absolute path of the folder for the profile; `env`: additional environment variables
 */
export async function openDesktopWindow(
  command: string,
  options: { readonly home: string; readonly folder: string; readonly env: NodeJS.ProcessEnv },
): Promise<DesktopWindow> {
  const userDataFolder = path.join(options.home, 'user');
  await writeDesktopSettings(userDataFolder, {});
  const args = [
    '--new-window',
    '--wait',
    `--user-data-dir=${userDataFolder}`,
    `--extensions-dir=${path.join(options.home, 'extensions')}`,
    `--extensionDevelopmentPath=${repository}`,
    '--disable-workspace-trust',
    // Electron's sandbox does not work as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const since = Date.now() - 1_000;
  const started = await startProcess(command, [...args, options.folder], {
    env: { ...process.env, ...options.env },
  });
  return {
    closed: started.exited,
    close: async () => {
      await endMainProcess(userDataFolder, since);
      await started.stop();
    },
  };
}
