import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../base/clock.ts';
import type { Part } from './extraction.ts';
import type { ReadText } from './extract.ts';
import type { ExtractionLimits } from './limits.ts';
import { terminalSignals } from './workerMessages.ts';
import type { FileHead, FromWorker, ToWorker, WorkerSettings } from './workerMessages.ts';

/** Memory for each half of V8's young objects, in MiB. V8 rounds it to a power of two. */
const semiSpaceMebibytes = 8;

/** Exit code of an aborted process on Windows, which has no signals. */
const abortCode = 134;

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
  /** Whether the file may not be the cause. It can then be read again in a new worker. */
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
  /** Whether a message about the file has arrived. */
  hasAnswer: boolean;
}

/**
 * A process that reads one file at a time. It is reused until it fails. It is a process and not a thread, because V8 aborts
 * the whole process if the memory of one of its threads is exhausted.
 */
export class ExtractionWorker {
  readonly #process: ChildProcess;
  readonly #options: WorkerOptions;
  #task: Task | undefined;
  #filesRead = 0;
  #isEnded = false;

  constructor(options: WorkerOptions) {
    const { file, limits } = options;
    this.#options = options;
    const settings: WorkerSettings = { limits, serverId: process.pid };
    this.#process = fork(file, [JSON.stringify(settings)], {
      // Sends buffers as they are.
      serialization: 'advanced',
      execArgv: [
        `--max-old-space-size=${limits.heapMebibytes}`,
        `--max-semi-space-size=${semiSpaceMebibytes}`,
      ],
      // The sandbox may run in the Node of VS Code.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      // Keeps messages of the libraries out of the sandbox's output.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (message) => this.#received(message as FromWorker));
    this.#process.on('error', (error) => this.#failed(error));
    this.#process.on('exit', (code, signal) => this.#exited(code, signal));
    // An idle worker must not keep the server alive.
    this.#unref();
  }

  /** Whether the process ended or was stopped. It then reads no further file. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Reads a file. Call it only when the previous file was read.
   * @throws WorkerFailed, an Error if the process could not be started, an error of the chunks or of `storePart`, or the
   * reason of the signal. The process then ends.
   */
  async read({ chunks, ...head }: FileToRead, storePart: StorePart, signal: AbortSignal): Promise<ReadText> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadText>();
    const task: Task = {
      ...{ storePart, resolve, reject },
      leftMs: this.#options.limits.readingMs,
      pause: undefined,
      hasAnswer: false,
    };
    this.#task = task;
    const abort = (): void => this.#stop(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#ref();
    try {
      if (signal.aborted) abort();
      else await Promise.race([promise, this.#send(task, head, chunks)]);
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      task.pause?.();
      this.#task = undefined;
      this.#filesRead++;
      this.#unref();
    }
  }

  /** Ends the process, and waits until it has ended. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const { pid, exitCode, signalCode } = this.#process;
    // Without an id, the process could not be started.
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    this.#process.ref();
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #ref(): void {
    this.#process.ref();
    this.#process.channel?.ref();
  }

  #unref(): void {
    this.#process.unref();
    this.#process.channel?.unref();
  }

  async #send(task: Task, head: FileHead, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await this.#post({ kind: 'file', head });
      for await (const bytes of chunks) {
        if (this.#task !== task || this.#isEnded) return;
        await this.#post({ kind: 'chunk', bytes });
      }
      // The first answer may arrive before the confirmation of the last chunk.
      if (this.#task === task && !this.#isEnded && !task.hasAnswer) this.#resumeTimer(task);
    } catch (error) {
      this.#stop(error);
    }
  }

  #received(message: FromWorker): void {
    const task = this.#task;
    if (!task || this.#isEnded) return;
    task.pause?.();
    task.hasAnswer = true;
    if (message.kind === 'read') task.resolve(message.read);
    else
      this.#store(task, message.part).catch((error: unknown) => {
        if (this.#task === task) this.#stop(error);
      });
  }

  async #store(task: Task, part: Part): Promise<void> {
    const wantsMore = await task.storePart(part);
    if (this.#task !== task || this.#isEnded) return;
    this.#resumeTimer(task);
    await this.#post({ kind: 'taken', wantsMore });
  }

  /** Sends a message, and waits until it is written. If the process has ended, the event `exit` reports it. */
  #post(message: ToWorker): Promise<void> {
    return new Promise((resolve) => {
      this.#process.send(message, () => resolve());
    });
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

  /** The process could not be started, which is no fault of the file, or a message could not be sent. */
  #failed(error: Error): void {
    if (this.#process.pid !== undefined) this.#fail(error.message, this.#filesRead > 0);
    else this.#stop(new Error(`a reader could not be started: ${error.message}`, { cause: error }));
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    // V8 aborts a process without memory for objects. The watchdog kills a process that needs too much memory, and so does
    // Linux.
    const isExhausted = signal === 'SIGKILL' || signal === 'SIGABRT' || code === abortCode;
    // A terminal may send a signal before the process can ignore it.
    const isInnocent = this.#filesRead > 0 || (signal !== null && terminalSignals.includes(signal));
    this.#fail(
      isExhausted ? 'reading needed too much memory' : `the reader ended (${signal ?? `exit code ${code}`})`,
      isInnocent,
    );
  }

  #fail(message: string, mayBeInnocent: boolean): void {
    if (!this.#isEnded) this.#stop(new WorkerFailed(message, mayBeInnocent));
  }

  /** Rejects the current file and ends the process, which may be in the middle of that file. */
  #stop(reason: unknown): void {
    this.#isEnded = true;
    this.#task?.reject(reason);
    this.#process.kill('SIGKILL');
  }
}
