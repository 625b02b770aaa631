import { Unzip, UnzipInflate } from 'fflate';
import type { Part } from '../extraction.ts';
import { extractionLimits } from '../limits.ts';

/** Number of bytes that are expanded in one step. Deflate makes at most 1,032 bytes out of one. */
const step = 16 * 1024;

/**
 * Reads a ZIP file from its beginning, without its central directory. So it reads a ZIP file whose end is missing, up to
 * the first damaged member. Encrypted members and members above the size limit are left out.
 */
export function* salvagedParts(bytes: Uint8Array): Generator<Part> {
  const complete: Part[] = [];
  const unzip = new Unzip();
  unzip.register(UnzipInflate);
  unzip.onfile = (file) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, chunk, final) => {
      if (error !== null || size > extractionLimits.fileBytes) return;
      size += chunk.length;
      chunks.push(chunk);
      if (final && !file.name.endsWith('/') && size <= extractionLimits.fileBytes)
        complete.push({ name: file.name, bytes: Buffer.concat(chunks) });
    };
    if (!file.name.endsWith('/')) file.start();
  };
  for (let at = 0; at < bytes.length; at += step) {
    try {
      unzip.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    } catch {
      // The rest can't be read.
      yield* complete.splice(0);
      return;
    }
    yield* complete.splice(0);
  }
}
