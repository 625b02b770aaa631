import type { Clock } from '../../base/clock.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { OnnaClient } from '../../onna/client.ts';
import { isOnnaError } from '../../onna/errors.ts';
import type { WalletEntry } from '../../onna/wire/wallet.ts';
import type { DatasourceStore, StoreChange } from '../datasources/datasourceStore.ts';
import type { Datasource } from '../datasources/datasource.ts';
import {
  dueEntries,
  entryIdOf,
  entryOf,
  noFacts,
  type CredentialEntry,
  type WalletFacts,
} from './credentialEntries.ts';

/** Minimum interval between two reads of a wallet while its rows are on screen, in ms. */
const readIntervalMs = 60 * 60_000;
/** The same interval after a failed read. */
const retryIntervalMs = 5 * 60_000;

/** Delay before the wallet of a shown connection is read, in ms. At startup, other requests are more urgent. */
export const readDelayMs = 10_000;

/** Dependencies of {@link Wallet}. */
interface WalletDeps {
  readonly store: DatasourceStore;
  readonly clock: Clock;
  readonly client: (connectionId: string) => Promise<OnnaClient>;
  /** Called for errors other than failures of the service, which the client logs. */
  readonly onError: (error: unknown) => void;
}

/** The known data of one connection's wallet. */
interface Known {
  facts: WalletFacts;
  /** Time of the last attempt, in ms since 1970. */
  readAt: number | undefined;
  abort: AbortController | undefined;
  /** Cancels the read that {@link Wallet.shown} has planned. */
  cancelPlan: (() => void) | undefined;
  /** The ids of the entries whose Datasources report expired credentials, as one text for comparison. */
  expired: string;
}

/**
 * The credentials of each connection. The store reports which Datasources have expired credentials. The wallet adds
 * titles, dates, and entries that expire soon. It is read after the rows of a connection were shown, at most once an hour,
 * and when the set of expired credentials has changed. Polls send no additional request.
 */
export class Wallet extends Owner {
  readonly #deps: WalletDeps;
  readonly #known = new Map<string, Known>();
  readonly #changes = this.register(new Emitter<string>());
  /** Fires with the id of a connection when its due entries may have changed. */
  readonly onDidChange = this.#changes.event;

  constructor(deps: WalletDeps) {
    super();
    this.#deps = deps;
    this.register(deps.store.onDidChange((change) => this.#follow(change)));
    this.register({ dispose: () => this.#known.forEach(stop) });
  }

  /** The credentials of a connection that must be renewed now or soon. */
  due(connectionId: string): readonly CredentialEntry[] {
    const snapshot = this.#deps.store.get(connectionId);
    return snapshot ? dueEntries(snapshot, this.#facts(connectionId), this.#deps.clock.now()) : [];
  }

  /** One of the {@link due} entries. */
  find(connectionId: string, entryId: string): CredentialEntry | undefined {
    return this.due(connectionId).find(({ id }) => id === entryId);
  }

  /** The credentials of a Datasource, due or not. Undefined for a folder. */
  of(connectionId: string, datasource: Datasource): CredentialEntry | undefined {
    const snapshot = this.#deps.store.get(connectionId);
    return snapshot && entryOf(snapshot, datasource, this.#facts(connectionId), this.#deps.clock.now());
  }

  /** Call when the rows of a connection are shown. Reads the wallet a little later if the last read is too old. */
  shown(connectionId: string): void {
    const known = this.#of(connectionId);
    const { clock } = this.#deps;
    const age = known.readAt === undefined ? undefined : clock.now() - known.readAt;
    if (known.cancelPlan || (age !== undefined && age >= 0 && age < readIntervalMs)) return;
    known.cancelPlan = clock.after(readDelayMs, () => this.read(connectionId));
  }

  /** Reads the wallet in the background. A read in progress is replaced. */
  read(connectionId: string): void {
    if (!this.#deps.store.get(connectionId)) return;
    const known = this.#of(connectionId);
    stop(known);
    known.cancelPlan = undefined;
    const abort = (known.abort = new AbortController());
    known.readAt = this.#deps.clock.now();
    this.#read(connectionId, abort.signal).then(
      (facts) => {
        if (abort.signal.aborted || this.#known.get(connectionId) !== known) return;
        known.abort = undefined;
        known.facts = facts;
        this.#changes.fire(connectionId);
      },
      (error: unknown) => {
        if (known.abort === abort) {
          known.abort = undefined;
          known.readAt = this.#deps.clock.now() - readIntervalMs + retryIntervalMs;
        }
        // The rows show what the list of Datasources says. The log contains the error.
        if (!isOnnaError(error)) this.#deps.onError(error);
      },
    );
  }

  forget(connectionId: string): void {
    const known = this.#known.get(connectionId);
    if (known) stop(known);
    this.#known.delete(connectionId);
  }

  async #read(connectionId: string, signal: AbortSignal): Promise<WalletFacts> {
    const { credentials } = (await this.#deps.client(connectionId)).inBackground;
    const list = await credentials.entries(signal);
    const entries = new Map(list.map((entry): [string, WalletEntry] => [entry.uid, entry]));
    const snapshot = this.#deps.store.get(connectionId);
    // The counts are needed only in the rows of due entries.
    const isDue =
      snapshot && dueEntries(snapshot, { entries, usage: new Map() }, this.#deps.clock.now()).length > 0;
    if (isDue !== true) return { entries, usage: new Map() };
    try {
      return { entries, usage: await credentials.usage(signal) };
    } catch (error) {
      // Many users lack the permission to read the usage.
      if (!isOnnaError(error)) throw error;
      return { entries, usage: new Map() };
    }
  }

  #follow({ connectionId, added, removed, changed }: StoreChange): void {
    const snapshot = this.#deps.store.get(connectionId);
    if (!snapshot || added.length + removed.length + changed.length === 0) return;
    const ids = new Set<string>();
    for (const datasource of snapshot.datasources.values())
      if (datasource.credential === 'expired') ids.add(entryIdOf(datasource));
    const known = this.#of(connectionId);
    const expired = [...ids].sort().join('\n');
    if (expired === known.expired) {
      // The rows of the entries contain the titles and statuses of their Datasources.
      if (ids.size > 0 || known.facts.entries.size > 0) this.#changes.fire(connectionId);
      return;
    }
    known.expired = expired;
    this.#changes.fire(connectionId);
    this.read(connectionId);
  }

  #facts(connectionId: string): WalletFacts {
    return this.#known.get(connectionId)?.facts ?? noFacts;
  }

  #of(connectionId: string): Known {
    let known = this.#known.get(connectionId);
    if (!known) {
      known = { facts: noFacts, readAt: undefined, abort: undefined, cancelPlan: undefined, expired: '' };
      this.#known.set(connectionId, known);
    }
    return known;
  }
}

function stop({ abort, cancelPlan }: Known): void {
  abort?.abort();
  cancelPlan?.();
}
