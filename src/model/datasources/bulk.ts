import { isOnnaError } from '../../onna/errors.ts';

/** The result for one item of a batch. */
export interface BulkOutcome<T> {
  readonly item: T;
  /** Undefined on success. */
  readonly error: Error | undefined;
}

/** Options of {@link runBulk}. */
interface BulkOptions {
  /** Maximum number of items in progress. */
  readonly concurrency: number;
  /** After the signal aborts, no further item is started. */
  readonly signal: AbortSignal;
  /** Called after each item with the number of items that have ended. */
  readonly ended?: (count: number) => void;
}

/**
 * Calls `act` for each item. One failure does not stop the others.
 * @returns An outcome for each item that ended. Items that were cancelled or not started have no outcome.
 */
export async function runBulk<T>(
  items: readonly T[],
  { concurrency, signal, ended }: BulkOptions,
  act: (item: T) => Promise<void>,
): Promise<readonly BulkOutcome<T>[]> {
  const outcomes: BulkOutcome<T>[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (signal.aborted) return;
      let error: Error | undefined;
      try {
        await act(item);
      } catch (thrown) {
        if (isOnnaError(thrown, 'cancelled')) return;
        error = thrown instanceof Error ? thrown : new Error(String(thrown));
      }
      outcomes.push({ item, error });
      ended?.(outcomes.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return outcomes;
}
