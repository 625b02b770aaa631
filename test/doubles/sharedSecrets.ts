import { Emitter } from '../../src/base/event.ts';
import type { SecretStore } from '../../src/model/accounts/accounts.ts';

/** A SecretStorage that two windows of one profile share. */
export class SharedSecrets implements SecretStore {
  readonly entries = new Map<string, string>();
  readonly #changes = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.#changes.event;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.entries.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
    this.#changes.fire({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.entries.delete(key);
    this.#changes.fire({ key });
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.entries.keys()]);
  }
}
