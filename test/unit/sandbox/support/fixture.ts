import { startSandbox } from '../../../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../../src/sandbox/sandbox.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { TemporaryFolders } from './temporaryFolders.ts';
import { Caller } from './wire.ts';

/** Starts and stops a sandbox with a fake clock for each test. */
export class Fixture {
  clock = new FakeClock();
  folders = new TemporaryFolders();
  #sandbox: Sandbox | undefined;
  #caller: Caller | undefined;

  get sandbox(): Sandbox {
    if (!this.#sandbox) throw new Error('the sandbox is not started');
    return this.#sandbox;
  }

  /** Sends requests as the sandbox's own user. */
  get caller(): Caller {
    if (!this.#caller) throw new Error('the sandbox is not started');
    return this.#caller;
  }

  async start(options: SandboxOptions = {}): Promise<void> {
    this.#sandbox = await startSandbox({
      clock: this.clock,
      random: () => 0.5,
      passwordCost: 16,
      ...options,
    });
    this.#caller = await Caller.signedIn(this.#sandbox);
  }

  async restart(options: SandboxOptions): Promise<void> {
    await this.sandbox.close();
    await this.start(options);
  }

  async stop(): Promise<void> {
    await this.#sandbox?.close();
    this.#sandbox = undefined;
    this.clock = new FakeClock();
    await this.folders.removeAll();
  }

  /** Adds a Datasource with `files` to the Workspace “Harbour”, and waits until all files are processed. */
  async datasource(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: {
      readonly title?: string;
      readonly type?: string;
      readonly sync?: 'auto' | 'one' | 'arch';
      readonly id?: string;
    } = {},
  ): Promise<{ path: string; uid: string; origin: string }> {
    const origin = await this.folders.make(files);
    const workspace =
      this.sandbox.find('/workspaces', 'Harbour') ?? this.sandbox.addWorkspace('Harbour', 'harbour');
    const reference = this.sandbox.addDatasource({
      parent: workspace.path,
      ...{ title: 'Wiki', type: 'confluence', sync: 'auto', id: 'wiki', origin },
      ...options,
    });
    await this.sandbox.settled();
    return { ...reference, origin };
  }
}

/** Polls until `holds` returns true. The timeout of the test is the only limit. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
