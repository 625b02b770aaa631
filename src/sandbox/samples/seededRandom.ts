import { createHash } from 'node:crypto';

/** Pseudo-random numbers in 0..1, reproducible by seed (32-bit xorshift). */
export function seededRandom(seed: string): () => number {
  // Never 0, because xorshift would stay at 0.
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
