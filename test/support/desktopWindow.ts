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
  /** Settles when the window is closed, by the user or by `close`. Never rejects. */
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
}

/**
 * The `code` command of a desktop VS Code that can start with our environment variables. Undefined in the terminal of a
 * remote window, where `code` only talks to the window's machine, and in WSL, where it belongs to Windows.
 */
export function findDesktopCommand(): string | undefined {
  if (!hasDisplay() || process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  const command = findOnPath(['code']);
  const isOfWindows = process.platform === 'linux' && command?.startsWith('/mnt/') === true;
  return isOfWindows ? undefined : command;
}

/**
 * Ends VS Code's main process, which `code` starts outside its own process group. VS Code writes the process id
 * to the user data folder. A file older than `since` (ms since 1970) belongs to another process.
 */
async function endMainProcess(userDataFolder: string, since: number): Promise<void> {
  const lock = path.join(userDataFolder, 'code.lock');
  if (!existsSync(lock) || (await stat(lock)).mtimeMs < since) return;
  const pid = Number(await readFile(lock, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // The process ended before the signal was sent.
  }
}

/**
 * Opens a folder in desktop VS Code, with the extension from this checkout, a separate user profile, and these
 * variables in the extension's environment.
 * @param home absolute path of the folder for the user profile
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
    // Electron cannot run its sandbox as root.
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
