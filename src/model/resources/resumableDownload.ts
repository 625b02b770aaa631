import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open as openFile, rm, stat, utimes } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { delay, type Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError, retryAfterMs } from '../../onna/errors.ts';
import { moveIntoPlace } from './finishedFile.ts';
import type { FilePart } from './resourceContent.ts';
import { watched, type SaveProgress } from './saveFile.ts';

/** Maximum attempts in a row that bring no new bytes. */
const maxFruitlessTries = 3;
const firstWaitMs = 1_000;
/** If the service requests a longer wait, the download fails. */
const maxWaitMs = 60_000;

/** Failures after which the rest of the file may still arrive. */
const transient = ['unreachable', 'timeout', 'rateLimited', 'serverError', 'authServerDown'] as const;

/** A file to download, and where it is saved. */
export interface ResumableDownload {
  /** Opens the file at a byte position. */
  readonly open: (from: number, signal: AbortSignal) => Promise<FilePart>;
  /** The file that collects the bytes until the download is complete. A later download continues with its content. */
  readonly part: string;
  readonly target: string;
  /** If false, the download fails with `EEXIST` if the target exists. */
  readonly overwrite: boolean;
  /** The MD5 that the service has for the file, in lower-case hexadecimal digits. */
  readonly md5?: string | undefined;
  /** The time of the last change, in ms since 1970. The target gets it too. */
  readonly modified?: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (progress: SaveProgress) => void;
}

/** The size of a file in bytes. 0 if there is no file. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

/** The MD5 of a file, in hexadecimal digits. */
export async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @returns How long to wait before the next attempt, in ms. Undefined if another attempt would not help. */
function waitAfter(error: unknown, fruitless: number): number | undefined {
  if (!isOnnaError(error, ...transient) || fruitless >= maxFruitlessTries) return undefined;
  const wait = Math.max(retryAfterMs(error) ?? 0, firstWaitMs * 2 ** Math.max(0, fruitless - 1));
  return wait > maxWaitMs ? undefined : wait;
}

/** Completes the part file. */
async function receive({ open, report, part, signal, clock }: ResumableDownload): Promise<void> {
  let fruitless = 0;
  // The largest size so far. A service that ignores the range starts again, which alone is no progress.
  let reached = await sizeOf(part);
  let total: number | undefined;
  for (;;) {
    const before = await sizeOf(part);
    try {
      let opened = await open(before, signal);
      if (opened.start > 0 && (opened.total ?? total) !== (total ?? opened.total)) {
        // The file was replaced between two attempts: its parts do not fit together.
        opened.response.destroy();
        opened = await open(0, signal);
      }
      total = opened.total;
      const { start, response } = opened;
      if (start > 0 && start === total) {
        // All bytes were received before. Guillotina announces bytes in this answer that never arrive
        // (docs/onna-api.md §18), so its body must not be read.
        response.destroy();
        report({ received: start, added: 0, total });
        return;
      }
      const body = watched(response, ({ received, added }) =>
        report({ received: start + received, added, total }),
      );
      // Each chunk is on disk before the next one is read. A stream would lose its buffer when the connection breaks.
      const file = await openFile(part, start === 0 ? 'w' : 'a');
      try {
        for await (const chunk of body) await file.writeFile(chunk);
      } finally {
        await file.close();
      }
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      const size = await sizeOf(part);
      fruitless = size > reached ? 0 : fruitless + 1;
      reached = Math.max(reached, size);
      const wait = waitAfter(error, fruitless);
      if (wait === undefined) throw error;
      await delay(clock, wait, signal);
      signal.throwIfAborted();
    }
  }
}

/**
 * Downloads a file, completely or not at all. If the connection breaks, the download continues at the same byte. If the
 * download fails, the part file stays, so that the next download continues.
 * @returns The size of the file in bytes.
 * @throws OnnaError if the service fails, or a system error if the file can't be written.
 */
export async function downloadResumably(download: ResumableDownload): Promise<number> {
  const { part, target, signal } = download;
  try {
    await receive(download);
    if (download.md5 !== undefined && (await md5Of(part)) !== download.md5) {
      await rm(part, { force: true });
      const problem = 'the MD5 of the file differs from the MD5 in its metadata';
      throw new OnnaError({ kind: 'decode', what: 'file', problem });
    }
    const size = await sizeOf(part);
    if (download.modified !== undefined) {
      const time = new Date(download.modified);
      await utimes(part, time, time);
    }
    signal.throwIfAborted();
    await moveIntoPlace(part, target, download.overwrite);
    return size;
  } catch (error) {
    // After an abort, either end of the pipeline may fail first, with any error.
    throw signal.aborted ? new OnnaError({ kind: 'cancelled' }) : error;
  }
}
