import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OnnaError } from '../../onna/errors.ts';
import type { TransportResponse } from '../../onna/transport/transport.ts';

/** How far a download has come, in bytes. */
export interface SaveProgress {
  readonly received: number;
  /** Since the last report. */
  readonly added: number;
  /** Undefined where the service doesn't tell. */
  readonly total: number | undefined;
}

/** The number of bytes that a download will have, where the service tells. */
export function announcedBytes({ headers }: TransportResponse): number | undefined {
  const announced = Number(headers.get('content-length'));
  // What is announced counts compressed bytes, what is received doesn't.
  return !headers.has('content-encoding') && announced > 0 ? announced : undefined;
}

/** A download's body; `report` is told of each piece. */
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
 * Saves a download to the file `target`, whole or not at all.
 * @param overwrite False: a file that is already there makes it fail with `EEXIST`.
 * @throws OnnaError when the service breaks off, a system error when the file can't be written.
 */
export async function saveFile(
  response: TransportResponse,
  target: string,
  signal: AbortSignal,
  report: (progress: SaveProgress) => void,
  overwrite = true,
): Promise<void> {
  // Beside the target, and renamed at the end: a download that breaks leaves nothing that looks whole.
  // Not named after it: its name may be as long as a name can be, and two downloads may have chosen it.
  const temporary = path.join(path.dirname(target), `.onna-${randomUUID()}.part`);
  let holdsName = false;
  try {
    await pipeline(watched(response, report), createWriteStream(temporary), { signal });
    // Takes the name, for `rename` replaces whatever has it.
    if (!overwrite) {
      await writeFile(target, '', { flag: 'wx' });
      holdsName = true;
    }
    await rename(temporary, target);
  } catch (error) {
    response.destroy();
    await rm(temporary, { force: true });
    if (holdsName) await rm(target, { force: true });
    // Which of the two ends notices first is chance.
    throw signal.aborted ? new OnnaError({ kind: 'cancelled' }) : error;
  }
}
