import { statfsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { migrations, schema, schemaVersion } from './schema.ts';
import { DiskFull } from './storeFailure.ts';

/** A row as SQLite returns it. Each store converts it to its own type in one place. */
export type Row = Record<string, SQLOutputValue>;

/**
 * Runs a query that may return integers beyond 2^53, such as file dates after 2255. node:sqlite refuses to return them
 * as numbers. They are rounded to the nearest number, so that one row never makes a whole query fail.
 */
function tolerant<Result>(
  statement: StatementSync,
  query: () => Result,
  rounded: (r: Result) => Result,
): Result {
  try {
    return query();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE')) throw error;
    statement.setReadBigInts(true);
    try {
      return rounded(query());
    } finally {
      statement.setReadBigInts(false);
    }
  }
}

function roundedRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}

/** Disk space that contents never use, in bytes, so that statuses, logs and removals can always be stored. */
const reservedBytes = 8 * 1024 * 1024;

/** Maximum prepared statements in the cache. Search composes its SQL, so their number is unlimited. */
const maxStatements = 300;

/** The SQL that upgrades a file from `version` to the current version; undefined if it can't be upgraded. */
function stepsFrom(version: number): string[] | undefined {
  if (version === 0) return [schema];
  const steps: string[] = [];
  for (let at = version; at !== schemaVersion; at++) {
    const step = migrations.get(at);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

/** The only connection to the sandbox's file, with a cache of prepared statements and nested transactions. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #folder: string;
  readonly #statements = new LRUCache<string, StatementSync>({ max: maxStatements });
  #depth = 0;

  /** @throws Error when the file can't be upgraded from its schema version, or another process uses it. */
  constructor(file: string) {
    this.#folder = path.dirname(file);
    this.#connection = new DatabaseSync(file);
    this.#claim(file);
    // cache_size: indexes of a million random uids need more than SQLite's default of 2 MB. temp_store: statement
    // savepoints go to memory rather than to a file. mmap_size (1 GiB): memory-mapped reads make scans of a million
    // documents twice as fast. wal_autocheckpoint (16 MB): a page that many transactions change is copied once, but a
    // larger checkpoint would block requests for too long.
    this.#connection.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;
       PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824;`,
    );
    const version = Number(this.get('PRAGMA user_version')?.['user_version'] ?? 0);
    const steps = stepsFrom(version);
    if (steps === undefined) {
      this.#connection.close();
      throw new Error(
        `${file} was written by another version of the sandbox (${version}, this is ${schemaVersion}). Use another data folder.`,
      );
    }
    if (steps.length === 0) return;
    this.transaction(() => {
      for (const step of steps) this.#connection.exec(step);
      this.#connection.exec(`PRAGMA user_version = ${schemaVersion}`);
    });
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    const statement = this.#prepared(sql);
    return tolerant(
      statement,
      () => statement.get(...values),
      (row) => row && roundedRow(row),
    );
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    const statement = this.#prepared(sql);
    return tolerant(
      statement,
      () => statement.all(...values),
      (rows) => rows.map(roundedRow),
    );
  }

  /** @returns The number of changed rows, and the id of the last inserted row. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /**
   * Runs `work` in a transaction: all of it is stored or nothing. `work` must be synchronous: other requests share the
   * connection, and their statements would become part of the transaction.
   */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite rolls back on its own when the disk is full or can't be read.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** @throws DiskFull when the disk has no room for `bytes` bytes of content */
  requireRoom(bytes: number): void {
    const { bavail, blocks, bsize } = statfsSync(this.#folder);
    // Some file systems report no sizes.
    if (blocks > 0 && bavail * bsize < bytes + reservedBytes) throw new DiskFull();
  }

  /** Number of rows changed since this connection was opened. */
  get totalChanges(): number {
    return Number(this.get('SELECT total_changes() AS n')?.['n']);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  /** Locks the file: two sandboxes would both run the due syncs. The OS releases the lock when a process is killed. */
  #claim(file: string): void {
    try {
      this.#connection.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT;',
      );
    } catch (error) {
      this.#connection.close();
      if (error instanceof Error && /locked|busy/.test(error.message))
        throw new Error(`${file} is in use by another sandbox. End that one, or use another data folder.`, {
          cause: error,
        });
      throw error;
    }
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
