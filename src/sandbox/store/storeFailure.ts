/** Delay before a failed write to the store is retried, in ms. */
export const storeRetryMs = 5_000;

const diskFull = 'The disk is full: make room in the data folder';

/** Thrown before a write if the disk has no room for it. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';

  constructor() {
    super(diskFull);
  }
}

/** Messages for SQLite result codes about the disk or the whole file, not about a single row. */
const reasons: Readonly<Record<number, string>> = {
  5: 'The data file is locked by another program',
  6: 'The data file is locked by another program',
  7: 'There is not enough memory',
  8: 'The data folder is read-only',
  10: 'The data folder can’t be read or written',
  13: diskFull,
  14: 'The data file can’t be opened',
};

/** Messages for file system errors about the whole disk. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOSPC: diskFull,
  EDQUOT: 'The disk quota is used up: make room in the data folder',
};

/**
 * Describes in plain words why the store can't be written. Returns undefined if the error is about a single
 * row, because other rows can still be stored. The low byte of an SQLite code is the primary code
 * (https://www.sqlite.org/rescode.html).
 */
export function storeFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DiskFull) return error.message;
  if ('errcode' in error && typeof error.errcode === 'number') return reasons[error.errcode & 0xff];
  return 'code' in error && typeof error.code === 'string' ? systemReasons[error.code] : undefined;
}

/** Describes an error for the log, in plain words if possible. */
export function failureText(error: unknown): string {
  return storeFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
