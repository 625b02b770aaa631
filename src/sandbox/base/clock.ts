/** The sandbox's clock. It is injected, so that tests can control it. */
export interface Clock {
  /** Wall clock, in ms since 1970. The user or time synchronization can change it at any time. */
  now(): number;
  /** Monotonic clock, in ms, for durations and timeouts. */
  monotonic(): number;
  /** Runs `action` once after `ms` milliseconds. The returned function cancels the timer. */
  after(ms: number, action: () => void): () => void;
}

/** Node's maximum timer delay, in ms. Node fires a timer with a longer delay at once. */
const maxTimerMs = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, action) => {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const step = Math.min(left, maxTimerMs);
      timer = setTimeout(() => {
        if (left > step) wait(left - step);
        else action();
      }, step);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** Waits `ms` milliseconds on `clock`. If `signal` is aborted first, rejects with its reason. */
export function waitFor(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', fail);
      resolve();
    });
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
