import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OnnaError } from '../../onna/errors.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';
import { moveIntoPlace, removeAbandonedFiles, temporaryFileFor } from './finishedFile.ts';

/** The progress of a download, in bytes. */
export interface SaveProgress {
  readonly received: number;
  /** Bytes since the last report. */
  readonly added: number;
  /** The size of the download; undefined if the service doesn't send it. */
  readonly total: number | undefined;
}

/** The size of a download in bytes, if the service sends it. */
export function announcedBytes({ headers }: TransportResponse): number | undefined {
  const announced = Number(headers.get('content-length'));
  // With compression, `Content-Length` counts compressed bytes, but received bytes are uncompressed.
  return !headers.has('content-encoding') && announced > 0 ? announced : undefined;
}

/** Yields a download's body, and calls `report` for each chunk. */
export async function* watched(
  response: TransportResponse,
  report: (progress: SaveProgress) => void,
): AsyncGenerator<Uint8Array> {
  const total = announcedBytes(response);
  let received = 0;
  for await (const chunk of response.body) {
    received += chunk.length;
    report({ received, added: chunk.length, total });
    yield chunk;
  }
}

/**
 * Saves a download to the file `target`, completely or not at all.
 * @param overwrite False: fails with `EEXIST` if the file exists.
 * @throws OnnaError if the download breaks off, or a system error if the file can't be written.
 */
export async function saveFile(
  response: TransportResponse,
  target: string,
  signal: AbortSignal,
  report: (progress: SaveProgress) => void,
  overwrite = true,
): Promise<void> {
  // Written to a temporary file and renamed at the end, so that a broken download never looks complete.
  const temporary = temporaryFileFor(target);
  try {
    await removeAbandonedFiles(path.dirname(target));
    await pipeline(watched(response, report), createWriteStream(temporary), { signal });
    await moveIntoPlace(temporary, target, overwrite);
  } catch (error) {
    response.destroy();
    await rm(temporary, { force: true });
    // After an abort, either end of the pipeline may fail first, with any error.
    throw signal.aborted ? new OnnaError({ kind: 'cancelled' }) : error;
  }
}
