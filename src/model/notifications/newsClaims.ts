import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeWholeFile } from '../../base/busyFiles.ts';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';

/** A file above this size, in bytes, is shortened to its newer half. */
const maxBytes = 512 * 1024;

/**
 * Decides which window of a profile shows a notification. Each window appends its claims to the same file.
 * All windows read the lines in the same order, and the first line with a key wins.
 */
export class NewsClaims {
  readonly #folder: string;
  /** Identifies this window. */
  readonly #window = randomUUID();
  /** Claims that are being written. */
  readonly #running = new Set<Promise<unknown>>();

  /** @param folder Shared by the windows of a profile; created when needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param keys The notifications to claim. A key is the same in all windows and contains no line break.
   * @returns The keys of the notifications that this window may show.
   * @throws File system errors
   */
  async claim(connectionId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const run = this.#claim(connectionId, keys);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  async #claim(connectionId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const file = path.join(this.#folder, `${connectionId}.claims`);
    await mkdir(this.#folder, { recursive: true });
    const lines = keys.map((key) => `${this.#window} ${key}\n`);
    await appendFile(file, lines.join(''), { mode: 0o600 });
    const winners = new Map<string, string>();
    const all = (await readFile(file, 'utf8')).split('\n');
    for (const line of all) {
      const space = line.indexOf(' ');
      const key = line.slice(space + 1);
      if (space > 0 && !winners.has(key)) winners.set(key, line.slice(0, space));
    }
    if ((await stat(file)).size > maxBytes) await shorten(file, all);
    return new Set(keys.filter((key) => winners.get(key) === this.#window));
  }

  /** Deletes the claims of an account after a sign-out. */
  async forget(connectionId: string): Promise<void> {
    // A running claim would create the file again.
    await Promise.allSettled(this.#running);
    await removeConnectionFiles(this.#folder, connectionId);
  }
}

async function shorten(file: string, lines: readonly string[]): Promise<void> {
  await writeWholeFile(file, lines.slice(Math.floor(lines.length / 2)).join('\n'));
}
