import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { ReadText } from './extract.ts';
import { ExtractionWorker } from './extractionWorker.ts';
import type { FileToRead, StorePart } from './extractionWorker.ts';
import { extractionLimits } from './limits.ts';
import type { ExtractionLimits } from './limits.ts';

/** The program of a worker. It is next to this file in the sources, and next to the bundle after a build. */
const workerFile = path.join(import.meta.dirname, `worker${path.extname(import.meta.filename)}`);

/**
 * Number of workers. At least two, so that one slow file does not stop all others, and at most four, because each
 * loads the libraries of the formats. One core is left for the server.
 */
const workerCount = Math.min(4, Math.max(2, availableParallelism() - 1));

/** Time after which an idle worker is stopped, in ms. A process with its libraries uses about 100 MB. */
const idleMs = 60_000;

/** Options of {@link ExtractionPool}. */
export interface ExtractionPoolOptions {
  readonly clock: Clock;
  readonly limits?: ExtractionLimits;
  /** Path of the worker's program. Default: {@link workerFile}. */
  readonly file?: string;
  readonly size?: number;
}

/**
 * Reads files in worker processes, so that the server can answer requests meanwhile, and so that a file on which a library
 * hangs or fails does no harm to others. A process is started when it is needed.
 */
export class ExtractionPool {
  readonly limits: ExtractionLimits;
  /** Maximum number of files that are read at a time. */
  readonly size: number;
  readonly #clock: Clock;
  readonly #file: string;
  /** The idle workers, each with the function that cancels its end. The last one was used last. */
  readonly #idle = new Map<ExtractionWorker, () => void>();

  constructor({
    clock,
    limits = extractionLimits,
    file = workerFile,
    size = workerCount,
  }: ExtractionPoolOptions) {
    this.limits = limits;
    this.size = size;
    this.#clock = clock;
    this.#file = file;
  }

  /**
   * Reads a file in a worker. The caller must not read more than {@link size} files at a time.
   * @param storePart Called for one part after the other. The reader waits for its result.
   * @throws WorkerFailed, an Error if no worker could be started, an error of the chunks or of `storePart`, or the reason
   * of the signal
   */
  async read(file: FileToRead, storePart: StorePart, signal: AbortSignal): Promise<ReadText> {
    const worker = this.#take();
    try {
      return await worker.read(file, storePart, signal);
    } finally {
      if (worker.isEnded) await worker.end();
      else this.#keep(worker);
    }
  }

  /** Ends all idle workers. The caller must first abort its reads. */
  async close(): Promise<void> {
    const idle = [...this.#idle];
    this.#idle.clear();
    await Promise.all(
      idle.map(([worker, cancel]) => {
        cancel();
        return worker.end();
      }),
    );
  }

  #take(): ExtractionWorker {
    for (const [worker, cancel] of [...this.#idle].reverse()) {
      this.#idle.delete(worker);
      cancel();
      if (!worker.isEnded) return worker;
    }
    return new ExtractionWorker({ file: this.#file, clock: this.#clock, limits: this.limits });
  }

  #keep(worker: ExtractionWorker): void {
    const cancel = this.#clock.after(idleMs, () => {
      this.#idle.delete(worker);
      // Ending an idle process can't fail in a way that matters.
      worker.end().catch(() => undefined);
    });
    this.#idle.set(worker, cancel);
  }
}
