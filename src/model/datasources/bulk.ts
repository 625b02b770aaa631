import { isOnnaError } from '../../onna/errors.ts';

/** The result for one item of a batch. */
export interface BulkOutcome<T> {
  readonly item: T;
  /** Undefined on success. */
  readonly error: Error | undefined;
}

/** Options of {@link runBulk}. */
interface BulkOptions<T> {
  /** Maximum number of items in progress. */
  readonly concurrency: number;
  /** After the signal aborts, no further item is started. */
  readonly signal: AbortSignal;
  /** Called after each item with the number of items that have ended, and with the outcome of this item. */
  readonly ended?: (count: number, outcome: BulkOutcome<T>) => void;
}

/**
 * Calls `act` for each item. One failure does not stop the others.
 * @returns An outcome for each item that ended. Items that were cancelled or not started have no outcome.
 */
export async function runBulk<T>(
  items: readonly T[],
  { concurrency, signal, ended }: BulkOptions<T>,
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
      const outcome = { item, error };
      outcomes.push(outcome);
      ended?.(outcomes.length, outcome);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return outcomes;
}
