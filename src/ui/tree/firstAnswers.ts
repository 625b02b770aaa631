import { Owner, type Disposable } from '../../base/event.ts';
import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';

/** Waits for the first answer or failure of a connection. In the meantime, VS Code shows its own progress. */
export class FirstAnswers extends Owner {
  readonly #store: DatasourceStore;
  readonly #waiting = new Set<Disposable>();

  constructor(store: DatasourceStore) {
    super();
    this.#store = store;
    this.register({ dispose: () => this.#waiting.forEach((listener) => listener.dispose()) });
  }

  /** @returns Undefined if the connection was removed. */
  async of(connectionId: string): Promise<ConnectionSnapshot | undefined> {
    const known = this.#store.get(connectionId);
    return known?.asOf === undefined && !known?.failure ? this.#next(connectionId) : known;
  }

  #next(connectionId: string): Promise<ConnectionSnapshot | undefined> {
    return new Promise((resolve) => {
      const listener = this.#store.onDidChange((change) => {
        if (change.connectionId !== connectionId) return;
        const snapshot = this.#store.get(connectionId);
        if (snapshot?.asOf === undefined && snapshot && !snapshot.failure) return;
        listener.dispose();
        // Drop the listener. Otherwise it would keep the snapshot, with thousands of Datasources, in memory
        // until the window closes.
        this.#waiting.delete(listener);
        resolve(snapshot);
      });
      this.#waiting.add(listener);
    });
  }
}
