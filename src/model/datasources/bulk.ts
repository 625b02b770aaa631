import { isOnnaError } from '../../onna/errors.ts';

/** What became of one item among several. */
export interface BulkOutcome<T> {
  readonly item: T;
  /** Undefined when it was done. */
  readonly error: Error | undefined;
}

/** How to work through a list. */
export interface BulkOptions {
  /** Maximum number of items at a time. */
  readonly concurrency: number;
  /** When it aborts, no further item is begun. */
  readonly signal: AbortSignal;
  /** Called after each item, with how many have ended. */
  readonly ended?: (count: number) => void;
}

/**
 * Does something with each item, each on its own, so that one failure stops no other.
 * @returns An outcome for each item that ended; items that were not begun, or were cancelled, have none.
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
