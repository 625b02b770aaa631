/** The source of time, timers and randomness. Tests inject their own. */
export interface Clock {
  /** The current time, in ms since 1970. */
  now(): number;
  /** Runs `callback` once after `delayMs`; the returned function cancels the timer. */
  after(delayMs: number, callback: () => void): () => void;
  /** A random number in [0, 1), for jitter. */
  random(): number;
}

/** The system clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    // Node fires a timer immediately if its delay is longer than 2 ** 31 - 1 ms.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after `delayMs`, or at once when `signal` aborts. The caller must check the signal. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
