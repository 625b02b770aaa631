import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Implements the part of the `@vscode/spdlog` logger that VS Code uses. Writes synchronously. */
export class LogWriter {
  readonly #file: number;
  #isPlain = false;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#file = openSync(file, 'a');
  }

  /** Makes the logger write later lines without time and level. */
  clearFormatters(): void {
    this.#isPlain = true;
  }

  /** VS Code uses only one pattern, which `#write` implements. */
  setPattern(): void {
    this.#isPlain = false;
  }

  trace(message: string): void {
    this.#write('trace', message);
  }

  debug(message: string): void {
    this.#write('debug', message);
  }

  info(message: string): void {
    this.#write('info', message);
  }

  warn(message: string): void {
    this.#write('warning', message);
  }

  error(message: string): void {
    this.#write('error', message);
  }

  /** Does nothing, because VS Code filters messages by level before it calls the logger. */
  setLevel(): void {
    return;
  }

  flush(): void {
    return;
  }

  drop(): void {
    return;
  }

  #write(level: string, message: string): void {
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    writeSync(this.#file, this.#isPlain ? message : `${time} [${level}] ${message}\n`);
  }
}

/** Does nothing, because the logger writes each line immediately. */
export function setFlushOn(): void {
  return;
}

/** @param file absolute path of the log file */
export function createAsyncRotatingLogger(_name: string, file: string): Promise<LogWriter> {
  return Promise.resolve(new LogWriter(file));
}
