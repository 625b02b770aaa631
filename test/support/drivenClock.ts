import { once } from 'node:events';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';

const entry = 'drivenEntry.mjs';

/** The clock of the installed extension, in all windows that are open: it goes on by itself, and further when told. */
export class DrivenExtensionClock {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
  });

  static async start(): Promise<DrivenExtensionClock> {
    const clock = new DrivenExtensionClock();
    clock.#server.listen(0, '127.0.0.1');
    await once(clock.#server, 'listening');
    return clock;
  }

  /** For VS Code's server: where the extension finds the clock. */
  get env(): NodeJS.ProcessEnv {
    return { ONNA_DRIVEN_CLOCK: String((this.#server.address() as AddressInfo).port) };
  }

  /** Gives the clock to the extension in a folder of installed ones. */
  async install(extensionsFolder: string): Promise<void> {
    for (const name of await readdir(extensionsFolder)) {
      if (!name.startsWith('onna-datasources.')) continue;
      const manifest = path.join(extensionsFolder, name, 'package.json');
      const parsed = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
      await writeFile(manifest, JSON.stringify({ ...parsed, main: `./${entry}` }));
      await cp(path.join(import.meta.dirname, entry), path.join(extensionsFolder, name, entry));
    }
  }

  /** Windows in which the extension is active. */
  get windows(): number {
    return this.#sockets.size;
  }

  /** Lets time pass in each window: all timers that come due run. */
  async advance(ms: number): Promise<void> {
    await this.#tell(`advance ${ms}`);
  }

  /** Sets the clock of each window while no timer runs, as when the computer sleeps. */
  async jump(ms: number): Promise<void> {
    await this.#tell(`jump ${ms}`);
  }

  async #tell(line: string): Promise<void> {
    await Promise.all(
      [...this.#sockets].map(async (socket) => {
        // A window that was closed may end its extension host just now.
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
