import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../base/clock.ts';
import { bodyTooLarge } from '../http/refusals.ts';
import type { UploadFolder } from '../store/uploadFolders.ts';
import type { Settings } from '../store/settings.ts';

/** Maximum size of an upload, in bytes: 10 GiB. The service's help pages call uploads of this size large. */
export const uploadLimitBytes = 10 * 1024 ** 3;

/** Time after which an upload of a Resource counts as abandoned, in ms (docs/onna-api.md §18). */
const activeMs = 15_000;

const uploadSchema = v.object({
  nodeId: v.number(),
  fileName: v.string(),
  length: v.optional(v.number()),
  folder: v.optional(v.object({ path: v.string(), originKey: v.string() })),
  md5: v.optional(v.string()),
  resourceUid: v.optional(v.string()),
  newName: v.optional(v.string()),
  contentType: v.optional(v.string()),
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
  /** The folder inside the Datasource to which the file is uploaded. */
  readonly folder?: UploadFolder | undefined;
  /** MD5 of the whole file as hexadecimal digits, if the client announced it. */
  readonly md5?: string | undefined;
  /** uid of the Resource whose file is replaced, if the client uploads to a Resource. */
  readonly resourceUid?: string | undefined;
  /** Name of the file that replaces the file of a Resource. The Resource keeps its path. */
  readonly newName?: string | undefined;
  /** Content type of that file, if the client sent one. */
  readonly contentType?: string | undefined;
}

/**
 * Keeps unfinished uploads: the metadata in the database, and the bytes of each upload in a file. The size of
 * this file is the offset of the upload. The upload can therefore continue even if the process was killed.
 */
export class UploadStore {
  readonly #folder: string;
  readonly #settings: Settings;
  /** Uploads that a request is writing to. */
  readonly #busy = new Set<string>();
  readonly #clock: Clock;
  /** Time of the last request of an upload, on {@link Clock.monotonic}. A restart forgets it. */
  readonly #activity = new Map<string, number>();

  /** @param folder Folder for the bytes. It is created on first use. */
  constructor(folder: string, settings: Settings, clock: Clock) {
    this.#folder = folder;
    this.#settings = settings;
    this.#clock = clock;
  }

  async create(upload: Omit<Upload, 'id'>): Promise<Upload> {
    const id = randomUUID().replaceAll('-', '');
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await (await open(this.#file(id), 'wx', 0o600)).close();
    this.#settings.set(`upload:${id}`, JSON.stringify(upload));
    if (upload.resourceUid !== undefined) this.#settings.set(`uploadOf:${upload.resourceUid}`, id);
    return { id, ...upload };
  }

  /** The upload that replaces the file of a Resource. There is one per Resource (docs/onna-api.md §4). */
  ofResource(uid: string): Upload | undefined {
    const id = this.#settings.get(`uploadOf:${uid}`);
    return id === undefined ? undefined : this.byId(id);
  }

  /** Whether an upload had a request in the last 15 s. Another upload of the same Resource must wait that long. */
  isActive({ id }: Upload): boolean {
    const last = this.#activity.get(id);
    return last !== undefined && this.#clock.monotonic() - last < activeMs;
  }

  /** Notes a request of an upload. */
  touch({ id }: Upload): void {
    this.#activity.set(id, this.#clock.monotonic());
  }

  byId(id: string): Upload | undefined {
    const stored = /^[0-9a-f]{32}$/.test(id) ? this.#settings.get(`upload:${id}`) : undefined;
    if (stored === undefined) return undefined;
    const { length, ...others } = v.parse(uploadSchema, JSON.parse(stored));
    return { id, length, ...others };
  }

  setLength({ id, ...others }: Upload, length: number): Upload {
    this.#settings.set(`upload:${id}`, JSON.stringify({ ...others, length }));
    return { id, ...others, length };
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
   * Appends the received bytes to an upload. If the connection fails, keeps the bytes that arrived before.
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

  async remove({ id, resourceUid }: Upload): Promise<void> {
    this.#settings.remove(`upload:${id}`);
    if (resourceUid !== undefined) this.#settings.remove(`uploadOf:${resourceUid}`);
    this.#activity.delete(id);
    await rm(this.#file(id), { force: true });
  }

  /**
   * Removes files whose upload is not in the database. Such files exist if the process was killed between two
   * steps.
   */
  async removeUnknown(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) if (!this.byId(name)) await rm(path.join(this.#folder, name), { force: true });
  }

  #file(id: string): string {
    return path.join(this.#folder, id);
  }
}
