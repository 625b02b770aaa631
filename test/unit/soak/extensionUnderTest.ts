import { registerHooks } from 'node:module';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Clock } from '../../../src/onna/clock.ts';
import { EventEmitter, Uri } from './vscodeValues.ts';

// The extension as VS Code starts it, on a stand-in for VS Code. This process runs nothing else.
const standIn = new URL('./vscodeStandIn.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
const { activate, deactivate } = await import('../../../src/extension.ts');

/** SecretStorage in memory. */
class Secrets {
  readonly entries = new Map<string, string>();
  readonly #changes = new EventEmitter<{ readonly key: string }>();
  readonly onDidChange = this.#changes.event;
  get = (key: string): Promise<string | undefined> => Promise.resolve(this.entries.get(key));
  keys = (): Promise<string[]> => Promise.resolve([...this.entries.keys()]);
  store = (key: string, value: string): Promise<void> => {
    this.entries.set(key, value);
    queueMicrotask(() => this.#changes.fire({ key }));
    return Promise.resolve();
  };
  delete = (key: string): Promise<void> => {
    this.entries.delete(key);
    queueMicrotask(() => this.#changes.fire({ key }));
    return Promise.resolve();
  };
}

/** The extension, active, with storage of its own. */
export class ExtensionUnderTest {
  readonly secrets = new Secrets();
  readonly #storage: string;
  readonly #subscriptions: { dispose(): unknown }[] = [];

  private constructor(storage: string) {
    this.#storage = storage;
  }

  static async activate(clock: Clock): Promise<ExtensionUnderTest> {
    const extension = new ExtensionUnderTest(await mkdtemp(path.join(tmpdir(), 'onna-soak-storage-')));
    const memento = new Map<string, unknown>();
    const context = {
      subscriptions: extension.#subscriptions,
      secrets: extension.secrets,
      globalState: {
        get: (key: string, fallback?: unknown) => memento.get(key) ?? fallback,
        update: (key: string, value: unknown) => Promise.resolve(void memento.set(key, value)),
      },
      globalStorageUri: Uri.file(extension.#storage),
      extensionUri: Uri.file(process.cwd()),
      extensionPath: process.cwd(),
    };
    activate(context as unknown as vscode.ExtensionContext, clock);
    return extension;
  }

  /** Files that it keeps of accounts. */
  async snapshotFiles(): Promise<readonly string[]> {
    return readdir(path.join(this.#storage, 'snapshots')).catch(() => []);
  }

  /** As VS Code does when a window closes. */
  async deactivate(): Promise<void> {
    await deactivate();
    for (const subscription of this.#subscriptions.splice(0).reverse()) subscription.dispose();
  }

  async removeStorage(): Promise<void> {
    await rm(this.#storage, { recursive: true, force: true });
  }
}
