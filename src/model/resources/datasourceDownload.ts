import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { lastSegment, type NodePath } from '../../onna/address.ts';
import { ChildrenWalk } from '../../onna/childrenWalk.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { Child } from '../../onna/wire/children.ts';
import type { ResourceDetails } from '../../onna/wire/resource.ts';
import { runBulk } from '../datasources/bulk.ts';
import type { DownloadOutcome } from './downloadReport.ts';
import { FolderNames } from './folderNames.ts';
import { openFileAt } from './resourceContent.ts';
import { downloadResumably, md5Of } from './resumableDownload.ts';

/** The file with the outcomes, at the top of the target folder. */
export const reportName = 'onna-download.csv';
/** The folder with the files that are not complete yet, in the target folder. */
const partsName = '.onna-download';

/** Resources per page. Small, because the files of a page are downloaded before the next page is requested. */
const pageSize = 200;
const concurrentReads = 4;
const concurrentFiles = 3;
/** After this many failures in a row, the download stops: the service or the permission is gone. */
const maxFailuresInARow = 20;
/** File systems store times with a precision of up to 2 s. */
const timePrecisionMs = 2_000;

/** System errors that all further files would have too. */
const fatalCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE'];
/** Errors of a folder without permission. On Windows, also of a single file that another program has open. */
const refusedCodes: readonly unknown[] = ['EACCES', 'EPERM'];

/** Whether all further files of a download would have this system error, too. */
export function isFatalCode(code: unknown, platform: NodeJS.Platform): boolean {
  return fatalCodes.includes(code) || (platform !== 'win32' && refusedCodes.includes(code));
}

/** The state of a download of a whole Datasource. */
export interface DownloadTotals {
  readonly saved: number;
  readonly present: number;
  readonly noFile: number;
  readonly failed: number;
  /** Bytes received, without the files that were present. */
  readonly bytes: number;
  /** The first failure. */
  readonly firstError: unknown;
}

interface DownloadDeps {
  readonly client: () => Promise<OnnaClient>;
  readonly clock: Clock;
  readonly datasource: NodePath;
  /** The target folder. Created if it does not exist. */
  readonly folder: string;
  /** Called with the outcome of each Resource. */
  readonly ended: (outcome: DownloadOutcome) => void;
  /** Called whenever the totals have changed. */
  readonly report: (totals: DownloadTotals) => void;
}

/** A Resource with its file. */
interface PlannedFile {
  readonly child: Child;
  readonly details: ResourceDetails;
  readonly file: string;
}

/**
 * Downloads the files of all Resources of a Datasource into a folder. The folders of the source application are kept.
 * A second run with the same folder continues: it skips unchanged files, and continues incomplete ones.
 */
export class DatasourceDownload {
  readonly #deps: DownloadDeps;
  readonly #parts: string;
  readonly #names = new FolderNames([reportName, partsName]);
  /** Aborts when all further files would fail too. */
  readonly #stop = new AbortController();
  #failuresInARow = 0;
  #totals: DownloadTotals = {
    ...{ saved: 0, present: 0, noFile: 0, failed: 0, bytes: 0 },
    firstError: undefined,
  };

  constructor(deps: DownloadDeps) {
    this.#deps = deps;
    this.#parts = path.join(deps.folder, partsName);
  }

  get totals(): DownloadTotals {
    return this.#totals;
  }

  /**
   * Downloads until the end, a cancellation or a failure that all further files would have too.
   * @throws OnnaError or a system error. The files saved so far stay.
   */
  async run(cancelled: AbortSignal): Promise<void> {
    const { client, clock, datasource } = this.#deps;
    const signal = AbortSignal.any([cancelled, this.#stop.signal]);
    await mkdir(this.#parts, { recursive: true });
    const walk = new ChildrenWalk(client, clock, datasource, pageSize);
    while (!walk.done) {
      const { added } = await walk.next(signal);
      const planned = await this.#plan(added, signal);
      this.#throwIfEnded(cancelled);
      await runBulk(planned, { concurrency: concurrentFiles, signal }, (file) => this.#take(file, signal));
      this.#throwIfEnded(cancelled);
    }
    if (this.#totals.failed === 0) await rm(this.#parts, { recursive: true, force: true });
  }

  #throwIfEnded(cancelled: AbortSignal): void {
    if (cancelled.aborted) throw new OnnaError({ kind: 'cancelled' });
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
  }

  /** Reads the details of each Resource, such as its folder. Then chooses the file paths in the order of the list. */
  async #plan(children: readonly Child[], signal: AbortSignal): Promise<readonly PlannedFile[]> {
    const read = new Map<Child, ResourceDetails>();
    await runBulk(children, { concurrency: concurrentReads, signal }, async (child) => {
      try {
        const client = await this.#deps.client();
        read.set(child, await client.resource(child.path, signal));
      } catch (error) {
        this.#fail(child, undefined, error, signal);
      }
    });
    return children.flatMap((child): PlannedFile[] => {
      const details = read.get(child);
      if (!details) return [];
      const name = details.title ?? child.title ?? lastSegment(child.path);
      return [{ child, details, file: this.#names.add(details.folder, name) }];
    });
  }

  async #take({ child, details, file }: PlannedFile, signal: AbortSignal): Promise<void> {
    const { folder, clock } = this.#deps;
    const { size, md5, modified } = details;
    const target = path.join(folder, file);
    const end = (result: DownloadOutcome['result'], bytes: number | undefined): void => {
      this.#failuresInARow = 0;
      this.#end({ path: child.path, file, result, bytes, md5, error: undefined });
    };
    try {
      if (await isPresent(target, details)) {
        end('present', size);
        return;
      }
      await mkdir(path.dirname(target), { recursive: true });
      const key = createHash('sha256').update(JSON.stringify([child.path, size, md5, modified]));
      const bytes = await downloadResumably({
        open: async (from) => openFileAt(await this.#deps.client(), child.path, from, signal),
        part: path.join(this.#parts, `${key.digest('hex').slice(0, 32)}.part`),
        ...{ target, md5, modified, clock, signal },
        overwrite: true,
        report: ({ added }) => this.#update({ bytes: this.#totals.bytes + added }),
      });
      end('saved', bytes);
    } catch (error) {
      if (isOnnaError(error, 'noContent')) end('noFile', undefined);
      else this.#fail(child, file, error, signal);
    }
  }

  #fail(child: Child, file: string | undefined, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#end({ path: child.path, file, result: 'failed', bytes: undefined, md5: undefined, error });
    this.#failuresInARow++;
    if (this.#failuresInARow >= maxFailuresInARow || isFatal(error)) this.#stop.abort(error);
  }

  #end(outcome: DownloadOutcome): void {
    const { result, error } = outcome;
    const firstError = this.#totals.firstError ?? error;
    this.#deps.ended(outcome);
    this.#update({ [result]: this.#totals[result] + 1, firstError });
  }

  #update(change: Partial<DownloadTotals>): void {
    this.#totals = { ...this.#totals, ...change };
    this.#deps.report(this.#totals);
  }
}

function isFatal(error: unknown): boolean {
  if (isOnnaError(error, 'signedOut', 'tls', 'proxy')) return true;
  return error instanceof Error && 'code' in error && isFatalCode(error.code, process.platform);
}

/** Whether an earlier download saved this version of the file. */
async function isPresent(target: string, { size, md5, modified }: ResourceDetails): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  if (!found?.isFile() || found.size !== size) return false;
  if (md5 !== undefined) return (await md5Of(target)) === md5;
  return modified !== undefined && Math.abs(found.mtimeMs - modified) < timePrecisionMs;
}
