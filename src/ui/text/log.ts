import * as vscode from 'vscode';
import type { CallRecord } from '../../onna/caller.ts';
import { OnnaError } from '../../onna/errors.ts';
import { RecentLog, type LogEntry, type LoggedError } from '../../model/diagnostics/recentLog.ts';
import { displayText } from '../../shared/displayText.ts';
import { detailOf } from './errorCause.ts';
import { describeError } from './errorText.ts';

/** Maximum length of one part of a line, such as a path or a stack, in UTF-16 units. */
const maxPiece = 4_000;

/** The "Onna" output channel: one line per request, with method, path, status and duration. Never logs a secret. */
export class Log implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;
  readonly #now: () => number;
  /** The latest lines, for *Collect Diagnostics…*. */
  readonly recent = new RecentLog();

  /** @param now The time in ms since 1970. */
  constructor(now: () => number) {
    this.#now = now;
    this.#channel = vscode.window.createOutputChannel('Onna', { log: true });
  }

  /** Logs one request and its outcome. */
  readonly call = (record: CallRecord): void => {
    const { method, path, status, durationMs, error } = record;
    const start = `${method} ${printable(path)} ${status ?? '-'} ${durationMs} ms`;
    const isFailure = error !== undefined && error.failure.kind !== 'cancelled';
    const end = isFailure
      ? ` ${error.failure.kind}: ${printable(wordsAndDetail(error))}`
      : error
        ? ' cancelled'
        : '';
    const call = { method, path, status, durationMs };
    this.#write(isFailure ? 'warn' : 'debug', start + end, { call, ...(error && { error: logged(error) }) });
  };

  info(message: string): void {
    this.#write('info', printable(message), { what: message });
  }

  warn(message: string): void {
    this.#write('warn', printable(message), { what: message });
  }

  /** Logs an error that {@link call} has not logged. */
  error(what: string, error: unknown): void {
    const detail =
      error instanceof OnnaError
        ? wordsAndDetail(error)
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    this.#write('error', `${printable(what)}: ${printable(detail)}`, { what, error: logged(error) });
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #write(level: LogEntry['level'], line: string, parts: Pick<LogEntry, 'call' | 'what' | 'error'>): void {
    this.#channel[level](line);
    this.recent.add({ at: this.#now(), level, line, ...parts });
  }
}

/** An error without the texts of the service. */
function logged(error: unknown): LoggedError {
  if (error instanceof OnnaError) {
    const { failure } = error;
    // The service chooses the `eid`, so check that it is only an id.
    const eid = 'eid' in failure && /^[0-9a-f-]{8,64}$/i.test(failure.eid ?? '') ? failure.eid : undefined;
    const code = 'code' in failure ? failure.code : undefined;
    const codes = ['status' in failure ? failure.status : undefined, code, eid];
    const known = codes.filter((part) => part !== undefined).join(' ');
    return { name: failure.kind, code: known === '' ? undefined : known, frames: [] };
  }
  if (!(error instanceof Error)) return { name: typeof error, code: undefined, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s*at /.test(line));
  return { name: error.name, code, frames };
}

/** The sentences that the user sees, followed by the details that those sentences omit. */
function wordsAndDetail(error: OnnaError): string {
  const detail = detailOf(error.failure);
  return detail === '' ? describeError(error) : `${describeError(error)} [${detail}]`;
}

/** One line without control characters: text from the service must not forge log lines or color a terminal. */
function printable(text: string): string {
  return displayText(text, maxPiece);
}
