import type { DatasourceChange, DatasourceState } from '../store/datasources.ts';
import type { Fields } from '../store/nodes.ts';
import { failureText, storeFailure } from '../store/storeFailure.ts';
import type { Stores } from '../store/stores.ts';
import type { Collected } from './collector.ts';
import { OriginUnreadable } from './origin.ts';
import { RemovalsUnconfirmed } from './removals.ts';
import type { SyncTimes } from './syncTimes.ts';

const expiredMessage = 'The credentials have expired. Refresh them to continue syncing.';

/** Describes the counts of the last run. */
function counted({ counts: { added, changed, removed } }: DatasourceState): string {
  return `${added} added, ${changed} changed, ${removed} removed`;
}

interface RunEndsDeps extends Pick<Stores, 'timestamps' | 'datasources'> {
  readonly times: SyncTimes;
  readonly log: (line: string) => void;
}

/** Stores how a run ended: the new status, its message, and the time of the next run. */
export class RunEnds {
  readonly #deps: RunEndsDeps;

  constructor(deps: RunEndsDeps) {
    this.#deps = deps;
  }

  /** Ends a run that did not start because its credentials have expired. */
  expired(state: DatasourceState, name: string): void {
    this.#end(state, { syncStatus: 'error', syncMessage: expiredMessage, failureCause: 'credentials' });
    this.#deps.log(`${name}: error, ${expiredMessage}`);
  }

  /** Ends a complete run. */
  synced(nodeId: number, name: string, { warning, places }: Collected): void {
    const { datasources, timestamps, times, log } = this.#deps;
    const state = datasources.byId(nodeId);
    if (!state) return;
    const now = timestamps.now();
    const change: DatasourceChange = {
      syncStatus: 'synced',
      syncMessage: warning,
      failureCause: undefined,
      places,
      lastSync: now,
      nextRun: state.typeSync === 'one' ? undefined : now + times.nextCycleMs() * 1000,
      attempts: 0,
    };
    this.#end(state, change, { ...state.counts });
    log(`${name}: synced, ${counted(state)}${warning === undefined ? '' : `. ${warning}`}`);
  }

  /** Ends a run that stopped because of an error. Schedules a retry, unless a user must confirm removals. */
  failed(nodeId: number, name: string, error: unknown): void {
    const { datasources, timestamps, times, log } = this.#deps;
    const state = datasources.byId(nodeId);
    if (!state) return;
    if (error instanceof RemovalsUnconfirmed) {
      const { message, removals } = error;
      // Do not schedule another run: only a user can decide whether the files were deleted on purpose.
      const change: DatasourceChange = {
        syncStatus: 'error',
        syncMessage: message,
        failureCause: 'removals',
      };
      this.#end(state, { ...change, askedRemovals: removals, nextRun: undefined }, { ...state.counts });
      log(`${name}: error, ${message} (${counted(state)})`);
      return;
    }
    const message =
      error instanceof OriginUnreadable
        ? error.message
        : (storeFailure(error) ?? 'The sync failed unexpectedly');
    const attempts = state.attempts + 1;
    const change: DatasourceChange = {
      syncStatus: 'failed',
      syncMessage: message,
      failureCause: 'origin',
      queuedAt: undefined,
      nextRun: timestamps.now() + times.backoffMs(attempts) * 1000,
      attempts,
    };
    this.#end(state, change, { ...state.counts });
    log(`${name}: failed, ${failureText(error)} (${counted(state)})`);
  }

  #end(state: DatasourceState, change: DatasourceChange, detail?: Fields): void {
    const ended: DatasourceChange = { runOpen: false, confirmedRemovals: undefined, ...change };
    this.#deps.datasources.update(state.nodeId, ended, detail ? { detail } : {});
  }
}
