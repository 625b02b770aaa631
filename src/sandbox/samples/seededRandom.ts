import { createHash } from 'node:crypto';

/** Numbers in 0..1 that are the same every time for one seed (a 32-bit xorshift). */
export function seededRandom(seed: string): () => number {
  // Never 0, where xorshift stays.
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
