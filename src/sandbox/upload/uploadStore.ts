import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { bodyTooLarge } from '../http/refusals.ts';
import type { Settings } from '../store/settings.ts';

/** Maximum size of an upload, in bytes: 10 GiB, which the service's help pages call large. */
export const uploadLimitBytes = 10 * 1024 ** 3;

const uploadSchema = v.object({
  nodeId: v.number(),
  fileName: v.string(),
  length: v.optional(v.number()),
});

/** An unfinished upload. */
export interface Upload {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Id of the target Datasource. */
  readonly nodeId: number;
  readonly fileName: string;
  /** Length in bytes. Undefined until the client sends it. */
  readonly length: number | undefined;
}

/**
 * Keeps unfinished uploads: the metadata in the database, and the bytes of each upload in a file. The offset of an
 * upload is the size of its file, so that the upload can continue even if the process was killed.
 */
export class UploadStore {
  readonly #folder: string;
  readonly #settings: Settings;
  /** Uploads that a request is writing to. */
  readonly #busy = new Set<string>();

  /** @param folder Folder for the bytes. It is created when it is first needed. */
  constructor(folder: string, settings: Settings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  async create(upload: Omit<Upload, 'id'>): Promise<Upload> {
    const id = randomUUID().replaceAll('-', '');
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await (await open(this.#file(id), 'wx', 0o600)).close();
    this.#settings.set(`upload:${id}`, JSON.stringify(upload));
    return { id, ...upload };
  }

  byId(id: string): Upload | undefined {
    const stored = /^[0-9a-f]{32}$/.test(id) ? this.#settings.get(`upload:${id}`) : undefined;
    if (stored === undefined) return undefined;
    const { nodeId, fileName, length } = v.parse(uploadSchema, JSON.parse(stored));
    return { id, nodeId, fileName, length };
  }

  setLength({ id, nodeId, fileName }: Upload, length: number): Upload {
    this.#settings.set(`upload:${id}`, JSON.stringify({ nodeId, fileName, length }));
    return { id, nodeId, fileName, length };
  }

  /** Number of bytes received. */
  async offset({ id }: Upload): Promise<number> {
    return (await stat(this.#file(id))).size;
  }

  /**
   * Locks an upload for one request.
   * @returns A function that unlocks the upload, or undefined if it is already locked.
   */
  hold({ id }: Upload): (() => void) | undefined {
    if (this.#busy.has(id)) return undefined;
    this.#busy.add(id);
    return () => this.#busy.delete(id);
  }

  /**
   * Appends the received bytes to an upload. Keeps the bytes that arrived before a connection failure.
   * @returns The new offset.
   * @throws Refusal 413 for more than `length` bytes
   */
  async append(upload: Upload, body: AsyncIterable<Uint8Array>): Promise<number> {
    const limit = upload.length ?? uploadLimitBytes;
    const file = await open(this.#file(upload.id), 'a');
    try {
      let { size } = await file.stat();
      for await (const chunk of body) {
        if (size + chunk.length > limit) throw bodyTooLarge(limit);
        await file.appendFile(chunk);
        size += chunk.length;
      }
      return size;
    } finally {
      await file.close();
    }
  }

  /** Path of the file with the bytes of an upload. */
  path({ id }: Upload): string {
    return this.#file(id);
  }

  async remove({ id }: Upload): Promise<void> {
    this.#settings.remove(`upload:${id}`);
    await rm(this.#file(id), { force: true });
  }

  /**
   * Removes files whose upload is not in the database. Such files remain if the process was killed between two steps.
   */
  async removeUnknown(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) if (!this.byId(name)) await rm(path.join(this.#folder, name), { force: true });
  }

  #file(id: string): string {
    return path.join(this.#folder, id);
  }
}
