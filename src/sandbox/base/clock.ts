/** Time as the sandbox sees it. Injected, so that tests can drive it. */
export interface Clock {
  /** ms since 1970. A person, or the network, can set it to any other time. */
  now(): number;
  /** ms since some moment. Never goes back: for how long something takes or may take. */
  monotonic(): number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** The longest timer of Node, in ms: anything longer would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

/** The machine's own time. */
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

/** Waits on `clock`. Rejects with the signal's reason when aborted first. */
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
