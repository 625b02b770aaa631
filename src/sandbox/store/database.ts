import { statfsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { openFailure } from './openFailure.ts';
import { migrations, schema, schemaVersion } from './schema.ts';
import { DiskFull } from './storeFailure.ts';

/** A row as SQLite returns it. Each store converts it to its own type in one place. */
export type Row = Record<string, SQLOutputValue>;

/**
 * Runs a query that may return integers beyond 2^53, such as file dates after 2255. node:sqlite refuses to return such
 * integers as numbers. This function rounds them, so that one row never makes a whole query fail.
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

/**
 * Free disk space that is reserved for statuses, logs and removals, in bytes. File contents must not use this
 * space.
 */
const reservedBytes = 8 * 1024 * 1024;

/** Maximum prepared statements in the cache. There is a limit because every search can have different SQL. */
const maxStatements = 300;

/** Returns the SQL that upgrades a file from `version` to the current version, or undefined if it can't be upgraded. */
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

/** The only connection to the sandbox's SQLite file. It caches prepared statements and allows nested transactions. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #folder: string;
  readonly #statements = new LRUCache<string, StatementSync>({ max: maxStatements });
  #depth = 0;

  /** @throws Error if the file can't be opened or upgraded, or if another process uses it. Its message says what to do. */
  constructor(file: string) {
    this.#folder = path.dirname(file);
    let connection: DatabaseSync | undefined;
    try {
      connection = new DatabaseSync(file);
      this.#connection = connection;
      this.#claim();
      this.#upgrade(file);
    } catch (error) {
      connection?.close();
      throw openFailure(file, error);
    }
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
   * Runs `work` in a transaction, which stores all its changes or none. `work` must be synchronous: other requests
   * share the connection, and their statements would otherwise become part of the transaction.
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
      // SQLite has already rolled back if the disk is full or can't be read.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** @throws DiskFull if the disk has no room for `bytes` bytes of content */
  requireRoom(bytes: number): void {
    const { bavail, blocks, bsize } = statfsSync(this.#folder);
    // Some file systems do not report their size.
    if (blocks > 0 && bavail * bsize < bytes + reservedBytes) throw new DiskFull();
  }

  /** Number of row changes since this connection was opened. */
  get totalChanges(): number {
    return Number(this.get('SELECT total_changes() AS n')?.['n']);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  /**
   * Locks the file, because two sandboxes with the same file would run the same syncs. If the process is killed, the OS
   * releases the lock.
   */
  #claim(): void {
    // cache_size: indexes of a million random uids need more than SQLite's default of 2 MB. temp_store: SQLite keeps
    // statement savepoints in memory and not in a file. mmap_size (1 GiB): memory-mapped reads make scans of a million
    // documents twice as fast. wal_autocheckpoint (4 MB): a page that many transactions change is copied only once per
    // checkpoint, but a larger checkpoint would block requests for too long.
    this.#connection.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT;
       PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;
       PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824;`,
    );
  }

  /** Creates or upgrades the tables. */
  #upgrade(file: string): void {
    const version = Number(this.get('PRAGMA user_version')?.['user_version'] ?? 0);
    const steps = stepsFrom(version);
    if (steps === undefined)
      throw new Error(
        `${file} was written by another version of the sandbox (schema ${version}, this version needs ${schemaVersion}). Use another data folder.`,
      );
    if (steps.length === 0) return;
    this.transaction(() => {
      for (const step of steps) this.#connection.exec(step);
      this.#connection.exec(`PRAGMA user_version = ${schemaVersion}`);
    });
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
