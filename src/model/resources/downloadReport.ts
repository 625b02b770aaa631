import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify, type Stringifier } from 'csv-stringify';
import type { NodePath } from '../../onna/address.ts';
import { moveIntoPlace, removeAbandonedFiles, temporaryFileFor } from './finishedFile.ts';

/** The result for one Resource of a Datasource that is downloaded. */
export interface DownloadOutcome {
  readonly path: NodePath;
  /** The file, relative to the target folder. Undefined if the Resource could not be read. */
  readonly file: string | undefined;
  /** `present`: an earlier download saved the file, and it has not changed. `noFile`: the Resource has no file. */
  readonly result: 'saved' | 'present' | 'noFile' | 'failed';
  /** The size of the file in bytes. */
  readonly bytes: number | undefined;
  readonly md5: string | undefined;
  readonly error: unknown;
}

const columns = ['path', 'file', 'result', 'bytes', 'md5', 'error'];

/**
 * A CSV file with a row for each Resource of a download. A spreadsheet does not run any of its cells as a formula. Until
 * the report is complete, an older report stays.
 */
export class DownloadReport {
  readonly #file: string;
  readonly #temporary: string;
  readonly #rows: Stringifier;
  readonly #written: Promise<void>;
  readonly #describe: (error: unknown) => string;

  /** @param describe Puts an error into words. */
  constructor(file: string, describe: (error: unknown) => string) {
    this.#file = file;
    this.#temporary = temporaryFileFor(file);
    this.#describe = describe;
    this.#rows = stringify({ header: true, columns, bom: true, escape_formulas: true });
    const output = createWriteStream(this.#temporary);
    this.#written = finished(output);
    // `close` reports a failure. Without this handler, a failure before `close` would end the process.
    this.#written.catch(() => undefined);
    output.on('error', (error) => this.#rows.destroy(error));
    this.#rows.on('error', () => output.destroy());
    this.#rows.pipe(output);
  }

  add({ path, file, result, bytes, md5, error }: DownloadOutcome): void {
    if (!this.#rows.writable) return;
    const words = error === undefined ? '' : this.#describe(error);
    this.#rows.write([path, file ?? '', result, bytes === undefined ? '' : String(bytes), md5 ?? '', words]);
  }

  /** Completes the file. @throws a system error if the file could not be written. */
  async close(): Promise<void> {
    this.#rows.end();
    try {
      await this.#written;
      await removeAbandonedFiles(path.dirname(this.#file));
      await moveIntoPlace(this.#temporary, this.#file, true);
    } catch (error) {
      await rm(this.#temporary, { force: true });
      throw error;
    }
  }
}
