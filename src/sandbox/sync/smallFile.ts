import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { fileDate } from '../store/timestamps.ts';
import type { OriginFile } from './origin.ts';

/**
 * O_NONBLOCK, because a pipe may have replaced the file. Without this flag, opening the pipe would block
 * until another program writes to it.
 */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a small file synchronously. Returns undefined if the file has changed since the walk found it. The
 * caller must then use the asynchronous reader. If a link has replaced the file, does not follow it. A
 * synchronous read blocks the event loop, but for a small file it is faster than three round trips to the
 * thread pool.
 * @throws System error
 */
export function readSmallFile({ file, size, modified }: OriginFile): Uint8Array | undefined {
  const descriptor = openSync(file, flags);
  try {
    const buffer = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(descriptor, buffer, filled, size - filled, null);
      if (count === 0) return undefined;
      filled += count;
    }
    // Check after the read: if the date and the size are still the same, nothing was written to the file
    // during the read.
    const stats = fstatSync(descriptor);
    return stats.isFile() && stats.size === size && fileDate(stats.mtimeMs) === modified ? buffer : undefined;
  } finally {
    closeSync(descriptor);
  }
}
