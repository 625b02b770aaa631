/** Polling interval, in ms. */
const intervalMs = 50;

/**
 * Polls `probe` until it returns a value other than undefined or false, and returns this value.
 * @param what completes the sentence "Timed out waiting until …"
 * @throws an error after `timeoutMs` (default: 60 s); its cause is the last error of `probe`
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) throw new Error(`Timed out waiting until ${what}.`, { cause });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
