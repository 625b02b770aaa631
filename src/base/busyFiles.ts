import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Codes for a file that another process has open. Only Windows has them for such files. */
const busyCodes: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** Waits between the attempts, in ms: 1.2 s in total. A virus scanner or another window is usually done by then. */
const waitsMs = [20, 60, 120, 250, 750];

/** The system on which {@link whenFree} runs. */
interface System {
  readonly platform: NodeJS.Platform;
  readonly wait: (ms: number) => Promise<unknown>;
}

const thisSystem: System = { platform: process.platform, wait: (ms) => setTimeout(ms) };

/**
 * Repeats a file system action for a moment if another process has the file open. On Windows, such a file cannot be
 * replaced or deleted. Other systems have no such restriction, so the first failure counts there.
 * @throws the error of the last attempt
 */
export async function whenFree<T>(action: () => Promise<T>, system: System = thisSystem): Promise<T> {
  for (const ms of system.platform === 'win32' ? waitsMs : []) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && busyCodes.has(error.code))) throw error;
      await system.wait(ms);
    }
  }
  return action();
}

/** Replaces the file `to` by the file `from`. Waits for a moment if another process has one of them open. */
export async function replaceFile(from: string, to: string): Promise<void> {
  await whenFree(() => rename(from, to));
}

/**
 * Writes a file completely or not at all, so that another window never reads a part of it. The name of the temporary
 * file begins with the name of the file and is unique, because other windows write to the same folder.
 * @throws File system errors
 */
export async function writeWholeFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await replaceFile(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
