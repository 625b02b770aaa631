import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { FilePath } from './filePath.ts';

/** Without waiting for a writer, should a pipe have been put in the file's place. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file that is likely to be `likely` bytes long; undefined when it is longer. Opens no link that has
 * been put in its place. Nothing else goes on meanwhile, so it is for small files only: to read one takes less than to
 * hand it to the thread pool and hear of it again, three times, which is what collecting many consisted of.
 * @throws Error of the system
 */
export function readSmallFile(file: FilePath, likely: number): Uint8Array | undefined {
  const descriptor = openSync(file, flags);
  try {
    // One more than is expected, so that a file that has grown is told from one that has not.
    const buffer = Buffer.allocUnsafe(likely + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(descriptor, buffer, filled, buffer.length - filled, null);
      filled += count;
      if (count === 0 || filled === likely) return buffer.subarray(0, filled);
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
