/** Maximum number of entries. */
const maxEntries = 5_000;

/** A request in the log, without query, headers and body. */
interface LoggedCall {
  readonly method: string;
  readonly path: string;
  /** The HTTP status. Undefined if no answer arrived. */
  readonly status: number | undefined;
  readonly durationMs: number;
}

/** An error in the log, in parts that contain no text from the service. */
export interface LoggedError {
  /** The kind of an OnnaError, or the name of another error. */
  readonly name: string;
  /** A code such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The lines of the stack, without the message. */
  readonly frames: readonly string[];
}

/** One line of the log, and the parts that it consists of. */
export interface LogEntry {
  /** ms since 1970. */
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The whole line. It may contain names and messages from the service. */
  readonly line: string;
  readonly call?: LoggedCall;
  /** The event, in the extension's own words. Undefined for a request. */
  readonly what?: string;
  readonly error?: LoggedError;
}

/**
 * The latest lines of the log, of all levels. VS Code's own log file has no lines below its log level, and a
 * server of VS Code may write no log file.
 */
export class RecentLog {
  readonly #entries: LogEntry[] = [];

  add(entry: LogEntry): void {
    this.#entries.push(entry);
    // Removing entries one by one would move all others each time.
    if (this.#entries.length >= 2 * maxEntries) this.#entries.splice(0, maxEntries);
  }

  /** The latest entries, oldest first. */
  entries(): readonly LogEntry[] {
    return this.#entries.slice(-maxEntries);
  }
}
