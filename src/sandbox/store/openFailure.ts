/**
 * Reasons and remedies by SQLite's result code: the primary code in the low byte, or the whole code
 * (https://www.sqlite.org/rescode.html).
 */
const reasons: Readonly<Record<number, string>> = {
  5: 'is in use by another sandbox. Stop the other sandbox, or use another data folder.',
  6: 'is in use by another sandbox. Stop the other sandbox, or use another data folder.',
  8: 'is read-only. Make it writable, or use another data folder.',
  10: 'can’t be read or written. Check the disk, or use another data folder.',
  11: 'is damaged. Restore it from a backup, or use another data folder.',
  13: 'can’t grow, because the disk is full. Make room, or use another data folder.',
  14: 'can’t be opened. Check its permissions, or use another data folder.',
  // SQLITE_IOERR_LOCK: SQLite opens a read-only file, but can't lock it for writing.
  3850: 'can’t be locked, because it is read-only or its disk has no locks. Make it writable, or use another data folder.',
  26: 'is not a file of the sandbox. Move it away, or use another data folder.',
};

/** Describes why a data file can't be opened, and what to do. Returns other errors unchanged. */
export function openFailure(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error;
  const reason = reasons[error.errcode] ?? reasons[error.errcode & 0xff];
  return reason === undefined ? error : new Error(`${file} ${reason}`, { cause: error });
}
