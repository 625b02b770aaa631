import { OnnaError } from './errors.ts';

/** What `promise` gives; it is waited for only until `signal` aborts. @throws OnnaError `cancelled` then */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new OnnaError({ kind: 'cancelled' }));
    if (signal.aborted) {
      abort();
      // Whoever else waits hears of its failure.
      promise.catch(() => undefined);
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
