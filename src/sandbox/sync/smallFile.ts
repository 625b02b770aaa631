import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { fileDate } from '../store/timestamps.ts';
import type { OriginFile } from './origin.ts';

/** Without waiting for a writer, should a pipe have been put in the file's place. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a small file; undefined when it is not any more as the walk met it, so that it takes more to read it
 * properly. Opens no link that has been put in its place. Nothing else goes on meanwhile, so it is for small files
 * only: reading one takes less than handing it to the thread pool three times.
 * @throws Error of the system
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
    // After the reading: a file that has the same date and size as before it was not written to in between.
    const stats = fstatSync(descriptor);
    return stats.isFile() && stats.size === size && fileDate(stats.mtimeMs) === modified ? buffer : undefined;
  } finally {
    closeSync(descriptor);
  }
}
