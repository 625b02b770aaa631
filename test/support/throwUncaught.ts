/**
 * Throws the reason of a rejected promise as an uncaught exception, so that the test run fails. Use it for promises
 * that no code awaits.
 */
export function throwUncaught(reason: unknown): void {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  setImmediate(() => {
    throw error;
  });
}
