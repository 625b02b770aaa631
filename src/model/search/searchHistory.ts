import { Emitter, type Event } from '../../base/event.ts';

/** Storage for the history. VS Code's `Memento` implements it. */
export interface HistoryStorage {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const storageKey = 'onna.searchHistory';

/** Maximum number of stored queries. */
export const maxHistory = 50;

interface Entry {
  readonly query: string;
  /** Ids of the connections that were searched with this query. */
  readonly connections: readonly string[];
}

/** The last queries, newest first, without duplicates. Always read from storage, so that windows share one history. */
export class SearchHistory {
  readonly #storage: HistoryStorage;
  readonly #changed = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(storage: HistoryStorage) {
    this.#storage = storage;
  }

  get queries(): readonly string[] {
    return this.#entries.map(({ query }) => query);
  }

  /** Puts a query on top. Surrounding white space is ignored. */
  async add(query: string, connectionId: string): Promise<void> {
    const wanted = query.trim();
    const entries = this.#entries;
    if (wanted === '') return;
    if (entries[0]?.query === wanted && entries[0].connections.includes(connectionId)) return;
    const connections = entries.find((known) => known.query === wanted)?.connections ?? [];
    await this.#replace([
      { query: wanted, connections: [...connections.filter((id) => id !== connectionId), connectionId] },
      ...entries.filter((known) => known.query !== wanted),
    ]);
  }

  async remove(query: string): Promise<void> {
    await this.#replace(this.#entries.filter((known) => known.query !== query));
  }

  async clear(): Promise<void> {
    await this.#replace([]);
  }

  /** Removes a connection after a sign-out, with the queries that were used only with this connection. */
  async forget(connectionId: string): Promise<void> {
    const entries = this.#entries;
    const kept = entries
      .map(({ query, connections }) => ({
        query,
        connections: connections.filter((id) => id !== connectionId),
      }))
      .filter(({ connections }) => connections.length > 0);
    if (JSON.stringify(kept) !== JSON.stringify(entries)) await this.#replace(kept);
  }

  get #entries(): readonly Entry[] {
    const stored = this.#storage.get(storageKey);
    if (!Array.isArray(stored)) return [];
    const entries = (stored as readonly unknown[]).map(readEntry).filter((entry) => entry !== undefined);
    const isFirst = ({ query }: Entry, index: number): boolean =>
      entries.findIndex((other) => other.query === query) === index;
    return entries.filter(isFirst).slice(0, maxHistory);
  }

  async #replace(entries: readonly Entry[]): Promise<void> {
    await this.#storage.update(storageKey, entries.slice(0, maxHistory));
    this.#changed.fire();
  }
}

/** Reads a stored entry; undefined if `stored` is not an entry. Earlier versions stored only the query string. */
function readEntry(stored: unknown): Entry | undefined {
  if (typeof stored === 'string') return stored === '' ? undefined : { query: stored, connections: [] };
  if (typeof stored !== 'object' || stored === null) return undefined;
  if (!('query' in stored) || typeof stored.query !== 'string' || stored.query === '') return undefined;
  const ids: readonly unknown[] =
    'connections' in stored && Array.isArray(stored.connections) ? stored.connections : [];
  return { query: stored.query, connections: ids.filter((id) => typeof id === 'string') };
}
