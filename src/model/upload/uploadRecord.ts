import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import type { NodePath } from '../../onna/address.ts';

/** Flags that append to an existing file, and never create one. */
const appendExisting = constants.O_WRONLY | constants.O_APPEND;

/** Written instead of a process id if no process runs the upload. */
const nobody = 0;
/** Minimum interval between two heartbeats, in ms. */
const aliveEveryMs = 30_000;

/** Records the progress of one upload, one JSON line per event. If a write fails, the upload continues. */
export class UploadRecord {
  readonly id: string;
  readonly #file: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onError: (error: unknown) => void;
  #aliveAt = 0;
  #pending = '';
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(id: string, file: string, clock: Pick<Clock, 'now'>, onError: (error: unknown) => void) {
    this.id = id;
    this.#file = file;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Records that the service has created the upload of a file. */
  begun(index: number, at: NodePath): void {
    this.#add({ index, at });
  }

  /** Records that the upload of a file is complete. */
  done(index: number): void {
    this.#add({ done: index });
  }

  /** Records that a process wants to continue the upload. */
  claimed(claim: { readonly turn: number; readonly by: string; readonly pid: number }): void {
    this.#add(claim);
  }

  /** Records that no process runs the upload, so that it can be resumed at once. */
  released(): void {
    this.#add({ pid: nobody });
  }

  /** Records a heartbeat, which shows other windows that the upload of a large file is still running. */
  alive(): void {
    const now = this.#clock.now();
    if (now - this.#aliveAt < aliveEveryMs) return;
    this.#aliveAt = now;
    this.#add({});
  }

  /** Resolves when all lines have been written. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** Deletes the record. */
  async remove(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await rm(this.#file, { force: true });
  }

  #add(line: object): void {
    if (this.#isClosed) return;
    const isScheduled = this.#pending !== '';
    this.#pending += `${JSON.stringify(line)}\n`;
    // Lines that are added during a write are written together.
    if (!isScheduled) this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    try {
      // After a sign-out, the file is deleted and must not be created again.
      const file = await open(this.#file, appendExisting);
      try {
        await file.appendFile(text);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) this.#onError(error);
    }
  }
}
