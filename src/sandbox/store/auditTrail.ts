import type { SQLInputValue } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { combine } from './sql.ts';
import type { Sql } from './sql.ts';
import type { Database, Row } from './database.ts';
import type { Fields, StoredNode } from './nodes.ts';
import { storeFailure } from './storeFailure.ts';
import { Timestamps } from './timestamps.ts';
import type { Micros } from './timestamps.ts';

/**
 * Names of the logs. `audit` contains sign-ins and changes, with the login of the user if a user caused them.
 * `activity` contains user actions that change nothing. `collection` and `processing` contain the results for each file.
 */
export type LogName = 'audit' | 'activity' | 'collection' | 'processing';

/** The entry types of Onna's audit log (docs/onna-api.md §8). */
type Outcome = 'Info' | 'Success' | 'Error';

/** A new log entry. It must not contain a password, token, code or other secret. */
interface NewEvent {
  readonly log: LogName;
  /** Verb that describes the event, in snake case. */
  readonly action: string;
  /** Default: `Success`. */
  readonly outcome?: Outcome;
  /** Login of the user who caused the event. Undefined for the sandbox itself or an unknown user. */
  readonly login?: string | undefined;
  /** Id of the affected node. For a Resource, the node is its Datasource. */
  readonly nodeId?: number | undefined;
  /** uid of the node or Resource. */
  readonly uid?: string | undefined;
  /**
   * Path of the node or Resource at the time of the event. In the logs `collection` and `processing`, it is the path at
   * the origin. In the other logs, it is the path below the account.
   */
  readonly path?: string | undefined;
  readonly detail?: Fields | undefined;
}

/** An event as stored. */
export interface StoredEvent extends NewEvent {
  /** Time of the event. It is unique, so that it can also be the cursor in a log. */
  readonly at: Micros;
  readonly outcome: Outcome;
}

/** A query for events. */
interface EventQuery {
  /** Condition on the table `events`, whose alias is `d`. */
  readonly where: Sql;
  readonly direction: 'asc' | 'desc';
  /** Finds only events after this time, in the order of `direction`. */
  readonly after: Micros | undefined;
  /** Number of events to skip. */
  readonly from?: number;
  readonly limit: number;
}

/** Retention of events, in days. The service keeps its logs at least as long (docs/onna-api.md §8). */
const retentionDays = 180;

const retentionMicros = retentionDays * 24 * 3600 * 1_000_000;

/** Interval between two prunings of old events, in µs. */
const pruningMicros: Micros = 3600 * 1_000_000;

/**
 * Maximum number of events removed at once. There is a limit because requests must wait during the removal.
 */
const maxPrunedAtOnce = 1000;

function eventOf(row: Row): StoredEvent {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const detail = text('detail');
  return {
    at: Number(row['at']),
    log: String(row['log']) as LogName,
    action: String(row['action']),
    outcome: String(row['outcome']) as Outcome,
    login: text('login'),
    nodeId: row['node_id'] === null ? undefined : Number(row['node_id']),
    uid: text('uid'),
    path: text('path'),
    detail: detail === undefined ? undefined : (JSON.parse(detail) as Fields),
  };
}

/**
 * Stores the events of the last {@link retentionDays} days. Its methods use the caller's transaction, so that
 * an event and the change that it describes are stored together.
 */
export class AuditTrail {
  readonly #database: Database;
  readonly #moments: Timestamps;
  #pruneAt: Micros = 0;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    const last = database.get('SELECT max(at) AS last FROM events')?.['last'];
    // Do not use timestamps of the change feed. Otherwise every event would advance the feed.
    this.#moments = new Timestamps(clock, Number(last ?? 0));
  }

  add(event: NewEvent): void {
    const at = this.#moments.next();
    this.#database.run(
      `INSERT INTO events (at, log, action, outcome, login, node_id, uid, path, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      at,
      event.log,
      event.action,
      event.outcome ?? 'Success',
      event.login ?? null,
      event.nodeId ?? null,
      event.uid ?? null,
      event.path ?? null,
      event.detail === undefined ? null : JSON.stringify(event.detail),
    );
    // Pruning needs no timer, because the log grows only here.
    if (at >= this.#pruneAt && this.#prune(maxPrunedAtOnce)) this.#pruneAt = at + pruningMicros;
  }

  /** Logs an action that changes nothing. If the store can't be written, drops the entry, so that reads still work. */
  addActivity(event: Omit<NewEvent, 'log'>): void {
    try {
      this.add({ ...event, log: 'activity' });
    } catch (error) {
      if (storeFailure(error) === undefined) throw error;
    }
  }

  /** Adds an audit log entry about a node. */
  audit(action: string, node: StoredNode, login: string | undefined, detail?: Fields): void {
    this.add({ log: 'audit', action, login, nodeId: node.id, uid: node.uid, path: node.path, detail });
  }

  /** Removes all events past the retention period. */
  prune(): void {
    this.#prune(-1);
  }

  find(query: EventQuery): StoredEvent[] {
    const { direction, after, from = 0, limit } = query;
    const place: Sql[] =
      after === undefined ? [] : [{ text: `d.at ${direction === 'asc' ? '>' : '<'} ?`, values: [after] }];
    const where = combine('AND', [query.where, this.#kept(), ...place]);
    const sql = `SELECT d.* FROM events d WHERE ${where.text} ORDER BY d.at ${direction} LIMIT ? OFFSET ?`;
    return this.#database.all(sql, ...where.values, limit, from).map(eventOf);
  }

  count(condition: Sql): number {
    const where = combine('AND', [condition, this.#kept()]);
    const row = this.#database.get(`SELECT count(*) AS n FROM events d WHERE ${where.text}`, ...where.values);
    return Number(row?.['n'] ?? 0);
  }

  /** A condition that hides old events: those past the retention period that have not been removed yet. */
  #kept(): Sql {
    return { text: 'd.at >= ?', values: [this.#oldest()] };
  }

  #oldest(): Micros {
    return this.#moments.now() - retentionMicros;
  }

  /** @param limit Maximum number of events to remove, -1 for all. @returns Whether all old events are removed. */
  #prune(limit: number): boolean {
    const values: SQLInputValue[] = [this.#oldest(), limit];
    const { changes } = this.#database.run(
      'DELETE FROM events WHERE at IN (SELECT at FROM events WHERE at < ? ORDER BY at LIMIT ?)',
      ...values,
    );
    return limit < 0 || changes < limit;
  }
}
