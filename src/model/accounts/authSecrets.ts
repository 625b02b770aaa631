import type { SecretStore } from './accounts.ts';

const keyPrefix = 'onna.authSecret.';

/** The `X-Auth-Secret`s that worked, by Datasource, so that the user need not enter them again. */
export class AuthSecrets {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  async read(connectionId: string, datasourceId: string): Promise<string | undefined> {
    return this.#secrets.get(`${keyPrefix}${connectionId}.${datasourceId}`);
  }

  async keep(connectionId: string, datasourceId: string, secret: string): Promise<void> {
    await this.#secrets.store(`${keyPrefix}${connectionId}.${datasourceId}`, secret);
  }

  /** Deletes all secrets of a connection after a sign-out. */
  async forget(connectionId: string): Promise<void> {
    const keys = await this.#secrets.keys();
    const own = keys.filter((key) => key.startsWith(`${keyPrefix}${connectionId}.`));
    await Promise.all(own.map((key) => this.#secrets.delete(key)));
  }
}
