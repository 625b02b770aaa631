const diskFull = 'The disk is full: make room in the data folder';

/** Thrown before a write for which the disk has no room. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';

  constructor() {
    super(diskFull);
  }
}

/** SQLite result codes that concern the disk or the file as a whole, not a single row. */
const reasons: Readonly<Record<number, string>> = {
  5: 'The data file is locked by another program',
  6: 'The data file is locked by another program',
  7: 'There is not enough memory',
  8: 'The data folder is read-only',
  10: 'The data folder can’t be read or written',
  13: diskFull,
  14: 'The data file can’t be opened',
};

/** The same for file system errors. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOSPC: diskFull,
  EDQUOT: 'The disk quota is used up: make room in the data folder',
};

/**
 * Describes in plain words why the store as a whole can't be written. Undefined if the error is about a single row, so
 * that it is worth trying the next row. Source: https://www.sqlite.org/rescode.html; the low byte is the primary code.
 */
export function storeFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DiskFull) return error.message;
  if ('errcode' in error && typeof error.errcode === 'number') return reasons[error.errcode & 0xff];
  return 'code' in error && typeof error.code === 'string' ? systemReasons[error.code] : undefined;
}

/** Describes an error for the log, in plain words where possible. */
export function failureText(error: unknown): string {
  return storeFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
