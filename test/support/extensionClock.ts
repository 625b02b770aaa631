import { once } from 'node:events';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { transform } from 'esbuild';

const entry = 'extensionClockEntry.mjs';
const fakeClock = path.join(import.meta.dirname, '../doubles/fakeClock.ts');

/** Controls the clock of the installed extension in all windows. The clock follows real time; a test can advance it. */
export class ExtensionClock {
  readonly #sockets = new Set<Socket>();
  /** Number of timers that have fired in each window. */
  readonly #fired = new Map<Socket, number>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (reply) => this.#fired.set(socket, Number(/\d+/.exec(String(reply))?.[0])));
  });

  static async start(): Promise<ExtensionClock> {
    const clock = new ExtensionClock();
    clock.#server.listen(0, '127.0.0.1');
    await once(clock.#server, 'listening');
    return clock;
  }

  /** Environment variables for VS Code's server, through which the extension finds the port of this clock. */
  get env(): NodeJS.ProcessEnv {
    return { ONNA_EXTENSION_CLOCK: String((this.#server.address() as AddressInfo).port) };
  }

  /** Changes the entry point of the installed extension, so that the extension uses this clock. */
  async install(extensionsFolder: string): Promise<void> {
    for (const name of await readdir(extensionsFolder)) {
      if (!name.startsWith('onna-datasources.')) continue;
      const manifest = path.join(extensionsFolder, name, 'package.json');
      const parsed = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
      await writeFile(manifest, JSON.stringify({ ...parsed, main: `./${entry}` }));
      await cp(path.join(import.meta.dirname, entry), path.join(extensionsFolder, name, entry));
      // The Node version of VS Code may not support TypeScript.
      const { code } = await transform(await readFile(fakeClock, 'utf8'), { loader: 'ts' });
      await writeFile(path.join(extensionsFolder, name, 'fakeClock.mjs'), code);
    }
  }

  /** Number of timers of the extension that have fired in all windows, as of the last advance. */
  get fired(): number {
    return [...this.#fired.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Number of windows in which the extension is active. */
  get windows(): number {
    return this.#sockets.size;
  }

  /** Advances the clock of each window by `ms`, and runs all timers that become due. */
  async advance(ms: number): Promise<void> {
    await this.#send(`advance ${ms}`);
  }

  /**
   * Advances the clock of each window by `ms` without running timers, as happens when a computer wakes up
   * from sleep.
   */
  async jump(ms: number): Promise<void> {
    await this.#send(`jump ${ms}`);
  }

  async #send(line: string): Promise<void> {
    await Promise.all(
      [...this.#sockets].map(async (socket) => {
        // Race: the extension host of a closed window may exit before it responds.
        const settled = new AbortController();
        const { signal } = settled;
        const done = Promise.race([once(socket, 'data', { signal }), once(socket, 'close', { signal })]);
        socket.write(`${line}\n`);
        await done.catch(() => undefined);
        settled.abort();
      }),
    );
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
