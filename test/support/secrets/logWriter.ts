import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** The part of `@vscode/spdlog`'s logger that VS Code uses. Writes synchronously. */
export class LogWriter {
  readonly #file: number;
  #isPlain = false;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#file = openSync(file, 'a');
  }

  /** Makes later lines appear without time and level. */
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

  /** Does nothing: VS Code filters by level itself. */
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

/** Does nothing: every line is written at once. */
export function setFlushOn(): void {
  return;
}

/** @param file absolute */
export function createAsyncRotatingLogger(_name: string, file: string): Promise<LogWriter> {
  return Promise.resolve(new LogWriter(file));
}
