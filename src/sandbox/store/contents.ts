import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Database } from './database.ts';

/**
 * Size of the chunks of stored content, in bytes. A range of a large file can be read without loading its
 * other chunks.
 */
export const chunkBytes = 1024 * 1024;

/**
 * Approximate maximum size of SQLite's write-ahead log, in bytes. A write temporarily uses this much
 * additional disk space.
 */
const maxLogBytes = 16 * 1024 * 1024;

/** Where content is read from. A `FileHandle` is one. */
interface ByteSource {
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** Lets the server answer requests between chunks, as reading from a file does. */
function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    async read(buffer, offset, length, position) {
      await setImmediate();
      const read = bytes.subarray(position, position + length);
      buffer.set(read, offset);
      return { bytesRead: read.length };
    },
  };
}

/** Content of a file that was read, but that no Resource refers to yet. */
export type ReadContent =
  | { readonly kind: 'small'; readonly bytes: Uint8Array; readonly sha256: string; readonly md5: string }
  /** Content of one chunk or more, which is already stored. */
  | {
      readonly kind: 'stored';
      readonly id: number;
      readonly size: number;
      readonly sha256: string;
      readonly md5: string;
    };

/** Identifies stored content. */
export interface ContentReference {
  readonly id: number;
  readonly size: number;
  readonly md5: string;
}

/** @param bytes Fewer than {@link chunkBytes} bytes. */
export function smallContent(bytes: Uint8Array): ReadContent {
  return { kind: 'small', bytes, sha256: hash('sha256', bytes), md5: hash('md5', bytes) };
}

/** Stores the contents of files. Equal contents are stored once. */
export class ContentStore {
  readonly #database: Database;
  /** Ids of large contents that were read, with the number of pending transactions that will refer to each content. */
  readonly #awaited = new Map<number, number>();
  /** Contents that clients are reading. Released content is kept until the last reader is done. */
  readonly #read = new Map<number, { readers: number; isReleased: boolean }>();
  /** Ids of incomplete contents that could not be removed, because the store could not be written. */
  readonly #abandoned = new Set<number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Reads the first `length` bytes of a file, or the whole file if it is shorter. Content smaller than a chunk stays in
   * memory until the transaction that refers to it. Larger content is stored chunk by chunk, each in its own
   * transaction. Stored content has no hash until it is complete, so that {@link removeUnfinished} can find incomplete
   * content after a crash.
   */
  async read(file: ByteSource, length: number, signal: AbortSignal): Promise<ReadContent> {
    const first = await readChunk(file, 0, length);
    if (first.length < chunkBytes) return smallContent(first);
    this.#removeAbandoned();
    this.#database.requireRoom(length + Math.min(length, maxLogBytes));
    const { lastId: id } = this.#database.run('INSERT INTO contents (size) VALUES (0)');
    const sha256 = createHash('sha256');
    const md5 = createHash('md5');
    let size = 0;
    try {
      // Only the last chunk may be short, because offsets are computed from the chunk number.
      for (let chunk = first, number = 0; ; chunk = await readChunk(file, size, length), number++) {
        signal.throwIfAborted();
        if (chunk.length === 0) break;
        sha256.update(chunk);
        md5.update(chunk);
        size += chunk.length;
        this.#addChunk(id, number, chunk);
        if (chunk.length < chunkBytes) break;
      }
    } catch (error) {
      this.#abandoned.add(id);
      this.#removeAbandoned();
      throw error;
    }
    const digests = { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
    const finished = this.#finish(id, digests, size);
    this.#awaited.set(finished, (this.#awaited.get(finished) ?? 0) + 1);
    return { kind: 'stored', id: finished, size, ...digests };
  }

  /** Reads content that is in memory, as {@link read} does. */
  async readBytes(bytes: Uint8Array, signal: AbortSignal): Promise<ReadContent> {
    return bytes.length < chunkBytes ? smallContent(bytes) : this.read(sourceOf(bytes), bytes.length, signal);
  }

  /** Drops content that was read but is not needed. */
  discard(content: ReadContent): void {
    if (content.kind === 'small') return;
    this.#arrived(content.id);
    this.release(content.id);
  }

  /**
   * Stores content that was read. Call it in the transaction that refers to the content, before that transaction
   * releases any content.
   */
  keep(content: ReadContent): ContentReference {
    if (content.kind === 'stored') {
      this.#arrived(content.id);
      return content;
    }
    const { bytes, sha256, md5 } = content;
    const size = bytes.length;
    const { changes, lastId } = this.#database.run(
      'INSERT INTO contents (sha256, md5, size) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING',
      sha256,
      md5,
      size,
    );
    const known = changes === 0 ? this.#bySha256(sha256) : undefined;
    if (known !== undefined) return { id: known, size, md5 };
    if (size > 0) this.#addChunk(lastId, 0, bytes);
    return { id: lastId, size, md5 };
  }

  md5(id: number): string | undefined {
    const value = this.#database.get('SELECT md5 FROM contents WHERE id = ?', id)?.['md5'];
    return typeof value === 'string' ? value : undefined;
  }

  /** MD5 of each content, by id. Missing contents are left out. */
  md5s(ids: readonly number[]): ReadonlyMap<number, string> {
    const rows = this.#database.all(
      'SELECT id, md5 FROM contents WHERE md5 IS NOT NULL AND id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
    return new Map(rows.map(({ id, md5 }) => [Number(id), String(md5)]));
  }

  /**
   * Yields the bytes from `start` (inclusive) to `end` (exclusive), chunk by chunk. A read can finish even if
   * the Resource is removed in the meantime.
   */
  *bytes(id: number, start: number, end: number): Generator<Uint8Array> {
    const state = this.#read.get(id) ?? { readers: 0, isReleased: false };
    this.#read.set(id, state);
    state.readers++;
    try {
      for (let number = Math.floor(start / chunkBytes); number * chunkBytes < end; number++) {
        const value = this.#database.get(
          'SELECT bytes FROM chunks WHERE content_id = ? AND number = ?',
          id,
          number,
        )?.['bytes'];
        if (!(value instanceof Uint8Array)) return;
        const offset = number * chunkBytes;
        yield value.subarray(Math.max(0, start - offset), Math.min(value.length, end - offset));
      }
    } finally {
      state.readers--;
      if (state.readers === 0) this.#allRead(id, state.isReleased);
    }
  }

  /**
   * Removes content unless a Resource or a pending transaction still refers to it. If clients are reading it,
   * removes it after the last read.
   */
  release(id: number): void {
    if (this.#awaited.has(id)) return;
    const state = this.#read.get(id);
    if (state) {
      state.isReleased = true;
      return;
    }
    const used = this.#database.get('SELECT 1 FROM resources WHERE content_id = ? LIMIT 1', id);
    if (used === undefined) this.#removeOne(id);
  }

  /** Removes the incomplete contents that a killed process left behind. */
  removeUnfinished(): void {
    const rows = this.#database.all(
      `SELECT id FROM contents WHERE sha256 IS NULL
         OR (size >= ? AND NOT EXISTS (SELECT 1 FROM resources WHERE content_id = contents.id))`,
      chunkBytes,
    );
    for (const row of rows) this.#removeOne(Number(row['id']));
  }

  /** Call it when a pending transaction has stored its reference to the content, or when the content is discarded. */
  #arrived(id: number): void {
    const others = (this.#awaited.get(id) ?? 1) - 1;
    if (others > 0) this.#awaited.set(id, others);
    else this.#awaited.delete(id);
  }

  #allRead(id: number, isReleased: boolean): void {
    this.#read.delete(id);
    if (!isReleased) return;
    try {
      this.release(id);
    } catch {
      // The store was closed during a download, or can't be written. The next start removes the content.
    }
  }

  #removeAbandoned(): void {
    for (const id of this.#abandoned) {
      try {
        this.#removeOne(id);
        this.#abandoned.delete(id);
      } catch {
        // The next read of a large file retries the removal.
        return;
      }
    }
  }

  #bySha256(sha256: string): number | undefined {
    const row = this.#database.get('SELECT id FROM contents WHERE sha256 = ?', sha256);
    return row === undefined ? undefined : Number(row['id']);
  }

  #finish(id: number, { sha256, md5 }: { sha256: string; md5: string }, size: number): number {
    return this.#database.transaction(() => {
      const known = this.#bySha256(sha256);
      if (known !== undefined) {
        this.#removeOne(id);
        return known;
      }
      this.#database.run(
        'UPDATE contents SET sha256 = ?, md5 = ?, size = ? WHERE id = ?',
        sha256,
        md5,
        size,
        id,
      );
      return id;
    });
  }

  #addChunk(id: number, number: number, bytes: Uint8Array): void {
    this.#database.run('INSERT INTO chunks (content_id, number, bytes) VALUES (?, ?, ?)', id, number, bytes);
  }

  #removeOne(id: number): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM chunks WHERE content_id = ?', id);
      this.#database.run('DELETE FROM contents WHERE id = ?', id);
    });
  }
}

/**
 * Reads the chunk at `position`, but never beyond the first `length` bytes. If the file grows during the
 * read, the new bytes are ignored.
 */
async function readChunk(file: ByteSource, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(chunkBytes, length - position)));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
