import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { connectionTo } from '../../../../src/model/accounts/connection.ts';
import type { Connection } from '../../../../src/model/accounts/connection.ts';
import type { ManageContext } from '../../../../src/model/manage/nodeEdits.ts';
import { readListing } from '../../../../src/onna/listing.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import type { AccountAddress } from '../../../../src/onna/address.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';

/** A user’s store, which reads a real listing, and the context that the manage actions need. */
export class ManageWorld {
  readonly store = new DatasourceStore();
  readonly connection: Connection;
  readonly client: OnnaClient;
  /** The arguments of each request for an early poll. */
  readonly acted: (string | undefined)[] = [];
  /** Number of times that the cached permissions were dropped. */
  forgotten = 0;
  readonly context: ManageContext;
  readonly #clock = new FakeClock(Date.parse('2026-03-01T12:00:00Z'));

  constructor({ baseUrl, container, account }: AccountAddress, user: string, client: OnnaClient) {
    this.connection = connectionTo({ baseUrl, container, account }, user);
    this.client = client;
    this.store.open(this.connection);
    this.context = {
      store: this.store,
      clock: this.#clock,
      client: () => Promise.resolve(client),
      acted: (_, datasourceId) => this.acted.push(datasourceId),
      forgetPermissions: () => this.forgotten++,
    };
  }

  get id(): string {
    return this.connection.id;
  }

  /** Reads the whole list, as a poll does. */
  async poll(): Promise<void> {
    const listing = await readListing(this.client, undefined);
    this.store.applyListing(this.id, listing, true, this.#clock.now());
  }

  /** Finds a Datasource by its title. */
  datasource(title: string): Datasource {
    const all = this.store.get(this.id)?.datasources.values() ?? [];
    const found = [...all].find((datasource) => datasource.title === title);
    if (!found) throw new Error(`The list has no Datasource “${title}”.`);
    return found;
  }

  /** The title, sync type and parent of each Datasource. */
  rows(): readonly string[] {
    const all = this.store.get(this.id)?.datasources.values() ?? [];
    return [...all].map(({ title, syncType, parentPath }) => `${title} ${syncType} ${parentPath}`);
  }
}
