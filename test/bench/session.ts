import { startSandboxProcess } from '../support/sandbox.ts';
import type { SandboxProcess } from '../support/sandbox.ts';

/** A sandbox process that several benchmarks may share. */
export interface BenchSandbox extends SandboxProcess {
  /** Time from the start of the process until the sandbox listened, in ms. */
  readonly startMs: number;
}

/** The options of a benchmark run, and the resources that several benchmarks share. */
export class Bench {
  /** Whether to use fewer samples and smaller sizes. */
  readonly quick: boolean;
  /** Whether to save CPU profiles of the extension host in `bench-results/`. */
  readonly profile: boolean;
  readonly #shared = new Map<string, Promise<unknown>>();
  readonly #stops: (() => Promise<unknown>)[] = [];

  constructor(options: { quick: boolean; profile: boolean }) {
    this.quick = options.quick;
    this.profile = options.profile;
  }

  /** Returns `quick` in a quick run, and otherwise `full`. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Registers a function that runs at the end of the benchmark run. Functions run in reverse order. */
  atEnd(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /** Returns the shared resource with this name. The first call creates the resource. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.#shared.get(name) as Promise<T> | undefined;
    if (!made) this.#shared.set(name, (made = make()));
    return made;
  }

  /** Returns a sandbox in a separate process. Callers with the same arguments share the sandbox. */
  sandbox(...args: readonly string[]): Promise<BenchSandbox> {
    return this.shared(`sandbox ${args.join(' ')}`, async () => {
      const began = performance.now();
      const sandbox = await startSandboxProcess(args);
      this.atEnd(() => sandbox.process.stop());
      return { ...sandbox, startMs: performance.now() - began };
    });
  }

  /** Runs all functions that were registered with {@link atEnd}. */
  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
