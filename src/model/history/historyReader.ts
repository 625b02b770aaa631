import { OnnaError } from '../../onna/errors.ts';
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

/**
 * Whether one of the service's logs could be read for the history. `missing`: the service does not have the log, or
 * hides it (docs/onna-api.md §14.18).
 */
export type LogAccess = 'read' | 'noPermission' | 'missing' | 'unavailable';

/** The newest entries of a log. */
interface ReadLog {
  readonly items: readonly LogItem[];
  /** Whether the log has no older entries. */
  readonly isComplete: boolean;
  readonly access: LogAccess;
  readonly failure: OnnaError | undefined;
}

/** The logs of the service from which runs are built. */
type HistoryLog = 'audit' | 'collection';

/** The runs of a Datasource. */
export interface History {
  /** Newest first. */
  readonly runs: readonly Run[];
  readonly audit: LogAccess;
  readonly collection: LogAccess;
  /** The first failure other than a missing permission or a missing log. */
  readonly failure: OnnaError | undefined;
  /** The entries that the runs come from. */
  readonly logs: Readonly<Record<HistoryLog, ReadLog>>;
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

  /**
   * Reads the runs from the journal and from the logs.
   * @param last The history that was read before. Its log entries replace a log that can't be read at the moment, but
   * not a log that the user may no longer read.
   * @throws OnnaError only `cancelled`
   */
  async read(owner: HistoryOwner, signal: AbortSignal, last?: History): Promise<History> {
    const [known, audit, collection] = await Promise.all([
      this.known(owner),
      this.#log(owner, 'audit', signal, last),
      this.#log(owner, 'collection', signal, last),
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
      logs: { audit, collection },
    };
  }

  async #log(
    owner: HistoryOwner,
    log: HistoryLog,
    signal: AbortSignal,
    last: History | undefined,
  ): Promise<ReadLog> {
    try {
      const { items, cursor } = await this.#logs.read(owner, { log, errorsOnly: false }, undefined, signal);
      return { items, isComplete: cursor === undefined, access: 'read', failure: undefined };
    } catch (error) {
      if (!(error instanceof OnnaError)) throw error;
      const access = accessAfter(error);
      const failure = access === 'unavailable' ? error : undefined;
      const { items, isComplete } = (access !== 'noPermission' && last?.logs[log]) || nothing;
      return { items, isComplete, access, failure };
    }
  }
}

const nothing: Pick<ReadLog, 'items' | 'isComplete'> = { items: [], isComplete: false };

function accessAfter({ failure }: OnnaError): LogAccess {
  if (failure.kind === 'noPermission') return 'noPermission';
  return failure.kind === 'notFound' && failure.isPage !== true ? 'missing' : 'unavailable';
}
