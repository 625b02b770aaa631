const diskFull = 'The disk is full: make room in the data folder';

/** Thrown before something is stored for which there is no room. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';

  constructor() {
    super(diskFull);
  }
}

/** SQLite's result codes that say something about the disk or the file, not about the row at hand. */
const reasons: Readonly<Record<number, string>> = {
  5: 'The data file is locked by another program',
  6: 'The data file is locked by another program',
  7: 'There is not enough memory',
  8: 'The data folder is read-only',
  10: 'The data folder can’t be read or written',
  13: diskFull,
  14: 'The data file can’t be opened',
};

/** The same for errors of the file system itself. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOSPC: diskFull,
  EDQUOT: 'The disk quota is used up: make room in the data folder',
};

/**
 * Why the store as a whole can't be written, in plain words. Undefined when the error is about a single row: trying
 * the next row makes sense then.
 * Source: https://www.sqlite.org/rescode.html; the low byte is the primary code.
 */
export function storeFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DiskFull) return error.message;
  if ('errcode' in error && typeof error.errcode === 'number') return reasons[error.errcode & 0xff];
  return 'code' in error && typeof error.code === 'string' ? systemReasons[error.code] : undefined;
}

/** An error in words for the log: the plain reason where there is one. */
export function failureText(error: unknown): string {
  return storeFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
