import { createGunzip } from 'node:zlib';
import { ReadingFailure } from '../extraction.ts';

/** Number of bytes that are expanded in one step. Deflate makes at most 1,032 bytes out of one. */
const step = 32 * 1024;

/**
 * Expands gzip data piece by piece, so that the memory stays bounded. Reading the stream itself would lose the pieces
 * before an error.
 * @throws ReadingFailure after the last piece, if the data is damaged or its end is missing
 */
export async function* gunzip(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const expander = createGunzip();
  let pieces: Uint8Array[] = [];
  const taken = (): Uint8Array[] => {
    const all = pieces;
    pieces = [];
    return all;
  };
  const failed = new Promise<'failed'>((resolve) => expander.once('error', () => resolve('failed')));
  const ended = new Promise<'ended'>((resolve) => expander.once('end', () => resolve('ended')));
  expander.on('data', (piece: Uint8Array) => pieces.push(piece));
  try {
    for (let at = 0; at < bytes.length; at += step) {
      const written = new Promise<void>((resolve) => {
        expander.write(bytes.subarray(at, at + step), () => resolve());
      });
      const outcome = await Promise.race([failed, written]);
      yield* taken();
      if (outcome === 'failed') throw new ReadingFailure('Has Error', 'damaged gzip data');
    }
    expander.end();
    const outcome = await Promise.race([failed, ended]);
    yield* taken();
    if (outcome === 'failed') throw new ReadingFailure('Has Error', 'the end of the gzip data is missing');
  } finally {
    expander.destroy();
  }
}

/** The file name and the modification date that the header of gzip data states. */
export function gzipHeader(bytes: Uint8Array): { name: string | undefined; modified: number | undefined } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 18) return { name: undefined, modified: undefined };
  const flags = buffer.readUInt8(3);
  const seconds = buffer.readUInt32LE(4);
  const modified = seconds === 0 ? undefined : seconds * 1_000;
  if ((flags & 8) === 0) return { name: undefined, modified };
  const start = (flags & 4) === 0 ? 10 : 12 + buffer.readUInt16LE(10);
  const end = buffer.indexOf(0, start);
  if (end < 0 || end - start > 1_024) return { name: undefined, modified };
  return { name: buffer.toString('latin1', start, end) || undefined, modified };
}
