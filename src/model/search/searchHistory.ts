import { Emitter } from '../event.ts';
import type { Event } from '../event.ts';

/** Where a history is kept; structurally VS Code's `Memento`. */
export interface HistoryStorage {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const storageKey = 'onna.searchHistory';

/** Most queries that are remembered. */
export const maxHistory = 50;

/** The last queries, newest first, each once. Read from storage each time, so that windows share one history. */
export class SearchHistory {
  readonly #storage: HistoryStorage;
  readonly #changed = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(storage: HistoryStorage) {
    this.#storage = storage;
  }

  get queries(): readonly string[] {
    const stored = this.#storage.get(storageKey);
    if (!Array.isArray(stored)) return [];
    const entries: readonly unknown[] = stored;
    const queries = entries.filter((entry) => typeof entry === 'string').filter((entry) => entry !== '');
    return [...new Set(queries)].slice(0, maxHistory);
  }

  /** Puts a query on top. White space around it makes no other query of it. */
  async add(query: string): Promise<void> {
    const wanted = query.trim();
    if (wanted === '' || this.queries[0] === wanted) return;
    await this.#replace([wanted, ...this.queries.filter((known) => known !== wanted)]);
  }

  async remove(query: string): Promise<void> {
    await this.#replace(this.queries.filter((known) => known !== query));
  }

  async clear(): Promise<void> {
    await this.#replace([]);
  }

  async #replace(queries: readonly string[]): Promise<void> {
    await this.#storage.update(storageKey, queries.slice(0, maxHistory));
    this.#changed.fire();
  }
}
