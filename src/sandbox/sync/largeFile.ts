import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ContentStore, ReadContent } from '../store/contents.ts';
import { chunkBytes } from '../store/contents.ts';
import { fileDate } from '../store/timestamps.ts';
import type { Micros } from '../store/timestamps.ts';

/**
 * Maximum size of a collected file, in bytes: 1 TiB. There is a limit because a sparse file can be larger
 * than any disk.
 */
const maxFileBytes = 1024 ** 4;

/** Maximum attempts to read a file that keeps changing during the reads. */
const maxAttempts = 3;

/** The content of a file, and the file's date before the read. */
export interface FileRead {
  readonly content: ReadContent;
  readonly modified: Micros;
}

/** Returns the SHA-256 of the first `length` bytes as they are now, or undefined if the file is shorter. */
async function digest(file: FileHandle, length: number, signal: AbortSignal): Promise<string | undefined> {
  const sha256 = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; position < length;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(chunkBytes, length - position), position);
    if (bytesRead === 0) return undefined;
    sha256.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return sha256.digest('hex');
}

/**
 * Reads an open file that another program may write to. If the file only grows, as a log does, returns the
 * content at the start of the read. If the file is rewritten or truncated, reads it again, so that no mixture
 * of two versions is stored. Returns the file's date from before the read. If the file changed during the
 * read, the next run therefore finds a newer date and reads the file again.
 * @throws A system error, an Error if the file is not regular or is too large, or the signal's reason
 */
export async function readSteadily(
  contents: ContentStore,
  file: FileHandle,
  signal: AbortSignal,
): Promise<FileRead> {
  for (let attempt = 1; ; attempt++) {
    const before = await file.stat();
    if (!before.isFile()) throw new Error('not a regular file');
    if (before.size > maxFileBytes) throw new Error('too large to be collected');
    const content = await contents.read(file, before.size, signal);
    const read = { content, modified: fileDate(before.mtimeMs) };
    const after = await file.stat();
    if (after.mtimeMs === before.mtimeMs && after.size === before.size) return read;
    if (attempt === maxAttempts) return read;
    const { sha256 } = content;
    const size = content.kind === 'small' ? content.bytes.length : content.size;
    if ((await digest(file, size, signal)) === sha256 && size === before.size) return read;
    contents.discard(content);
  }
}
