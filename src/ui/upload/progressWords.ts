import * as vscode from 'vscode';
import type { UploadItem, UploadProgress } from '../../model/upload/uploadRun.ts';

/** Describes the progress of an upload. */
export class ProgressWords {
  readonly #count: number;
  /** Total size of the files. Undefined if the size of a file is not known before the file is read. */
  readonly #bytes: number | undefined;
  #percent = 0;

  constructor(items: readonly UploadItem[]) {
    this.#count = items.length;
    const isKnown = items.every(({ file }) => file.path !== undefined);
    const bytes = items.reduce((sum, { file }) => sum + file.size, 0);
    this.#bytes = isKnown && bytes > 0 ? bytes : undefined;
  }

  /** The text of the progress, and the percentage that was added since the last call. */
  at({ files, bytes }: UploadProgress): [message: string, increment: number] {
    const done = this.#bytes === undefined ? files / this.#count : bytes / this.#bytes;
    const percent = Math.min(100, done * 100);
    const added = percent - this.#percent;
    this.#percent = percent;
    const number = (value: number): string => value.toLocaleString(vscode.env.language);
    const size = (value: number): string => (value / (1 << 20)).toFixed(1);
    const [sent, all] = [number(files), number(this.#count)];
    const words =
      this.#bytes === undefined
        ? vscode.l10n.t('{0} of {1} files · {2} MB', sent, all, size(bytes))
        : vscode.l10n.t('{0} of {1} files · {2} of {3} MB', sent, all, size(bytes), size(this.#bytes));
    return [words, added];
  }
}
