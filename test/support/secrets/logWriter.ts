import { mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** As much of `@vscode/spdlog`'s logger as VS Code calls. Every line is in the file when the call returns. */
export class LogWriter {
  readonly #file: number;
  #isPlain = false;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#file = openSync(file, 'a');
  }

  /** From now on lines without time and level. */
  clearFormatters(): void {
    this.#isPlain = true;
  }

  /** VS Code knows one pattern only, and that is the one here. */
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

  /** VS Code sorts out itself what is too unimportant. */
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

/** All lines are flushed at once. */
export function setFlushOn(): void {
  return;
}

/** @param file absolute */
export function createAsyncRotatingLogger(_name: string, file: string): Promise<LogWriter> {
  return Promise.resolve(new LogWriter(file));
}
