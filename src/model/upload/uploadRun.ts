import type { NodePath } from '../../onna/address.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { tusUpload } from '../../onna/tus/tusUpload.ts';
import type { StoredFile } from '../../onna/wire/storedFiles.ts';
import { runBulk, type BulkOutcome } from '../datasources/bulk.ts';
import { folderOf, type PlannedFile } from './collisions.ts';
import { md5Of, type OpenFile } from './localFile.ts';
import { UploadFolders } from './uploadFolders.ts';
import type { UploadRecord } from './uploadRecord.ts';

/** Maximum number of files that are uploaded at the same time. */
const concurrency = 4;
/** After one of these failures the other files would fail too, so they are not sent. */
const fatal = ['noPermission', 'signedOut'] as const;
/** After this many failures in a row, the other files are not sent: the service is down, or its disk is full. */
const maxFailuresInARow = 8;

/** The content that the service stored differs from the content of the file. */
export class ChecksumMismatch extends Error {
  override readonly name = 'ChecksumMismatch';
}

/** A file of an upload. */
export interface UploadItem extends PlannedFile {
  /** Index in the {@link UploadRecord}. */
  readonly index: number;
  /** The state in which an earlier process left the upload, with the size and the date of the file at that time. */
  readonly earlier?:
    { readonly at: NodePath | undefined; readonly size: number; readonly modified: number } | undefined;
}

/** The progress of an upload. */
export interface UploadProgress {
  readonly files: number;
  /** Bytes that the service received in this run. */
  readonly bytes: number;
}

interface UploadRunDeps {
  readonly client: OnnaClient;
  /** The path of the folder Datasource. */
  readonly path: NodePath;
  readonly record: UploadRecord | undefined;
  readonly signal: AbortSignal;
  readonly retryDelaysMs?: readonly number[];
  readonly report?: (progress: UploadProgress) => void;
}

/** The result of an upload. */
export interface UploadResult {
  /** The files that ended. Files that were cancelled or not sent are missing. */
  readonly outcomes: readonly BulkOutcome<UploadItem>[];
  /** Why the remaining files were not sent. */
  readonly stopped: OnnaError | undefined;
  /** The files that were sent again from the beginning, because they had changed since the interruption. */
  readonly restarted: readonly UploadItem[];
  /** Number of uploaded files whose checksum the service does not report. */
  readonly unverified: number;
}

/** Uploads files into a folder Datasource: creates the folders, sends the files and compares the checksums. */
export class UploadRun {
  readonly #deps: UploadRunDeps;
  readonly #folders: UploadFolders;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #sums = new Map<UploadItem, string>();
  readonly #restarted: UploadItem[] = [];
  #bytes = 0;
  #files = 0;
  #failuresInARow = 0;
  #stopped: OnnaError | undefined;

  constructor(deps: UploadRunDeps) {
    this.#deps = deps;
    this.#signal = AbortSignal.any([deps.signal, this.#abort.signal]);
    this.#folders = new UploadFolders(deps.client.content, deps.path, this.#signal);
  }

  async run(items: readonly UploadItem[]): Promise<UploadResult> {
    const options = { concurrency, signal: this.#signal };
    const outcomes = await runBulk(items, options, async (item) => {
      try {
        await this.#upload(item);
        this.#deps.record?.done(item.index);
        this.#files++;
        this.#failuresInARow = 0;
        this.#report();
      } catch (error) {
        if (isOnnaError(error) && this.#mustStop(error)) {
          this.#stopped = error;
          this.#abort.abort();
        } else if (this.#signal.aborted) throw new OnnaError({ kind: 'cancelled' });
        throw error;
      }
    });
    const { checked, unverified } = await this.#verify(outcomes);
    await this.#deps.record?.flush();
    return { outcomes: checked, stopped: this.#stopped, restarted: this.#restarted, unverified };
  }

  #mustStop(error: OnnaError): boolean {
    if (this.#stopped || error.failure.kind === 'cancelled') return false;
    if (isOnnaError(error, ...fatal)) return true;
    this.#failuresInARow = isOnnaError(error, 'unreachable', 'timeout', 'serverError')
      ? this.#failuresInARow + 1
      : 0;
    return this.#failuresInARow >= maxFailuresInARow;
  }

  #report(): void {
    this.#deps.report?.({ files: this.#files, bytes: this.#bytes });
  }

  async #upload(item: UploadItem): Promise<void> {
    const folder = await this.#folders.path(item.file.folder);
    const open = await item.file.open();
    try {
      const md5 = await md5Of(open, this.#signal);
      this.#sums.set(item, md5);
      if (!(await this.#continued(item, open, md5, folder))) await this.#sendNew(item, open, md5, folder);
      await open.check();
    } finally {
      await open.close();
    }
  }

  /** Continues the upload of an earlier process. @returns False if the file must be sent from its beginning */
  async #continued(item: UploadItem, open: OpenFile, md5: string, folder: NodePath): Promise<boolean> {
    const { earlier } = item;
    if (!earlier) return false;
    if (earlier.size !== open.size || earlier.modified !== open.modified) {
      this.#restarted.push(item);
      return false;
    }
    if (earlier.at === undefined) return false;
    try {
      await this.#send(item, open, md5, folder, earlier.at);
      return true;
    } catch (error) {
      if (!isOnnaError(error, 'notFound')) throw error;
      return this.#isThere(item, md5);
    }
  }

  /** Sends a file from its beginning. */
  async #sendNew(item: UploadItem, open: OpenFile, md5: string, folder: NodePath): Promise<void> {
    try {
      await this.#send(item, open, md5, folder, undefined);
    } catch (error) {
      // If the response to the last part was lost, the service may still have completed the upload.
      if (!isOnnaError(error, 'notFound') || !(await this.#isThere(item, md5))) throw error;
    }
  }

  /** Whether the service has stored the file. The service forgets an upload that is complete or too old. */
  async #isThere(item: UploadItem, md5: string): Promise<boolean> {
    const stored = await readStored(this.#deps.client, this.#deps.path, this.#signal);
    return stored.some((file) => isCopy(file, item, md5));
  }

  async #send(
    item: UploadItem,
    open: OpenFile,
    md5: string,
    folder: NodePath,
    resumed: NodePath | undefined,
  ): Promise<void> {
    const { uploads } = this.#deps.client;
    const { retryDelaysMs, record } = this.#deps;
    let last = 0;
    await tusUpload({
      client: uploads,
      endpoint: item.replaces === undefined ? uploads.newFileUrl(folder) : uploads.contentUrl(item.replaces),
      resumed,
      name: item.name,
      size: open.size,
      md5,
      signal: this.#signal,
      ...(retryDelaysMs ? { retryDelaysMs } : {}),
      read: (start, end) => open.read(start, end),
      begun: (at) => record?.begun(item.index, at),
      received: (bytes) => {
        this.#bytes += bytes - last;
        last = bytes;
        record?.alive();
        this.#report();
      },
    });
  }

  /** Compares the checksums of the uploaded files with those that the service computed. */
  async #verify(
    outcomes: readonly BulkOutcome<UploadItem>[],
  ): Promise<{ readonly checked: readonly BulkOutcome<UploadItem>[]; readonly unverified: number }> {
    const done = outcomes.filter(({ error }) => error === undefined);
    if (done.length === 0 || this.#deps.signal.aborted || this.#stopped)
      return { checked: outcomes, unverified: done.length };
    let stored: readonly StoredFile[];
    try {
      stored = await readStored(this.#deps.client, this.#deps.path, this.#deps.signal);
    } catch (error) {
      if (!isOnnaError(error)) throw error;
      return { checked: outcomes, unverified: done.length };
    }
    const byName = Map.groupBy(stored, ({ name }) => name);
    let unverified = 0;
    const checked = outcomes.map((outcome) => {
      const md5 = this.#sums.get(outcome.item);
      if (outcome.error !== undefined || md5 === undefined) return outcome;
      const namesakes = byName.get(outcome.item.name)?.filter((file) => file.md5 !== undefined) ?? [];
      if (namesakes.length === 0) unverified++;
      if (namesakes.length === 0 || namesakes.some((file) => file.md5 === md5)) return outcome;
      return { item: outcome.item, error: new ChecksumMismatch(outcome.item.name) };
    });
    return { checked, unverified };
  }
}

/** Reads the names, folders and checksums of all files in a Datasource. @throws OnnaError */
export async function readStored(
  client: OnnaClient,
  path: NodePath,
  signal: AbortSignal,
): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const page of client.uploads.storedFiles(path, signal)) files.push(...page);
  return files;
}

function isCopy({ name, folder, md5 }: StoredFile, item: UploadItem, sum: string): boolean {
  return name === item.name && folder === folderOf(item.file) && md5 === sum;
}
