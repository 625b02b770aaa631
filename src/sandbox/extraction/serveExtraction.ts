import path from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import type { Part, SourceFile } from './extraction.ts';
import type { ExtractOptions, ReadText } from './extract.ts';
import type { ExtractionLimits } from './limits.ts';
import { terminalSignals } from './workerMessages.ts';
import type { FileHead, FromWorker, ToWorker, WatchdogSettings, WorkerSettings } from './workerMessages.ts';

/** The program of the watchdog. It is next to this file in the sources, and next to the bundle after a build. */
const watchdogFile = path.join(import.meta.dirname, `watchdog${path.extname(import.meta.filename)}`);

/** Memory that a worker may use for Node and the libraries, in bytes, in addition to the limits for a file. */
const programBytes = 160 * 1024 * 1024;

/** Reads a file, as `extractText` does. */
type Extract = (file: SourceFile, options: ExtractOptions) => Promise<ReadText>;

/** A file whose content is arriving. */
interface Arriving {
  readonly head: FileHead;
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

/** Answers the messages of the server in a worker process, one file at a time. */
export function serveExtraction(extract: Extract): void {
  const { limits, serverId } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
  for (const signal of terminalSignals) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
  startWatchdog(limits, serverId);
  answer(extract, limits);
}

function startWatchdog({ heapMebibytes, bufferBytes }: ExtractionLimits, serverId: number): void {
  const maxBytes = programBytes + heapMebibytes * 1024 * 1024 + bufferBytes;
  const workerData: WatchdogSettings = { serverId, maxBytes };
  new Worker(watchdogFile, { workerData }).unref();
}

function answer(extract: Extract, limits: ExtractionLimits): void {
  let arriving: Arriving | undefined;
  let onTaken: ((wantsMore: boolean) => void) | undefined;

  // An error means that the server has ended or has stopped this process.
  const send = (message: FromWorker): void => void process.send?.(message, undefined, {}, () => undefined);

  const takePart = (part: Part): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    onTaken = resolve;
    send({ kind: 'part', part });
    return promise;
  };

  const readWhenComplete = (): void => {
    if (!arriving || arriving.filled < arriving.head.size) return;
    const { head, bytes } = arriving;
    arriving = undefined;
    const { name, contentType, budget } = head;
    extract({ bytes, name, contentType }, { takePart, budget, limits }).then(
      (read) => send({ kind: 'read', read }),
      () => send({ kind: 'read', read: { text: '', exception: 'Has Error' } }),
    );
  };

  process.on('message', (message: ToWorker) => {
    if (message.kind === 'file') {
      arriving = { head: message.head, bytes: new Uint8Array(message.head.size), filled: 0 };
    } else if (message.kind === 'chunk') {
      arriving?.bytes.set(message.bytes, arriving.filled);
      if (arriving) arriving.filled += message.bytes.length;
    } else {
      onTaken?.(message.wantsMore);
      return;
    }
    readWhenComplete();
  });
}
