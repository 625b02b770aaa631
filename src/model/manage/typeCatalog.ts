import type { Clock } from '../../base/clock.ts';
import type { OnnaClient } from '../../onna/client.ts';
import type { DatasourceType } from '../../onna/wire/datasourceTypes.ts';
import { AnswerCache } from './answerCache.ts';

/**
 * Lifetime of a cached answer, in ms. The types of an account change only when an administrator enables or disables a
 * type.
 */
const lifetimeMs = 10 * 60_000;

/** The types of Datasources that each account may create. */
export class TypeCatalog {
  readonly #client: (connectionId: string) => Promise<OnnaClient>;
  readonly #answers: AnswerCache<readonly DatasourceType[]>;

  constructor(client: (connectionId: string) => Promise<OnnaClient>, clock: Clock) {
    this.#client = client;
    this.#answers = new AnswerCache(clock, lifetimeMs);
  }

  /** Reads the types of a connection, from the cache if possible. @throws OnnaError */
  types(connectionId: string): Promise<readonly DatasourceType[]> {
    return this.#answers.get(connectionId, '', async () => {
      const { content } = await this.#client(connectionId);
      return content.datasourceTypes();
    });
  }

  /** Drops the cached types of a connection. */
  forget(connectionId: string): void {
    this.#answers.forget(connectionId);
  }
}
