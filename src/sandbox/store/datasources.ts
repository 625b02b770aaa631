import type { Database, Row } from './database.ts';
import type { AuditTrail } from './auditTrail.ts';
import type { Fields, NodeStore } from './nodes.ts';
import type { Micros } from './timestamps.ts';

/** Sync type of a Datasource (docs/onna-api.md §12). */
export type SyncType = 'auto' | 'one' | 'arch';

/** All sync types. */
export const syncTypes: readonly SyncType[] = ['auto', 'one', 'arch'];

/**
 * The cause of the status `failed` or `error`. New credentials clear only errors with the cause
 * `credentials`. `removals` means that the run stopped because a user must confirm its removals.
 */
type FailureCause = 'credentials' | 'origin' | 'removals';

/**
 * Numbers of Resources that a run added, changed and removed. If the run was paused or interrupted, the
 * numbers cover all its parts.
 */
interface RunCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** The state of a Datasource, without the fields of its node. */
export interface DatasourceState {
  readonly nodeId: number;
  readonly typeSync: SyncType;
  /** One of the nine statuses (docs/onna-api.md §11), or any text that a test or the sandbox's page has set. */
  readonly syncStatus: string;
  readonly syncMessage: string | undefined;
  readonly failureCause: FailureCause | undefined;
  readonly lastSync: Micros | undefined;
  /** Time of the next scheduled run: the next cycle, or the next retry. */
  readonly nextRun: Micros | undefined;
  /** Time that determines the position in the queue of runs. Undefined if the Datasource is not queued. */
  readonly queuedAt: Micros | undefined;
  /** Number of consecutive failed runs. */
  readonly attempts: number;
  /** The number of the last run. */
  readonly run: number;
  /** Whether the last run is unfinished: in progress, paused or interrupted. */
  readonly runOpen: boolean;
  /** Whether the last run collects all files again, even unchanged ones. */
  readonly runFull: boolean;
  /**
   * Login of the user who must accept the invitation. If undefined, anyone who may change the Datasource can accept it.
   */
  readonly invited: string | undefined;
  /** Path of the folder to collect. */
  readonly origin: string | undefined;
  /** Extra delay per file in ms, to simulate a slow origin. */
  readonly paceMs: number;
  /** uid of the WalletEntry in use. */
  readonly walletEntry: string | undefined;
  /** Identities of the origin and of the mount points in it, as JSON. Stored by the last complete run. */
  readonly places: string | undefined;
  /** Number of Resources that the last run would have removed. Set if the run stopped because a user must confirm. */
  readonly askedRemovals: number | undefined;
  /** Number of removals that a user has confirmed. */
  readonly confirmedRemovals: number | undefined;
  readonly docCount: number;
  readonly bytesProcessed: number;
  /** Counts of the last run. */
  readonly counts: RunCounts;
}

/** The fields that {@link DatasourceStore.update} can change. */
export type DatasourceChange = Partial<
  Omit<DatasourceState, 'nodeId' | 'docCount' | 'bytesProcessed' | 'counts'>
>;

/** Details that the log stores with a change of status. */
interface StatusCause {
  /** Login of the user who caused the change. Undefined for the sandbox itself. */
  readonly login?: string | undefined;
  readonly detail?: Fields;
}

const columns: Readonly<Record<keyof DatasourceChange, string>> = {
  typeSync: 'type_sync',
  syncStatus: 'sync_status',
  syncMessage: 'sync_message',
  failureCause: 'failure_cause',
  lastSync: 'last_sync',
  nextRun: 'next_run',
  queuedAt: 'queued_at',
  attempts: 'attempts',
  run: 'run',
  runOpen: 'run_open',
  runFull: 'run_full',
  invited: 'invited',
  origin: 'origin',
  paceMs: 'pace_ms',
  walletEntry: 'wallet_entry',
  places: 'places',
  askedRemovals: 'asked_removals',
  confirmedRemovals: 'confirmed_removals',
};

function text(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
}

function number(row: Row, name: string): number | undefined {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
}

function stateOf(row: Row): DatasourceState {
  return {
    nodeId: Number(row['node_id']),
    typeSync: String(row['type_sync']) as SyncType,
    syncStatus: String(row['sync_status']),
    syncMessage: text(row, 'sync_message'),
    failureCause: text(row, 'failure_cause') as FailureCause | undefined,
    lastSync: number(row, 'last_sync'),
    nextRun: number(row, 'next_run'),
    queuedAt: number(row, 'queued_at'),
    attempts: Number(row['attempts']),
    run: Number(row['run']),
    runOpen: row['run_open'] === 1,
    runFull: row['run_full'] === 1,
    invited: text(row, 'invited'),
    origin: text(row, 'origin'),
    paceMs: Number(row['pace_ms']),
    walletEntry: text(row, 'wallet_entry'),
    docCount: Number(row['doc_count']),
    places: text(row, 'places'),
    askedRemovals: number(row, 'asked_removals'),
    confirmedRemovals: number(row, 'confirmed_removals'),
    bytesProcessed: Number(row['bytes_processed']),
    counts: {
      added: Number(row['run_added']),
      changed: Number(row['run_changed']),
      removed: Number(row['run_removed']),
    },
  };
}

/** Stores the sync state of Datasources. */
export class DatasourceStore {
  readonly #database: Database;
  readonly #nodes: NodeStore;
  readonly #trail: AuditTrail;

  constructor(database: Database, nodes: NodeStore, trail: AuditTrail) {
    this.#database = database;
    this.#nodes = nodes;
    this.#trail = trail;
  }

  byId(nodeId: number): DatasourceState | undefined {
    const row = this.#database.get('SELECT * FROM datasources WHERE node_id = ?', nodeId);
    return row === undefined ? undefined : stateOf(row);
  }

  create(nodeId: number, typeSync: SyncType, change: DatasourceChange): void {
    this.#database.transaction(() => {
      this.#database.run(
        'INSERT INTO datasources (node_id, type_sync, sync_status) VALUES (?, ?, ?)',
        nodeId,
        typeSync,
        change.syncStatus ?? 'created',
      );
      this.update(nodeId, change);
    });
  }

  /**
   * Stores a change and a new `@timestamp` in one transaction, so that the change feed never reports unsaved changes. A
   * key that is present but undefined clears its column. Logs changes of the status.
   */
  update(nodeId: number, change: DatasourceChange, cause: StatusCause = {}): void {
    const names = (Object.keys(columns) as (keyof DatasourceChange)[]).filter((name) => name in change);
    if (names.length === 0) return;
    const values = names.map((name) => {
      const value = change[name];
      return typeof value === 'boolean' ? Number(value) : (value ?? null);
    });
    this.#database.transaction(() => {
      if (change.syncStatus !== undefined) this.#logStatus(nodeId, change.syncStatus, change, cause);
      const assignments = names.map((name) => `${columns[name]} = ?`).join(', ');
      this.#database.run(`UPDATE datasources SET ${assignments} WHERE node_id = ?`, ...values, nodeId);
      this.#nodes.touch(nodeId);
    });
  }

  /** Adds to the counts of the current run. Call it in the transaction that stores the counted changes. */
  count(nodeId: number, { added = 0, changed = 0, removed = 0 }: Partial<RunCounts>): void {
    this.#database.run(
      `UPDATE datasources SET run_added = run_added + ?, run_changed = run_changed + ?, run_removed = run_removed + ?
       WHERE node_id = ?`,
      added,
      changed,
      removed,
      nodeId,
    );
  }

  /** Resets the counts for a new run. */
  resetCounts(nodeId: number): void {
    const sql = 'UPDATE datasources SET run_added = 0, run_changed = 0, run_removed = 0 WHERE node_id = ?';
    this.#database.run(sql, nodeId);
  }

  #logStatus(nodeId: number, to: string, { syncMessage }: DatasourceChange, cause: StatusCause): void {
    const from = this.byId(nodeId)?.syncStatus;
    const node = this.#nodes.byId(nodeId);
    if (!node || from === to) return;
    this.#trail.add({
      log: 'audit',
      action: 'change_status',
      outcome: /^(?:error|failed)/.test(to) ? 'Error' : 'Info',
      login: cause.login,
      ...{ nodeId, uid: node.uid, path: node.path },
      detail: { from, to, ...(syncMessage === undefined ? {} : { message: syncMessage }), ...cause.detail },
    });
  }

  /** Datasources in the queue of runs, in queue order. */
  queued(): DatasourceState[] {
    return this.#database
      .all('SELECT * FROM datasources WHERE queued_at IS NOT NULL ORDER BY queued_at')
      .map(stateOf);
  }

  /** Datasources whose next run is due. */
  due(now: Micros): DatasourceState[] {
    return this.#database
      .all('SELECT * FROM datasources WHERE next_run <= ? ORDER BY next_run', now)
      .map(stateOf);
  }

  /** Time of the earliest scheduled run. */
  soonestRun(): Micros | undefined {
    const row = this.#database.get(
      'SELECT min(next_run) AS soonest FROM datasources WHERE next_run IS NOT NULL',
    );
    return row && number(row, 'soonest');
  }

  /** Moves all scheduled runs by `by` µs. A negative value moves them to earlier times. */
  moveNextRuns(by: Micros): void {
    const rows = this.#database.all('SELECT node_id, next_run FROM datasources WHERE next_run IS NOT NULL');
    this.#database.transaction(() => {
      for (const row of rows) this.update(Number(row['node_id']), { nextRun: Number(row['next_run']) + by });
    });
  }

  /** Moves runs that are scheduled later than `latest` to that time. */
  limitNextRuns(latest: Micros): void {
    const rows = this.#database.all('SELECT node_id FROM datasources WHERE next_run > ?', latest);
    this.#database.transaction(() => {
      for (const row of rows) this.update(Number(row['node_id']), { nextRun: latest });
    });
  }

  /** Datasources whose run was unfinished when the process ended, except paused ones. */
  interrupted(): DatasourceState[] {
    return this.#database
      .all(
        "SELECT * FROM datasources WHERE run_open = 1 AND sync_status IN ('syncing', 'resuming', 'pending')",
      )
      .map(stateOf);
  }

  /** Datasources at or below a path. */
  below(path: string): DatasourceState[] {
    return this.#database
      .all(
        `SELECT datasources.* FROM datasources JOIN nodes ON nodes.id = node_id
         WHERE path = ? OR substr(path, 1, length(?) + 1) = ? || '/' ORDER BY node_id`,
        path,
        path,
        path,
      )
      .map(stateOf);
  }

  /** Datasources that use a wallet entry. */
  usingWalletEntry(uid: string): DatasourceState[] {
    return this.#database.all('SELECT * FROM datasources WHERE wallet_entry = ?', uid).map(stateOf);
  }

  remove(nodeId: number): void {
    this.#database.run('DELETE FROM datasources WHERE node_id = ?', nodeId);
  }
}
