import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OnnaError } from '../onna/errors.ts';
import type { TransportResponse } from '../onna/transport/transport.ts';

/** How far a download has come, in bytes. */
export interface SaveProgress {
  readonly received: number;
  /** Since the last report. */
  readonly added: number;
  /** Undefined where the service doesn't tell. */
  readonly total: number | undefined;
}

/**
 * Saves a download to the file `target`, whole or not at all.
 * @throws OnnaError when the service breaks off, a system error when the file can't be written.
 */
export async function saveFile(
  response: TransportResponse,
  target: string,
  signal: AbortSignal,
  report: (progress: SaveProgress) => void,
): Promise<void> {
  const announced = Number(response.headers.get('content-length'));
  // What is announced counts compressed bytes, what is received doesn't.
  const isPlain = !response.headers.has('content-encoding');
  const total = isPlain && announced > 0 ? announced : undefined;
  // Beside the target, and renamed at the end: a download that breaks leaves nothing that looks whole.
  // Not named after it: its name may be as long as a name can be, and two downloads may have chosen it.
  const temporary = path.join(path.dirname(target), `.onna-${randomUUID()}.part`);
  let received = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of response.body) {
      received += chunk.length;
      report({ received, added: chunk.length, total });
      yield chunk;
    }
  };
  try {
    await pipeline(counted, createWriteStream(temporary), { signal });
    await rename(temporary, target);
  } catch (error) {
    response.destroy();
    await rm(temporary, { force: true });
    // Which of the two ends notices first is chance.
    throw signal.aborted ? new OnnaError({ kind: 'cancelled' }) : error;
  }
}
