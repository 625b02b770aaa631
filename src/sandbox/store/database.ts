import { statfsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { migrations, schema, schemaVersion } from './schema.ts';
import { DiskFull } from './storeFailure.ts';

/** A row as SQLite gives it. Each store turns it into its own type, once. */
export type Row = Record<string, SQLOutputValue>;

/**
 * Runs a query that may meet integers beyond 2^53, which node:sqlite refuses to give as numbers: dates of files after
 * 2255, for example. Those are rounded to the nearest number, so that one row never makes a whole query fail.
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

/** Room that contents leave on the disk, in bytes: statuses, logs and removals must always be possible to store. */
const reservedBytes = 8 * 1024 * 1024;

/** Most statements kept prepared: search composes its own, so there is no end of them. */
const keptStatements = 300;

/** The SQL that makes a file of this version one of the current version; undefined when there is none. */
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

/** The one connection to the sandbox's file: prepared statements kept, transactions that nest. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #folder: string;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** @throws Error when the file is of another schema version, or another process works with it. */
  constructor(file: string) {
    this.#folder = path.dirname(file);
    this.#connection = new DatabaseSync(file);
    this.#claim(file);
    // Indexes of a million random uids need more than the 2 MB that SQLite keeps by itself; savepoints of
    // statements go to memory rather than to a file. Reading by way of the mapped file (1 GiB of it) makes walks
    // through a million documents twice as fast. What is written goes to the file every 16 MB: a page that many
    // transactions change is copied once. More at a time would keep others waiting.
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

  /** @returns How many rows it changed, and the id of the last one inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /**
   * Everything in `work` or nothing. `work` can't wait for anything: other requests share the connection,
   * and would land in the middle.
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
      // SQLite has done it already when the disk is full or can't be read.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** @throws DiskFull when the disk has no room for so many bytes of contents */
  requireRoom(bytes: number): void {
    const { bavail, blocks, bsize } = statfsSync(this.#folder);
    // Some file systems tell nothing.
    if (blocks > 0 && bavail * bsize < bytes + reservedBytes) throw new DiskFull();
  }

  /** Grows with every row that is changed, since this connection was opened. */
  get totalChanges(): number {
    return Number(this.get('SELECT total_changes() AS n')?.['n']);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  /** Two sandboxes would each run what is due. The lock is the file's own, so a killed process leaves none behind. */
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
    let statement = this.#statements.get(sql);
    if (statement) {
      this.#statements.delete(sql);
    } else {
      statement = this.#connection.prepare(sql);
      const oldest = this.#statements.keys().next();
      if (this.#statements.size >= keptStatements && oldest.done !== true)
        this.#statements.delete(oldest.value);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}
