import { OnnaError } from './errors.ts';

/** The error for a request that `signal` aborted: the signal's reason if it is an OnnaError, otherwise `cancelled`. */
export function abortFailure(signal: AbortSignal): OnnaError {
  const reason: unknown = signal.reason;
  return reason instanceof OnnaError ? reason : new OnnaError({ kind: 'cancelled' });
}

/**
 * Waits for `promise` until `signal` aborts.
 * @param discard Releases a value that arrives after the abort.
 * @throws OnnaError once the signal has aborted
 */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(abortFailure(signal));
      promise.then(discard, () => undefined);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
