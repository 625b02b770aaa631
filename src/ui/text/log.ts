import * as vscode from 'vscode';
import type { CallRecord } from '../../onna/caller.ts';
import { OnnaError } from '../../onna/errors.ts';
import { displayText } from '../../shared/displayText.ts';
import { detailOf } from './errorCause.ts';
import { describeError } from './errorText.ts';

/** Maximum length of one part of a line, such as a path or a stack, in UTF-16 units. */
const maxPiece = 4_000;

/** The "Onna" output channel: one line per request, with method, path, status and duration. Never logs a secret. */
export class Log implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;

  constructor() {
    this.#channel = vscode.window.createOutputChannel('Onna', { log: true });
  }

  /** Logs one request and its outcome. */
  readonly call = (record: CallRecord): void => {
    const { method, path, status, durationMs, error } = record;
    const line = `${method} ${printable(path)} ${status ?? '-'} ${durationMs} ms`;
    if (!error) this.#channel.debug(line);
    else if (error.failure.kind === 'cancelled') this.#channel.debug(`${line} cancelled`);
    else this.#channel.warn(`${line} ${error.failure.kind}: ${printable(wordsAndDetail(error))}`);
  };

  info(message: string): void {
    this.#channel.info(printable(message));
  }

  warn(message: string): void {
    this.#channel.warn(printable(message));
  }

  /** Logs an error that {@link call} has not logged. */
  error(what: string, error: unknown): void {
    const detail =
      error instanceof OnnaError
        ? wordsAndDetail(error)
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    this.#channel.error(`${printable(what)}: ${printable(detail)}`);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

/** The sentences that the user sees, followed by the details that those sentences omit. */
function wordsAndDetail(error: OnnaError): string {
  const detail = detailOf(error.failure);
  return detail === '' ? describeError(error) : `${describeError(error)} [${detail}]`;
}

/** One line without control characters: text from the service must not forge log lines or colour a terminal. */
function printable(text: string): string {
  return displayText(text, maxPiece);
}
