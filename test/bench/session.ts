import { startSandboxProcess } from '../support/sandbox.ts';
import type { SandboxProcess } from '../support/sandbox.ts';

/** A sandbox that rows may share. */
export interface BenchSandbox extends SandboxProcess {
  /** Time from the start until the sandbox listened, in ms. */
  readonly startMs: number;
}

/** One run of the benchmark: its options, and the resources that its rows share. */
export class Bench {
  /** Fewer samples and smaller sizes, for everyday use. */
  readonly quick: boolean;
  /** Save CPU profiles of the extension host under `bench-results/`. */
  readonly profile: boolean;
  readonly #shared = new Map<string, Promise<unknown>>();
  readonly #stops: (() => Promise<unknown>)[] = [];

  constructor(options: { quick: boolean; profile: boolean }) {
    this.quick = options.quick;
    this.profile = options.profile;
  }

  /** Picks the full or the quick size. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Registers a cleanup for the end of the run. Cleanups run in reverse order. */
  atEnd(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /** A resource that several rows share. The first row creates it. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.#shared.get(name) as Promise<T> | undefined;
    if (!made) this.#shared.set(name, (made = make()));
    return made;
  }

  /** A sandbox in a separate process. Rows with the same arguments share it. */
  sandbox(...args: readonly string[]): Promise<BenchSandbox> {
    return this.shared(`sandbox ${args.join(' ')}`, async () => {
      const began = performance.now();
      const sandbox = await startSandboxProcess(args);
      this.atEnd(() => sandbox.process.stop());
      return { ...sandbox, startMs: performance.now() - began };
    });
  }

  /** Stops everything that was started. */
  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
