import { startSandboxProcess } from '../support/sandbox.ts';
import type { SandboxProcess } from '../support/sandbox.ts';

/** A sandbox that rows may share. */
export interface BenchSandbox extends SandboxProcess {
  /** How long it took until it listened, whichever row was the first to ask for it. */
  readonly startMs: number;
}

/** One run of the benchmark: how thorough it is, and what its rows share. */
export class Bench {
  /** Fewer samples and smaller sizes, for every day. */
  readonly quick: boolean;
  /** Keep CPU profiles of the extension host under `bench-results/`. */
  readonly profile: boolean;
  readonly #shared = new Map<string, Promise<unknown>>();
  readonly #stops: (() => Promise<unknown>)[] = [];

  constructor(options: { quick: boolean; profile: boolean }) {
    this.quick = options.quick;
    this.profile = options.profile;
  }

  /** One of two sizes. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Called at the end of the run at the latest; the last that was given first. */
  atEnd(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  /** What several rows use, made by the first of them. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    let made = this.#shared.get(name) as Promise<T> | undefined;
    if (!made) this.#shared.set(name, (made = make()));
    return made;
  }

  /** A sandbox in a process of its own; rows that start it with the same arguments share it. */
  sandbox(...args: readonly string[]): Promise<BenchSandbox> {
    return this.shared(`sandbox ${args.join(' ')}`, async () => {
      const began = performance.now();
      const sandbox = await startSandboxProcess(args);
      this.atEnd(() => sandbox.process.stop());
      return { ...sandbox, startMs: performance.now() - began };
    });
  }

  /** Ends all that was started. */
  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
