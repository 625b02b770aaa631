import { createHash } from 'node:crypto';

/** Returns a generator of pseudo-random numbers from 0 to 1 (32-bit xorshift). The same seed gives the same numbers. */
export function seededRandom(seed: string): () => number {
  // The state must not be 0, because xorshift would then return 0 forever.
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
