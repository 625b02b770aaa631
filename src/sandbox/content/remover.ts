import { setImmediate } from 'node:timers/promises';
import type { Database } from '../store/database.ts';
import type { ResourceStore } from '../store/resources.ts';
import type { Collector } from '../sync/collector.ts';

/** Resources that are removed together. */
const batchSize = 100;

interface RemoverParts {
  readonly database: Database;
  readonly resources: ResourceStore;
  readonly collector: Collector;
  readonly log: (line: string) => void;
}

/**
 * Clears away the Resources of Datasources that are gone. Nobody sees them any more, but there can be a million:
 * batch by batch, so that others are answered in between. A restart goes on where a stop left it.
 */
export class Remover {
  readonly #parts: RemoverParts;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RemoverParts) {
    this.#parts = parts;
  }

  /** Whether nothing is left to be removed. */
  get idle(): boolean {
    return this.#working === undefined && this.#next() === undefined;
  }

  /** To be called in the transaction that removes the Datasource, and {@link wake} after it. */
  add(nodeId: number): void {
    this.#parts.database.run('INSERT INTO removed_datasources (node_id) VALUES (?)', nodeId);
  }

  wake(): void {
    if (this.#closed || this.#working) return;
    this.#working = this.#work()
      .catch((error: unknown) =>
        this.#parts.log(`removing stopped: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        this.#working = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  #next(): number | undefined {
    const row = this.#parts.database.get('SELECT node_id FROM removed_datasources LIMIT 1');
    return row === undefined ? undefined : Number(row['node_id']);
  }

  async #work(): Promise<void> {
    const { database, resources, collector } = this.#parts;
    for (let nodeId = this.#next(); nodeId !== undefined && !this.#closed; nodeId = this.#next()) {
      const batch = resources.some(nodeId, batchSize);
      if (batch.length === 0) database.run('DELETE FROM removed_datasources WHERE node_id = ?', nodeId);
      else database.transaction(() => collector.removeResources(batch));
      await setImmediate();
    }
  }
}
