/** How often a condition is looked at, in ms. */
const intervalMs = 50;

/**
 * Waits until `probe` gives something else than undefined or false, and gives that.
 * @param what completes the sentence "waited in vain until …"
 * @throws after `timeoutMs` (30 s unless given), with the last error of the probe if it threw
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
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
    if (Date.now() >= deadline) throw new Error(`Waited in vain until ${what}.`, { cause });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
