import type { SecretStore } from '../../src/model/accounts/accounts.ts';
import { EventEmitter } from './vscodeValues.ts';

/** A SecretStorage in memory. Tests share one instance between windows of the same profile. */
export class FakeSecretStorage implements SecretStore {
  readonly entries = new Map<string, string>();
  readonly #changes = new EventEmitter<{ readonly key: string }>();
  readonly onDidChange = this.#changes.event;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.entries.get(key));
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.entries.keys()]);
  }

  store(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
    return this.#changed(key);
  }

  delete(key: string): Promise<void> {
    this.entries.delete(key);
    return this.#changed(key);
  }

  #changed(key: string): Promise<void> {
    this.#changes.fire({ key });
    return Promise.resolve();
  }
}
