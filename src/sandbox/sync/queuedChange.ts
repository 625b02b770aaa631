import type { DatasourceChange } from '../store/datasources.ts';
import type { Micros } from '../store/timestamps.ts';

/** The change that puts a Datasource into the queue of runs. */
export function queued(syncStatus: 'pending' | 'resuming', queuedAt: Micros): DatasourceChange {
  return {
    ...{ syncStatus, syncMessage: undefined, failureCause: undefined, askedRemovals: undefined },
    ...{ nextRun: undefined, queuedAt },
  };
}
