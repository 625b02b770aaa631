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
 * `audit`: what was changed, by whom. `activity`: what people did that changes nothing. `collection` and
 * `processing`: what became of a file.
 */
export type LogName = 'audit' | 'activity' | 'collection' | 'processing';

/** The types of Onna's own audit log (docs/onna-api.md §8). */
export type Outcome = 'Info' | 'Success' | 'Error';

/** Something that happened. Never holds a password, token, code or secret. */
export interface NewEvent {
  readonly log: LogName;
  /** A verb, in snake case. */
  readonly action: string;
  /** Default: `Success`. */
  readonly outcome?: Outcome;
  /** Who did it; undefined: the sandbox by itself, or nobody that is known. */
  readonly login?: string | undefined;
  /** The node that it happened to; of a Resource: its Datasource. */
  readonly nodeId?: number | undefined;
  /** Of the node or Resource. */
  readonly uid?: string | undefined;
  /** Where it was at the time: below the account, or (collection, processing) what the origin calls it. */
  readonly path?: string | undefined;
  readonly detail?: Fields | undefined;
}

/** An event as stored. */
export interface StoredEvent extends NewEvent {
  /** Of no other event: a place in the log. */
  readonly at: Micros;
  readonly outcome: Outcome;
}

/** Which events are wanted. */
export interface EventQuery {
  /** Conditions on `events d`. */
  readonly where: Sql;
  readonly direction: 'asc' | 'desc';
  /** Only what comes after this one, in this direction. */
  readonly after: Micros | undefined;
  /** Passed over. */
  readonly from?: number;
  readonly limit: number;
}

/** Days that events are kept: the service keeps its logs at least as long (docs/onna-api.md §8). */
export const retentionDays = 180;

const retentionMicros = retentionDays * 24 * 3600 * 1_000_000;

/** How often what is too old is looked for. */
const pruningMicros: Micros = 3600 * 1_000_000;

/** Removed at a time while other work waits. */
const prunedAtOnce = 1000;

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

/** What happened, for as long as {@link retentionDays}. Its callers hold the transactions, so that no event tells of what is not stored. */
export class AuditTrail {
  readonly #database: Database;
  readonly #moments: Timestamps;
  #pruneAt: Micros = 0;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    const last = database.get('SELECT max(at) AS last FROM events')?.['last'];
    // Of its own: those of the change feed go on by one for each event otherwise.
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
    // No timer of its own: the log grows by nothing but this.
    if (at >= this.#pruneAt && this.#prune(prunedAtOnce)) this.#pruneAt = at + pruningMicros;
  }

  /** Something that only reads. It is answered also when the store can't be written and keeps no trace of it. */
  addActivity(event: Omit<NewEvent, 'log'>): void {
    try {
      this.add({ ...event, log: 'activity' });
    } catch (error) {
      if (storeFailure(error) === undefined) throw error;
    }
  }

  /** An entry of the audit log about a node. */
  audit(action: string, node: StoredNode, login: string | undefined, detail?: Fields): void {
    this.add({ log: 'audit', action, login, nodeId: node.id, uid: node.uid, path: node.path, detail });
  }

  /** Removes everything that is too old. */
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

  /** What is too old is not told either while it waits to be removed. */
  #kept(): Sql {
    return { text: 'd.at >= ?', values: [this.#oldest()] };
  }

  #oldest(): Micros {
    return this.#moments.now() - retentionMicros;
  }

  /** @param limit -1: all. @returns Whether there is nothing left to remove. */
  #prune(limit: number): boolean {
    const values: SQLInputValue[] = [this.#oldest(), limit];
    const { changes } = this.#database.run(
      'DELETE FROM events WHERE at IN (SELECT at FROM events WHERE at < ? ORDER BY at LIMIT ?)',
      ...values,
    );
    return limit < 0 || changes < limit;
  }
}
