import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import type { Part } from './extraction.ts';
import type { ReadText } from './extract.ts';
import type { ExtractionLimits } from './limits.ts';
import type { FileHead, FromWorker, ToWorker, WorkerSettings } from './workerMessages.ts';

/** Interval of the checks of a worker's memory, in ms. V8 limits the memory for objects, but not that for buffers. */
const memoryCheckMs = 200;

/** Memory for V8's young objects, in MiB. */
const youngMebibytes = 32;

/** A file to read in a worker. */
export interface FileToRead extends FileHead {
  /** Yields the content. An error of it rejects the reading. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Stores a part. Returns false if the file's further parts are not needed. Its error rejects the reading. */
export type StorePart = (part: Part) => Promise<boolean> | boolean;

/** A worker could not read a file, because it ended or because it was stopped at a limit. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
  /** Whether an earlier file may be the cause: the worker ended by itself, and it had read another file before. */
  readonly mayBeInnocent: boolean;

  constructor(message: string, mayBeInnocent: boolean) {
    super(message);
    this.mayBeInnocent = mayBeInnocent;
  }
}

interface WorkerOptions {
  /** Path of the worker's program. */
  readonly file: string;
  readonly clock: Clock;
  readonly limits: ExtractionLimits;
}

/** The file that a worker is reading. */
interface Task {
  readonly storePart: StorePart;
  readonly resolve: (read: ReadText) => void;
  readonly reject: (error: unknown) => void;
  /** Time that the reader may still use, in ms. */
  leftMs: number;
  /** Stops the timer of the reader. Undefined while the server works on the file. */
  pause: (() => void) | undefined;
}

/** A worker thread that reads one file at a time. It is reused until it fails. */
export class ExtractionWorker {
  readonly #worker: Worker;
  readonly #options: WorkerOptions;
  #task: Task | undefined;
  #filesRead = 0;
  #isEnded = false;
  #stopMemoryChecks: (() => void) | undefined;

  constructor(options: WorkerOptions) {
    const { file, limits } = options;
    this.#options = options;
    const workerData: WorkerSettings = { limits };
    this.#worker = new Worker(file, {
      workerData,
      resourceLimits: {
        maxOldGenerationSizeMb: limits.heapMebibytes,
        maxYoungGenerationSizeMb: youngMebibytes,
      },
      // Keeps messages of the libraries out of the sandbox's output.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: FromWorker) => this.#received(message));
    this.#worker.on('error', (error: unknown) =>
      this.#fail(error instanceof Error ? error.message : String(error), true),
    );
    this.#worker.on('messageerror', (error) => this.#fail(error.message, true));
    this.#worker.on('exit', () => this.#fail('the reader ended', true));
    // An idle worker must not keep the process alive.
    this.#worker.unref();
  }

  /** Whether the thread ended. It then reads no further file. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Reads a file. Call it only when the previous file was read.
   * @throws WorkerFailed, an error of the chunks or of `storePart`, or the reason of the signal. The thread then ends.
   */
  async read({ chunks, ...head }: FileToRead, storePart: StorePart, signal: AbortSignal): Promise<ReadText> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadText>();
    const task: Task = {
      ...{ storePart, resolve, reject },
      leftMs: this.#options.limits.readingMs,
      pause: undefined,
    };
    this.#task = task;
    const abort = (): void => this.#stop(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#worker.ref();
    try {
      if (signal.aborted) abort();
      else await Promise.race([promise, this.#send(task, head, chunks)]);
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      task.pause?.();
      this.#stopMemoryChecks?.();
      this.#task = undefined;
      this.#filesRead++;
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  async #send(task: Task, head: FileHead, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      this.#post({ kind: 'file', head });
      for await (const bytes of chunks) {
        if (this.#task !== task || this.#isEnded) return;
        this.#post({ kind: 'chunk', bytes });
      }
      this.#checkMemory();
      this.#resumeTimer(task);
    } catch (error) {
      this.#stop(error);
    }
  }

  #received(message: FromWorker): void {
    const task = this.#task;
    if (!task || this.#isEnded) return;
    task.pause?.();
    if (message.kind === 'read') task.resolve(message.read);
    else
      this.#store(task, message.part).catch((error: unknown) => {
        if (this.#task === task) this.#stop(error);
      });
  }

  async #store(task: Task, part: Part): Promise<void> {
    const wantsMore = await task.storePart(part);
    if (this.#task !== task || this.#isEnded) return;
    this.#post({ kind: 'taken', wantsMore });
    this.#resumeTimer(task);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Continues to count the time of the reader. Time in which the server stores a part does not count. */
  #resumeTimer(task: Task): void {
    const { clock, limits } = this.#options;
    const since = clock.monotonic();
    const cancel = clock.after(task.leftMs, () =>
      this.#fail(`reading took longer than ${Math.round(limits.readingMs / 1000)} s`, false),
    );
    task.pause = () => {
      cancel();
      task.pause = undefined;
      task.leftMs = Math.max(0, task.leftMs - (clock.monotonic() - since));
    };
  }

  #checkMemory(): void {
    const { bufferBytes } = this.#options.limits;
    const timer = setInterval(() => {
      this.#worker.getHeapStatistics().then(
        ({ external_memory: used }) => {
          if (used > bufferBytes) this.#fail('reading needed too much memory', false);
        },
        // The thread ended, which another event reports.
        () => undefined,
      );
    }, memoryCheckMs);
    timer.unref();
    this.#stopMemoryChecks = () => clearInterval(timer);
  }

  #fail(message: string, endedByItself: boolean): void {
    if (!this.#isEnded) this.#stop(new WorkerFailed(message, endedByItself && this.#filesRead > 0));
  }

  /** Rejects the current file and ends the thread, which may be in the middle of that file. */
  #stop(reason: unknown): void {
    this.#isEnded = true;
    this.#task?.reject(reason);
    // The exit of a thread that was stopped is of no interest.
    this.#worker.terminate().catch(() => undefined);
  }
}
