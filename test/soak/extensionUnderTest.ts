import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Clock } from '../../src/base/clock.ts';
import '../doubles/useFakeVscode.ts';
import { FakeSecretStorage } from '../doubles/fakeSecretStorage.ts';
import { Uri } from '../doubles/vscodeValues.ts';

const { activate, deactivate } = await import('../../src/extension.ts');

const manifest = JSON.parse(await readFile('package.json', 'utf8')) as object;

/** The data of an extension that VS Code keeps after the window is closed. */
class Profile {
  readonly secrets = new FakeSecretStorage();
  readonly memento = new Map<string, unknown>();
  readonly storage: string;

  constructor(storage: string) {
    this.storage = storage;
  }
}

/** The activated extension, with its own storage and a fake VS Code. */
export class ExtensionUnderTest {
  readonly #profile: Profile;
  readonly #subscriptions: { dispose(): unknown }[] = [];

  private constructor(profile: Profile) {
    this.#profile = profile;
  }

  get secrets(): FakeSecretStorage {
    return this.#profile.secrets;
  }

  /** @param earlier an earlier extension, whose profile the new extension uses; default: a new profile */
  static async activate(clock: Clock, earlier?: ExtensionUnderTest): Promise<ExtensionUnderTest> {
    const profile = earlier
      ? earlier.#profile
      : new Profile(await mkdtemp(path.join(tmpdir(), 'onna-soak-storage-')));
    const extension = new ExtensionUnderTest(profile);
    const { memento } = profile;
    const context = {
      subscriptions: extension.#subscriptions,
      secrets: profile.secrets,
      globalState: {
        get: (key: string, fallback?: unknown) => memento.get(key) ?? fallback,
        update: (key: string, value: unknown) => Promise.resolve(void memento.set(key, value)),
      },
      globalStorageUri: Uri.file(profile.storage),
      extension: { packageJSON: manifest },
      extensionUri: Uri.file(process.cwd()),
      extensionPath: process.cwd(),
    };
    activate(context as unknown as vscode.ExtensionContext, clock);
    return extension;
  }

  /** Returns the names of the snapshot files, one per account. */
  async snapshotFiles(): Promise<readonly string[]> {
    return readdir(path.join(this.#profile.storage, 'snapshots')).catch(() => []);
  }

  /** Deactivates the extension and disposes its subscriptions, as VS Code does when a window closes. */
  async deactivate(): Promise<void> {
    await deactivate();
    for (const subscription of this.#subscriptions.splice(0).reverse()) subscription.dispose();
  }

  async removeStorage(): Promise<void> {
    await rm(this.#profile.storage, { recursive: true, force: true });
  }
}
