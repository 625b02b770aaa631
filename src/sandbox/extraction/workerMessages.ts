import type { Part } from './extraction.ts';
import type { PartBudget, ReadText } from './extract.ts';
import type { ExtractionLimits } from './limits.ts';

/** A file that a worker must read. Its content follows in chunks. */
export interface FileHead {
  /** File name without folders. */
  readonly name: string;
  readonly contentType: string;
  /** Size in bytes. */
  readonly size: number;
  readonly budget: PartBudget;
}

/** Messages to a worker. One file at a time: `file`, its chunks, then an answer to each part. */
export type ToWorker =
  | { readonly kind: 'file'; readonly head: FileHead }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  /** The last part was stored. Without `wantsMore`, the worker reads no further parts. */
  | { readonly kind: 'taken'; readonly wantsMore: boolean };

/** Messages of a worker. After a part, it waits for the answer, so that at most one part is in memory. */
export type FromWorker =
  { readonly kind: 'part'; readonly part: Part } | { readonly kind: 'read'; readonly read: ReadText };

/** The signals that a terminal sends to all of its processes. Workers ignore them, because the server ends its workers. */
export const terminalSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The argument of a worker's program, as JSON. */
export interface WorkerSettings {
  readonly limits: ExtractionLimits;
  /** Process id of the server. */
  readonly serverId: number;
}

/** The `workerData` of the watchdog's thread. */
export interface WatchdogSettings {
  /** Process id of the server. */
  readonly serverId: number;
  /** Maximum memory of the process, in bytes. */
  readonly maxBytes: number;
}
