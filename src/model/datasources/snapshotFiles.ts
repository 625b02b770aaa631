import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../base/busyFiles.ts';
import { Owner } from '../../base/event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from '../accounts/connection.ts';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { asOfFile, decodeSnapshot, writeSnapshot, type RestoredSnapshot } from './snapshotFormat.ts';

/** Delay between a change and the write, in ms, so that a burst of changes is written once. */
const writeDelayMs = 2_000;
/** Saves the last known Datasources of each connection to disk, so that they can be shown before any request. */
export class SnapshotFiles extends Owner {
  readonly #folder: string;
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  readonly #pending = new Map<string, () => void>();
  readonly #onError: (error: unknown) => void;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, store: DatasourceStore, clock: Clock, onError: (error: unknown) => void) {
    super();
    this.#folder = folder;
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
    this.register(store.onDidChange((change) => this.#schedule(change.connectionId)));
    this.register({ dispose: () => this.#pending.forEach((cancel) => cancel()) });
  }

  /** Reads the saved data; undefined if there is none or it can't be read. */
  async read(connection: Connection): Promise<RestoredSnapshot | undefined> {
    try {
      return await decodeSnapshot(await readFile(this.#file(connection.id)));
    } catch {
      return undefined;
    }
  }

  /** Deletes a connection's file. */
  async forget(connectionId: string): Promise<void> {
    this.#pending.get(connectionId)?.();
    this.#pending.delete(connectionId);
    await this.#writing;
    await removeConnectionFiles(this.#folder, connectionId);
  }

  /** Writes all connections without delay. */
  async flush(): Promise<void> {
    // Write unchanged connections too: a poll without news still updates `asOf`.
    for (const { connection, asOf, restored } of this.#store.connections()) {
      this.#pending.get(connection.id)?.();
      if (asOf !== undefined && !restored) this.#write(connection.id);
    }
    await this.#writing;
  }

  #file(connectionId: string): string {
    return path.join(this.#folder, `${connectionId}.json`);
  }

  /** Whether another window has written newer data. A time in the future is ignored: it comes from a wrong clock. */
  async #isNewer(file: string, { asOf = 0 }: ConnectionSnapshot): Promise<boolean> {
    const written = await asOfFile(file);
    return written !== undefined && written > asOf && written <= this.#clock.now();
  }

  #schedule(connectionId: string): void {
    const snapshot = this.#store.get(connectionId);
    // Restored data is already on disk.
    if (this.#pending.has(connectionId) || snapshot?.asOf === undefined || snapshot.restored) return;
    this.#pending.set(
      connectionId,
      this.#clock.after(writeDelayMs, () => this.#write(connectionId)),
    );
  }

  #write(connectionId: string): void {
    this.#pending.delete(connectionId);
    this.#writing = this.#writing.then(async () => {
      // After a sign-out, nothing may be written.
      const snapshot = this.#store.get(connectionId);
      if (!snapshot) return;
      const file = this.#file(connectionId);
      // A unique name, because other windows write to the same folder.
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        if (await this.#isNewer(file, snapshot)) return;
        await mkdir(this.#folder, { recursive: true });
        await writeSnapshot(temporary, snapshot);
        if (await this.#isNewer(file, snapshot)) await rm(temporary, { force: true });
        else await replaceFile(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        // If another window signed out, it may have deleted the files during the write. That is not an error.
        if (this.#store.get(connectionId)) this.#onError(error);
      }
    });
  }
}
