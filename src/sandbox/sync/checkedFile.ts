import { smallContent } from '../store/contents.ts';
import type { ContentStore, ReadContent } from '../store/contents.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { storeFailure } from '../store/storeFailure.ts';
import { readSteadily } from './largeFile.ts';
import { isReplaced, openOriginFile } from './origin.ts';
import type { OriginFile } from './origin.ts';
import { readSmallFile } from './smallFile.ts';

/** Maximum size of a file that is read synchronously, in bytes. */
const smallBytes = 128 * 1024;

/** A file of an origin, with its content if the run must store it. */
export interface CheckedFile {
  readonly file: OriginFile;
  /** The content, or the reason why it is missing. Undefined if the file is unchanged. */
  readonly content: ReadContent | 'unreadable' | 'gone' | undefined;
}

/**
 * Whether a file is unchanged: it has the stored size and date, and the last attempt to read it succeeded.
 */
export function isUnchanged(file: OriginFile, known: StoredResource | undefined): boolean {
  return (
    known?.originException === undefined &&
    known?.originModified === file.modified &&
    known.size === file.size
  );
}

/**
 * Reads a file. Returns a promise only if the file must be read asynchronously, so that callers need no
 * `await` for most files.
 * @throws The signal's reason, or an error of the store
 */
export function checkContent(
  contents: ContentStore,
  file: OriginFile,
  signal: AbortSignal,
): CheckedFile | Promise<CheckedFile> {
  if (file.size > smallBytes) return readLarge(contents, file, signal);
  try {
    const bytes = readSmallFile(file);
    return bytes === undefined ? readLarge(contents, file, signal) : { file, content: smallContent(bytes) };
  } catch (error) {
    return { file, content: isReplaced(error) ? 'gone' : 'unreadable' };
  }
}

async function readLarge(
  contents: ContentStore,
  file: OriginFile,
  signal: AbortSignal,
): Promise<CheckedFile> {
  try {
    const handle = await openOriginFile(file);
    try {
      const { content, modified } = await readSteadily(contents, handle, signal);
      return { file: { ...file, modified }, content };
    } finally {
      await handle.close();
    }
  } catch (error) {
    // A failure of the store, such as a full disk, is not an error of the file.
    if (signal.aborted || storeFailure(error) !== undefined) throw error;
    return { file, content: isReplaced(error) ? 'gone' : 'unreadable' };
  }
}
