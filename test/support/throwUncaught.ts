/**
 * Handles the rejection of a promise that no code awaits: throws it where nothing catches it, so that the test run
 * fails instead of continuing silently.
 */
export function throwUncaught(reason: unknown): void {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  setImmediate(() => {
    throw error;
  });
}
