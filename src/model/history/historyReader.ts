import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { LogItem } from '../../onna/wire/logs.ts';
import type { LogReader } from './logReader.ts';
import { mergeRuns, runsFromCollection, runsFromStatuses, statusesOf, type Run } from './runs.ts';
import type { StatusJournal } from './statusJournal.ts';

/** Maximum number of runs in a history. */
export const maxRuns = 60;

/** The Datasource whose history is read. */
export interface HistoryOwner {
  readonly connectionId: string;
  readonly datasourceId: string;
  readonly path: string;
}

/** Whether one of the service's logs could be read for the history. */
export type LogAccess = 'read' | 'noPermission' | 'unavailable';

/** The newest entries of a log. */
interface ReadLog {
  readonly items: readonly LogItem[];
  /** Whether the log has no older entries. */
  readonly isComplete: boolean;
  readonly access: LogAccess;
  readonly failure: OnnaError | undefined;
}

/** The runs of a Datasource. */
export interface History {
  /** Newest first. */
  readonly runs: readonly Run[];
  readonly audit: LogAccess;
  readonly collection: LogAccess;
  /** The first failure other than a missing permission. */
  readonly failure: OnnaError | undefined;
}

/** Combines the journal of this extension with the logs of the service. */
export class HistoryReader {
  readonly #journal: Pick<StatusJournal, 'read'>;
  readonly #logs: Pick<LogReader, 'read'>;

  constructor(journal: Pick<StatusJournal, 'read'>, logs: Pick<LogReader, 'read'>) {
    this.#journal = journal;
    this.#logs = logs;
  }

  /** The runs that this extension observed and wrote to its journal. Sends no request. */
  async known({ connectionId, datasourceId }: HistoryOwner): Promise<readonly Run[]> {
    const runs = runsFromStatuses(await this.#journal.read(connectionId, datasourceId), 'journal');
    return runs.slice(0, maxRuns);
  }

  /** All runs, except those of a log that can't be read. @throws OnnaError only `cancelled` */
  async read(owner: HistoryOwner, signal: AbortSignal): Promise<History> {
    const [known, audit, collection] = await Promise.all([
      this.known(owner),
      this.#log(owner, 'audit', signal),
      this.#log(owner, 'collection', signal),
    ]);
    if (signal.aborted) throw new OnnaError({ kind: 'cancelled' });
    const runs = mergeRuns([
      runsFromStatuses(statusesOf(audit.items), 'audit'),
      known,
      runsFromCollection(collection.items, collection.isComplete),
    ]);
    return {
      runs: runs.slice(0, maxRuns),
      audit: audit.access,
      collection: collection.access,
      failure: audit.failure ?? collection.failure,
    };
  }

  async #log(owner: HistoryOwner, log: 'audit' | 'collection', signal: AbortSignal): Promise<ReadLog> {
    try {
      const { items, cursor } = await this.#logs.read(owner, { log, errorsOnly: false }, undefined, signal);
      return { items, isComplete: cursor === undefined, access: 'read', failure: undefined };
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      const isForbidden = isOnnaError(error, 'noPermission');
      return {
        items: [],
        isComplete: false,
        access: isForbidden ? 'noPermission' : 'unavailable',
        failure: isForbidden ? undefined : error,
      };
    }
  }
}
