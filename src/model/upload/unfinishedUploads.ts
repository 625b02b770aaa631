import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import { isProcessAlive } from '../../base/processes.ts';
import type { NodePath } from '../../onna/address.ts';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';
import type { PlannedFile } from './collisions.ts';
import { UploadRecord } from './uploadRecord.ts';

/** Maximum number of unfinished uploads per account. The oldest one is dropped. */
const maxPerAccount = 10;
/** If a running process has written to a record within this time, in ms, the upload is still running. */
const maxSilenceMs = 150_000;

const headSchema = v.object({
  connectionId: v.string(),
  datasourceId: v.string(),
  path: v.string(),
  /** The process that runs the upload. */
  pid: v.number(),
  /** When the upload began, in ms since 1970. */
  begun: v.number(),
});

const fileSchema = v.object({
  name: v.string(),
  folder: v.array(v.string()),
  local: v.optional(v.string()),
  size: v.number(),
  modified: v.number(),
  replaces: v.optional(v.string()),
});

/** The index of a file, and the path of its upload in the service. */
const begunSchema = v.object({ index: v.number(), at: v.string() });
const doneSchema = v.object({ done: v.number() });
/**
 * A process that wants to continue the upload. All windows read the lines in the same order, and of several
 * claims with the same number, the first wins.
 */
const claimSchema = v.object({ turn: v.number(), by: v.string(), pid: v.number() });
/** Records that no process runs the upload. */
const releasedSchema = v.object({ pid: v.number() });

/** A file of an unfinished upload that is not complete in the service. */
export interface UnfinishedFile extends v.InferOutput<typeof fileSchema> {
  readonly index: number;
  /** The path of the file's upload in the service, if it has begun. */
  readonly at: NodePath | undefined;
}

/** An upload that was interrupted. */
export interface UnfinishedUpload extends v.InferOutput<typeof headSchema> {
  readonly id: string;
  readonly total: number;
  readonly left: readonly UnfinishedFile[];
}

/** An upload, and the process that continues it. */
interface ReadUpload extends UnfinishedUpload {
  /** The number of the latest claim. 0 if the upload was never continued. */
  readonly turn: number;
  /** The winner of the latest claim. */
  readonly owner: string | undefined;
}

/** The target Datasource of an upload. */
export interface UploadTarget {
  readonly connectionId: string;
  readonly datasourceId: string;
  readonly path: NodePath;
}

/** Records the unfinished uploads of all accounts in one folder, so that they can continue in another window. */
export class UnfinishedUploads {
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onError: (error: unknown) => void;

  /** @param folder Shared by the windows of a profile; created when needed. */
  constructor(folder: string, clock: Pick<Clock, 'now'>, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Records the start of an upload. @throws File system errors */
  async begin(target: UploadTarget, files: readonly PlannedFile[]): Promise<UploadRecord> {
    const id = `${target.connectionId}.${randomUUID()}`;
    const head = { ...target, pid: process.pid, begun: this.#clock.now() };
    const lines = files.map(({ file, name, replaces }) => {
      const { folder, size, modified } = file;
      return { name, folder, local: file.path, size, modified, replaces };
    });
    await mkdir(this.#folder, { recursive: true });
    const text = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(this.#file(id), text, { mode: 0o600, flag: 'wx' });
    await this.#bound(target.connectionId);
    return this.#record(id);
  }

  /**
   * Continues an upload in this process. Only one window can continue an upload at a time.
   * @returns The files that are left now, and the record. Undefined if another window continues the upload, or if the
   * upload has ended.
   */
  async resume(
    id: string,
  ): Promise<{ readonly unfinished: UnfinishedUpload; readonly record: UploadRecord } | undefined> {
    const before = await this.#read(nameOf(id));
    if (!before || before.left.length === 0 || (await this.#isRunning(before))) return undefined;
    const claim = { turn: before.turn + 1, by: randomUUID(), pid: process.pid };
    const record = this.#record(id);
    record.claimed(claim);
    await record.flush();
    const after = await this.#read(nameOf(id));
    // If the claim could not be written, for example to a full disk, the upload continues without it.
    const hasLost = after && after.turn >= claim.turn && after.owner !== claim.by;
    return after && !hasLost ? { unfinished: after, record } : undefined;
  }

  /** The interrupted uploads, newest first. Omits uploads that are still running in a window. */
  async list(): Promise<readonly UnfinishedUpload[]> {
    const found: UnfinishedUpload[] = [];
    for (const name of await this.#names()) {
      const read = await this.#read(name);
      if (read && read.left.length > 0 && !(await this.#isRunning(read))) found.push(read);
    }
    return found.sort((left, right) => right.begun - left.begun);
  }

  async discard(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Deletes the records of an account. Call after a sign-out. */
  async forget(connectionId: string): Promise<void> {
    await removeConnectionFiles(this.#folder, connectionId);
  }

  #record(id: string): UploadRecord {
    return new UploadRecord(id, this.#file(id), this.#clock, this.#onError);
  }

  #file(id: string): string {
    return path.join(this.#folder, nameOf(id));
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith('.jsonl'));
  }

  /** Undefined for a file that another version of the extension wrote, or that was cut off. */
  async #read(name: string): Promise<ReadUpload | undefined> {
    const text = await readFile(path.join(this.#folder, name), 'utf8').catch(() => '');
    let head: v.InferOutput<typeof headSchema> | undefined;
    const files: v.InferOutput<typeof fileSchema>[] = [];
    const begun = new Map<number, NodePath>();
    const done = new Set<number>();
    let turn = 0;
    let owner: string | undefined;
    for (const line of text.split('\n')) {
      const json = parsed(line);
      const first = v.safeParse(headSchema, json);
      const file = v.safeParse(fileSchema, json);
      const started = v.safeParse(begunSchema, json);
      const ended = v.safeParse(doneSchema, json);
      const claim = v.safeParse(claimSchema, json);
      const released = v.safeParse(releasedSchema, json);
      if (!head) head = first.success ? first.output : undefined;
      else if (file.success) files.push(file.output);
      else if (started.success) begun.set(started.output.index, started.output.at);
      else if (ended.success) done.add(ended.output.done);
      else if (claim.success) {
        // A later claim with the same number has lost.
        if (claim.output.turn <= turn) continue;
        ({ turn, by: owner } = claim.output);
        head = { ...head, pid: claim.output.pid };
      } else if (released.success) head = { ...head, pid: released.output.pid };
    }
    if (!head) return undefined;
    const left = files
      .map((file, index) => ({ ...file, index, at: begun.get(index) }))
      .filter(({ index }) => !done.has(index));
    return { ...head, id: name.slice(0, -'.jsonl'.length), total: files.length, left, turn, owner };
  }

  async #isRunning({ id, pid }: UnfinishedUpload): Promise<boolean> {
    if (!isProcessAlive(pid)) return false;
    const stats = await stat(this.#file(id)).catch(() => undefined);
    // If nothing was written for a while, another process may have got the same id.
    return stats !== undefined && Math.abs(this.#clock.now() - stats.mtimeMs) < maxSilenceMs;
  }

  async #bound(connectionId: string): Promise<void> {
    const own = (await this.#names()).filter((name) => name.startsWith(`${connectionId}.`));
    if (own.length <= maxPerAccount) return;
    const dated = await Promise.all(
      own.map(async (name) => {
        const file = path.join(this.#folder, name);
        return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    const oldest = dated.sort((left, right) => left.at - right.at).slice(0, own.length - maxPerAccount);
    for (const { file } of oldest) await rm(file, { force: true });
  }
}

function nameOf(id: string): string {
  return `${id}.jsonl`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The last line of a process that was killed may be incomplete.
    return undefined;
  }
}
