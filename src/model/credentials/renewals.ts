import type { Clock } from '../../base/clock.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import { runBulk } from '../datasources/bulk.ts';
import type { Datasource } from '../datasources/datasource.ts';
import type { DatasourceStore } from '../datasources/datasourceStore.ts';
import { entryIdOf, type CredentialEntry } from './credentialEntries.ts';

/** Time for which a row shows that its credentials were renewed, in ms. */
const shownMs = 10 * 60_000;
/** Maximum Datasources that are read right after a renewal. The next poll reports the others. */
const maxReread = 50;
const concurrentReads = 4;

/** Dependencies of {@link Renewals}. */
interface RenewalDeps {
  readonly store: DatasourceStore;
  readonly clock: Clock;
  client(connectionId: string): Promise<OnnaClient>;
  /** Polls the connection sooner. */
  acted(connectionId: string): void;
}

/** The entry to renew. */
type Renewed = Pick<CredentialEntry, 'id' | 'path' | 'datasources'>;

/** Credentials that were renewed. */
export interface Renewal {
  readonly connectionId: string;
  readonly entryId: string;
  /** The ids of the visible Datasources that use them. */
  readonly datasourceIds: readonly string[];
}

/** Thrown if the service does not accept a code: it was used, has expired, or belongs to another user or provider. */
export class CodeRefused extends Error {
  override readonly name = 'CodeRefused';
}

/**
 * Renews credentials. One renewal fixes every Datasource that uses them, so all of these Datasources are read again.
 * Each request is sent only once, because a code can be used only once.
 */
export class Renewals extends Owner {
  readonly #deps: RenewalDeps;
  /** Times of the renewals in this window, by connection and entry. */
  readonly #renewed = new Map<string, number>();
  readonly #changes = this.register(new Emitter<Renewal>());
  readonly onDidRenew = this.#changes.event;

  constructor(deps: RenewalDeps) {
    super();
    this.#deps = deps;
  }

  /** Whether the credentials of a Datasource were renewed in the last ten minutes. */
  isFresh(connectionId: string, datasource: Datasource): boolean {
    if (this.#renewed.size === 0 || datasource.credential === 'expired') return false;
    const at = this.#renewed.get(keyOf(connectionId, entryIdOf(datasource)));
    const age = at === undefined ? undefined : this.#deps.clock.now() - at;
    return age !== undefined && age >= 0 && age < shownMs;
  }

  /** Sends `@refreshServiceCredentials` with a secret from the user. @throws OnnaError */
  async withSecret(connectionId: string, entry: Renewed, secret: string): Promise<void> {
    await this.#renew(connectionId, entry, (client) => client.credentials.refresh(entry.path, secret));
  }

  /** Sends `@updateServiceCredentials` with a code of the provider's consent page. @throws OnnaError, CodeRefused */
  async withCode(connectionId: string, entry: Renewed, code: string): Promise<void> {
    await this.#renew(connectionId, entry, async (client) => {
      try {
        await client.credentials.update(entry.path, code);
      } catch (error) {
        // 412 means that the code is wrong (docs/onna-api.md §5).
        if (isOnnaError(error, 'invalid') && error.failure.kind === 'invalid' && error.failure.status === 412)
          throw new CodeRefused();
        throw error;
      }
    });
  }

  forget(connectionId: string): void {
    for (const key of this.#renewed.keys())
      if (key.startsWith(keyOf(connectionId, ''))) this.#renewed.delete(key);
  }

  async #renew(
    connectionId: string,
    entry: Renewed,
    send: (client: OnnaClient) => Promise<void>,
  ): Promise<void> {
    const client = await this.#deps.client(connectionId);
    try {
      await send(client);
    } catch (error) {
      // Without an answer, the outcome is unknown, and the next poll shows it.
      if (isOnnaError(error, 'timeout', 'unreachable', 'serverError')) this.#deps.acted(connectionId);
      throw error;
    }
    this.#renewed.set(keyOf(connectionId, entry.id), this.#deps.clock.now());
    await this.#reread(client, connectionId, entry);
    // The account may have been signed out meanwhile.
    if (this.isDisposed || !this.#deps.store.get(connectionId)) return;
    this.#changes.fire({
      connectionId,
      entryId: entry.id,
      datasourceIds: entry.datasources.map(({ id }) => id),
    });
    this.#deps.acted(connectionId);
  }

  /** Reads the Datasources again, so that their rows show the result at once. After a failed read, a poll shows it. */
  async #reread(client: OnnaClient, connectionId: string, { datasources }: Renewed): Promise<void> {
    const paths = datasources.slice(0, maxReread).map(({ path }) => path);
    const options = { concurrency: concurrentReads, signal: new AbortController().signal };
    const outcomes = await runBulk(paths, options, async (path) => {
      const node = await client.node(path);
      this.#deps.store.applyNodes(connectionId, [node], this.#deps.clock.now());
    });
    const bug = outcomes.find(({ error }) => error !== undefined && !(error instanceof OnnaError));
    if (bug?.error) throw bug.error;
  }
}

function keyOf(connectionId: string, entryId: string): string {
  return `${connectionId}\n${entryId}`;
}
